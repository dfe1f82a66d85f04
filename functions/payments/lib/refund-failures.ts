/** Why a refund that was on its way came back (`failure_reason`, docs.stripe.com/api/refunds/object), in words for the shop's people. */
const reasons: Record<string, string> = {
  lost_or_stolen_card: 'The card was lost or stolen.',
  expired_or_canceled_card: 'The card has expired or was canceled.',
  charge_for_pending_refund_disputed: 'The shopper disputed the payment while the refund was pending.',
  insufficient_funds: "The shop's balance at the provider was too low.",
  declined: 'The bank refused the money.',
  merchant_request: 'The refund was canceled at the provider.',
};

/** @param reason what the provider gives; one that is not in the table is kept as the code */
export function refundFailure(reason: string | null | undefined): { code: string; message: string } {
  const known = reason && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  return {
    code: (reason ?? 'unknown').replaceAll('_', '-'),
    message: known ?? 'The provider could not give the money back and says no more.',
  };
}
