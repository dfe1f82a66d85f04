import type { ShippingMethod } from '#functions/shipping/lib/methods.ts';
import { shippingMethods } from '#functions/shipping/lib/methods.ts';

/** What the shopper has typed so far. Every member is a form field of that name. */
export interface Draft {
  email: string;
  name: string;
  line1: string;
  line2: string;
  city: string;
  region: string;
  postalCode: string;
  country: string;
  phone: string;
  shippingMethod: ShippingMethod;
}
export type FieldName = keyof Draft;
export type FieldErrors = Partial<Record<FieldName, string>>;

export const draftPlace = 'kelvo.checkout';

const emptyDraft: Draft = {
  email: '',
  name: '',
  line1: '',
  line2: '',
  city: '',
  region: '',
  postalCode: '',
  country: 'US',
  phone: '',
  shippingMethod: 'standard',
};

/** A draft from what was stored, whatever that is. */
export function draftFrom(stored: unknown): Draft {
  const draft = { ...emptyDraft };
  if (typeof stored !== 'object' || stored === null) return draft;
  for (const [name, value] of Object.entries(stored)) {
    if (name === 'shippingMethod') draft.shippingMethod = shippingMethods.find((method) => method === value) ?? 'standard';
    else if (name in draft && typeof value === 'string') draft[name as Exclude<FieldName, 'shippingMethod'>] = value;
  }
  return draft;
}

/** A draft with the e-mail address and name of who is signed in, where nothing else was typed. The same draft when nothing changes. */
export function withPerson(draft: Draft, person: { email: string; name: string } | undefined): Draft {
  if (!person || (draft.email && draft.name)) return draft;
  return { ...draft, email: draft.email || person.email, name: draft.name || person.name };
}

/** The draft as the API takes it: trimmed, and without what was left empty. */
export function orderDetails(draft: Draft) {
  const filled = (value: string) => value.trim();
  const { line2, region, phone } = draft;
  return {
    email: filled(draft.email),
    shippingMethod: draft.shippingMethod,
    shippingAddress: {
      name: filled(draft.name),
      line1: filled(draft.line1),
      ...(filled(line2) && { line2: filled(line2) }),
      city: filled(draft.city),
      ...(filled(region) && { region: filled(region) }),
      postalCode: filled(draft.postalCode),
      country: draft.country,
      ...(filled(phone) && { phone: filled(phone) }),
    },
  };
}

export const looksLikePostalCode = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9 -]{1,11}$/.test(text.trim());

/** What is plainly missing or wrong, said before the server is asked; the server's word is the last one. */
export function faultsOf(draft: Draft): FieldErrors {
  const faults: FieldErrors = {};
  if (!/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(draft.email.trim())) faults.email = 'Please enter an e-mail address, like you@example.com.';
  if (!draft.name.trim()) faults.name = 'Please enter a name.';
  if (!draft.line1.trim()) faults.line1 = 'Please enter a street and number.';
  if (!draft.city.trim()) faults.city = 'Please enter a city.';
  if (!looksLikePostalCode(draft.postalCode)) faults.postalCode = 'Please enter a postal code.';
  if (draft.phone.trim() && !/^\+?[0-9 ().-]{5,30}$/.test(draft.phone.trim()))
    faults.phone = 'Please enter a phone number, or leave this empty.';
  return faults;
}

/** The server's faults by form field: `/shippingAddress/city` is the field `city`. Faults of no field are left out. */
export function faultsFrom(errors: readonly { pointer: string; message: string }[] = []): FieldErrors {
  const faults: FieldErrors = {};
  for (const { pointer, message } of errors) {
    const name = pointer.replace(/^\/(shippingAddress\/)?/, '');
    if (name in emptyDraft) faults[name as FieldName] ??= `This ${message}.`;
  }
  return faults;
}
