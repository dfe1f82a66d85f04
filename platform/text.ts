// What people type, brought into the one form that is kept. Pure, and the same in browser and function.

/** What shows nothing although it is a letter or symbol to Unicode: the Braille blank, and a note without a head. */
const blank = /[\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/gu;

/** Whether a reader would see anything: zero-width, bidi and other format characters, or accents without a letter, are not enough. */
export const isVisible = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(blank, ''));

/** Full-width letters and digits as plain ones, every dash as `-`, white space as single spaces. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\p{Pd}\u2212\u30fc]/gu, '-')
    .replace(/\s+/g, ' ')
    .trim();

/** Longest phone number that is kept. */
export const maxPhone = 40;

/**
 * A phone number as it was typed, in plain characters: `＋４９（０）３０／１２３` is `+49(0)30/123`. Undefined when it is none: 5 to 15 digits
 * (E.164) in groups, and an extension after `ext.`, `x` or `#`.
 */
export function phoneOf(typed: string): string | undefined {
  const text = plain(typed);
  const [, number = '', extension] = /^(\+?[0-9 ()./-]+?) ?(?:,? ?(?:ext\.?|extension|x|#|;ext=) ?([0-9]{1,8}))?$/i.exec(text) ?? [];
  const digits = number.replace(/[^0-9]/g, '').length;
  return digits >= 5 && digits <= 15 + (number.includes('(0)') ? 1 : 0) && text.length <= maxPhone && (extension ?? '0') ? text : undefined;
}

/** A postal code in plain capitals, without the mark `〒` of Japan's; whether it is one of its country, `address-rules.ts` says. */
export const postalCodeOf = (typed: string): string => plain(typed).replace(/^〒 ?/, '').toUpperCase();

const host = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * An e-mail address in the one form that is kept, so that one mailbox is one account: its domain in lower case and ASCII
 * (`Ada@Bücher.example` is `Ada@xn--bcher-kva.example`; IDNA by the URL standard). Undefined when the domain is none.
 */
export function emailOf(typed: string): string | undefined {
  const at = typed.lastIndexOf('@');
  const domain = asciiDomain(typed.slice(at + 1)).replace(/\.$/, '');
  const email = `${typed.slice(0, at)}@${domain}`;
  return at > 0 && at <= 64 && host.test(domain) && email.length <= 254 ? email : undefined;
}

function asciiDomain(domain: string): string {
  // Nothing that would end the host of a URL, or be decoded in it.
  if (/[\s%/:?#@[\]\\]/.test(domain)) return '';
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return '';
  }
}
