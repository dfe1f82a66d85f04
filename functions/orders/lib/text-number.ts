/**
 * The number that text messages to a phone go to, in E.164: `(202) 555-0100` in the US is `+12025550100`. Undefined when the number is no mobile
 * phone's of its country (or of the one that it names), or has an extension: no text message reaches it, or, of a premium-rate number, each one earns
 * its owner money that we pay.
 * @param phone as `Phone` takes it
 * @param country ISO 3166-1 alpha-2, for a number that names none
 */
export async function textNumberOf(phone: string, country: string): Promise<string | undefined> {
  // Loaded by the few orders with consent: the mobile numbers of all countries are 100 KB.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/mobile');
  // As its types have it, a country is one of a list; another text is a country whose plan is not known.
  const number = parsePhoneNumberFromString(phone, { defaultCountry: country as 'US' });
  return number?.isValid() && number.ext === undefined ? number.number : undefined;
}
