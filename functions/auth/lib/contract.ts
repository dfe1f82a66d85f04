import * as z from 'zod/mini';
import { defineEvent } from '#platform/events/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { Email, Phone, Uuid, words } from '#platform/http/schemas.ts';

export const roles = ['shopper', 'admin'] as const;

const newPassword = z
  .string()
  .check(z.minLength(10, 'must have at least 10 characters'), z.maxLength(128, 'must have at most 128 characters'));
const givenPassword = z.string().check(z.minLength(1, 'must not be empty'), z.maxLength(128, 'must have at most 128 characters'));

const user = { id: Uuid, email: z.string(), name: z.string(), role: z.enum(roles) };
export const Profile = z.strictObject({ ...user, phone: z.nullable(z.string()) });
export type Profile = z.infer<typeof Profile>;

/** What a sign-in gives. The refresh token comes beside it, in a cookie that scripts cannot read. */
export const Session = z.strictObject({
  user: z.strictObject(user),
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  /** Seconds until the access token ends. */
  expiresIn: z.int(),
});
export type Session = z.infer<typeof Session>;

export const registerRoute = defineRoute({
  method: 'POST',
  path: '/api/auth/register',
  auth: 'public',
  summary: 'Make an account and sign in',
  body: z.strictObject({ email: Email, password: newPassword, name: words(100) }),
  answers: { 201: Session },
  problems: ['email-taken'],
});

export const loginRoute = defineRoute({
  method: 'POST',
  path: '/api/auth/login',
  auth: 'public',
  summary: 'Sign in',
  body: z.strictObject({ email: Email, password: givenPassword }),
  answers: { 200: Session },
  problems: ['wrong-credentials', 'too-many-attempts'],
});

export const refreshRoute = defineRoute({
  method: 'POST',
  path: '/api/auth/refresh',
  auth: 'public',
  credential: 'refresh-cookie',
  summary: 'Get a new access token by the refresh cookie, which changes with each use',
  answers: { 200: Session },
  problems: ['session-ended', 'foreign-origin'],
});

export const logoutRoute = defineRoute({
  method: 'POST',
  path: '/api/auth/logout',
  auth: 'public',
  credential: 'refresh-cookie',
  summary: 'Sign out: the refresh cookie ends, on the server too',
  answers: { 204: null },
  problems: ['foreign-origin'],
});

export const getProfileRoute = defineRoute({
  method: 'GET',
  path: '/api/auth/profile',
  auth: 'shopper',
  summary: 'Read your account',
  answers: { 200: Profile },
});

export const updateProfileRoute = defineRoute({
  method: 'PUT',
  path: '/api/auth/profile',
  auth: 'shopper',
  summary: 'Change your name or phone number; a phone of null takes it away',
  body: z.strictObject({ name: words(100), phone: z.optional(z.nullable(Phone)) }),
  answers: { 200: Profile },
});

export const changePasswordRoute = defineRoute({
  method: 'PUT',
  path: '/api/auth/password',
  auth: 'shopper',
  summary: 'Change your password: every other session ends',
  body: z.strictObject({ currentPassword: givenPassword, newPassword }),
  answers: { 200: Session },
  problems: ['wrong-password', 'too-many-attempts'],
});

export const getUserRoute = defineRoute({
  method: 'GET',
  path: '/api/users/{id}',
  auth: 'shopper',
  summary: 'Read an account: your own, or any as an admin',
  params: z.strictObject({ id: Uuid }),
  answers: { 200: Profile },
  problems: ['user-not-found'],
});

export const passwordChanged = defineEvent({
  type: 'user.password-changed.v1',
  summary: 'a password was changed; every other session of the account has ended',
  data: z.strictObject({ userId: Uuid }),
});

export const userRegistered = defineEvent({
  type: 'user.registered.v1',
  summary: 'an account was made',
  data: z.strictObject({ userId: Uuid }),
});
