import { emailOf, isVisible, phoneOf } from '#platform/text.ts';

// What is plainly missing or wrong, said before the server is asked; the server's word is the last one.

export const emailFault = (email: string): { email?: string } =>
  /^[^\s@]+@[^\s@]+$/.test(email.trim()) && emailOf(email.trim()) ? {} : { email: 'Please enter an e-mail address, like you@example.com.' };

export const nameFault = (name: string): { name?: string } => (isVisible(name) ? {} : { name: 'Please enter your name.' });

export const phoneFault = (phone: string): { phone?: string } =>
  !phone.trim() || phoneOf(phone) ? {} : { phone: 'Please enter a phone number, or leave this empty.' };

/** A new password is judged by its length alone; every character counts, spaces too. */
export function newPasswordFault(password: string): string | undefined {
  if (password.length < 10) return 'Please choose at least 10 characters.';
  return password.length > 128 ? 'Please choose at most 128 characters.' : undefined;
}
