import { postalCodeIn } from '#functions/orders/lib/address-rules.ts';
import type { Address } from '#functions/orders/lib/contract.ts';
import type { ShippingMethod } from '#functions/shipping/lib/methods.ts';
import { shippingMethods } from '#functions/shipping/lib/methods.ts';
import { isVisible, postalCodeOf } from '#platform/text.ts';
import { emailFault, phoneFault } from '../account/faults.ts';
import { type AddressPart, addressParts } from './address-form.ts';

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

/**
 * The draft of this device for who is signed in. What an account typed is for that account. What a guest typed is for guests, and for who
 * signs in with the same e-mail address (or where none was typed yet): another person sees no address of theirs.
 * @param stored what `ownedDraft` made, or an older draft without an owner
 */
export function draftFor(stored: unknown, person: { id: string; email: string; name: string } | undefined): Draft {
  const draft = draftFrom(stored);
  const owner = typeof stored === 'object' && stored !== null && 'owner' in stored ? stored.owner : undefined;
  const typed = draft.email.trim().toLowerCase();
  const own = owner === undefined ? !person || typed === '' || typed === person.email.toLowerCase() : owner === person?.id;
  return withPerson(own ? draft : emptyDraft, person);
}

/** A draft as this device keeps it: with the account that typed it, if one did. */
export const ownedDraft = (draft: Draft, person: { id: string } | undefined) => ({ ...draft, ...(person && { owner: person.id }) });

/** A draft with the e-mail address and name of who is signed in, where nothing else was typed. The same draft when nothing changes. */
export function withPerson(draft: Draft, person: { email: string; name: string } | undefined): Draft {
  if (!person || (draft.email && draft.name)) return draft;
  return { ...draft, email: draft.email || person.email, name: draft.name || person.name };
}

/** The draft as the API takes it: trimmed, and without what was left empty or what the country's addresses have not. */
export function orderDetails(draft: Draft) {
  const parts = addressParts(draft.country);
  const optional = (name: 'line2' | 'phone') => draft[name].trim() && { [name]: draft[name].trim() };
  const part = (name: 'region' | 'postalCode') => {
    const found = parts.find((each) => each.name === name);
    const value = found && partValue(found, draft);
    return value && { [name]: name === 'postalCode' ? (postalCodeIn(draft.country, postalCodeOf(value)) ?? value) : value };
  };
  return {
    email: draft.email.trim(),
    shippingMethod: draft.shippingMethod,
    shippingAddress: {
      name: draft.name.trim(),
      line1: draft.line1.trim(),
      ...optional('line2'),
      city: draft.city.trim(),
      ...part('region'),
      ...part('postalCode'),
      country: draft.country,
      ...optional('phone'),
    },
  };
}

/** What a draft says of a part of the address; of a list the code, also where the name was typed before the country was chosen. */
export function partValue({ name, options }: AddressPart, draft: Draft): string {
  const typed = draft[name].trim();
  if (!options) return typed;
  const same = (text: string) => text.toLowerCase() === typed.toLowerCase();
  return options.find(({ code, name: region }) => same(code) || same(region))?.code ?? '';
}

/** What is plainly missing or wrong, said before the server is asked; the server's word is the last one. */
export function faultsOf(draft: Draft): FieldErrors {
  const faults: FieldErrors = { ...emailFault(draft.email), ...phoneFault(draft.phone) };
  if (!isVisible(draft.name)) faults.name = 'Please enter a name.';
  if (!isVisible(draft.line1)) faults.line1 = 'Please enter a street and number.';
  for (const part of addressParts(draft.country)) {
    const value = partValue(part, draft);
    const missing = !isVisible(value);
    const wrong = part.name === 'postalCode' && !missing && postalCodeIn(draft.country, postalCodeOf(value)) === undefined;
    if (missing ? part.required : wrong) faults[part.name] = askFor(part);
  }
  return faults;
}

/** The draft's address once nothing of it is plainly missing or wrong. */
export function addressOf(draft: Draft): Address | undefined {
  const { email: _email, phone: _phone, ...faults } = faultsOf(draft);
  return Object.keys(faults).length === 0 ? orderDetails(draft).shippingAddress : undefined;
}

function askFor({ label, options, example }: AddressPart): string {
  const word = /^[A-Z]{2}/.test(label) ? label : label.toLowerCase();
  return `Please ${options ? 'choose' : 'enter'} ${/^[aeio]/i.test(word) ? 'an' : 'a'} ${word}${example ? `, like ${example}` : ''}.`;
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
