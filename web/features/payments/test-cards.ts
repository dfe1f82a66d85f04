/** The mock provider's payment methods: what each stands for is what it does. No card number is ever typed or sent. */
export const testCards = [
  { id: 'pm_card_visa', name: 'Visa •••• 4242', text: 'Is accepted' },
  { id: 'pm_card_declined', name: 'Declined card •••• 0002', text: 'Is refused by its bank' },
  { id: 'pm_card_authenticationRequired', name: '3-D Secure card •••• 3155', text: 'Asks you to confirm with your bank' },
  { id: 'pm_usBankAccount_processing', name: 'US bank account', text: 'Is under way: the money has not arrived yet' },
] as const;

export type TestCard = (typeof testCards)[number]['id'];
