import { type MailContent, typed } from './content.ts';
import { formatsOf } from './formats.ts';

export const welcome = ({ name, shopUrl }: { name: string; shopUrl: string }): MailContent => ({
  subject: 'Welcome to Kelvo',
  preview: 'Your account is ready.',
  heading: `Welcome, ${typed(name)}`,
  blocks: [
    {
      type: 'paragraph',
      text: 'Your account is ready. Sign in with this mail address, and your cart and your orders are with you on every device.',
    },
    { type: 'button', label: 'Look around', url: shopUrl },
  ],
});

/** @param at when it was changed */
export const passwordChanged = ({ name, at, accountUrl }: { name: string; at: Date; accountUrl: string }): MailContent => ({
  subject: 'Your password was changed',
  preview: 'If it was not you, tell us at once.',
  heading: 'Your password was changed',
  blocks: [
    { type: 'paragraph', text: `Hello ${typed(name)},` },
    {
      type: 'paragraph',
      text: `The password of your account was changed on ${formatsOf(undefined).moment(at)}. Every other device was signed out.`,
    },
    {
      type: 'paragraph',
      text: 'If that was you, there is nothing to do. If it was not, answer this mail at once: somebody else may be using your account.',
    },
    { type: 'button', label: 'Open your account', url: accountUrl },
  ],
});
