/** Bodies of the REST API about accounts, sessions and, for administrators, people. */
import * as z from 'zod';
import { authorSchema } from './entries.ts';

const nameSchema = z.string().trim().min(1, 'A name is needed.').max(40, 'A name has at most 40 characters.');

/** What people are called: visible, without control characters, no look-alike of the assistant (checked by the server). */
export const displayNameSchema = nameSchema.regex(/^[^\p{C}]+$/u, 'A name has no control characters.');

export const PASSWORD_LENGTH = { least: 10, most: 128 } as const;

/** A password that somebody chooses. */
export const newPasswordSchema = z
  .string()
  .min(PASSWORD_LENGTH.least, `A password has at least ${PASSWORD_LENGTH.least} characters.`)
  .max(PASSWORD_LENGTH.most, `A password has at most ${PASSWORD_LENGTH.most} characters.`);

/** A password that somebody claims to know. */
const passwordSchema = z.string().min(1, 'A password is needed.').max(PASSWORD_LENGTH.most);

/** How people of a chat enter; none in mode TrustedHeader, where `GET /api/session` says who one is. */
export const waySchema = z.enum([
  /** `POST /api/session` with a name. */
  'name',
  /** `POST /api/login`. */
  'password',
  /** `POST /api/signup`. */
  'signup',
  /** The browser goes to `/api/login/provider` and comes back to `/`, after a failure with `?login=…`. */
  'provider',
]);

/** What `?login=…` says of a sign-in by the provider that failed. */
export const providerFailureSchema = z.enum([
  /** The provider does not answer: try again in a moment. */
  'provider-away',
  /** The provider, or the person there, said no. */
  'refused',
  /** It took too long, or was begun in another browser: begin again. */
  'expired',
  /** The provider's answer was not to be believed. */
  'failed',
  /** An administrator disabled the account. */
  'disabled',
]);

/** `POST /api/session`: enters as a guest; the answer sets the session cookie. */
export const sessionRequestSchema = z.object({ name: displayNameSchema });
/** Who knows that a person is who they say: nobody, the chat by a password, a proxy, or a provider. */
export const originSchema = z.enum(['name', 'password', 'header', 'provider']);
/** `GET` and `POST /api/session`; 401 without a session. */
export const sessionSchema = z.object({ user: authorSchema, origin: originSchema });
/** `DELETE /api/session` leaves: 204, or where the browser should go to leave the provider too. */
export const leftSchema = z.object({ redirect: z.url() });

/** `POST /api/login`. A wrong name and a wrong password are answered alike: 401. */
export const loginRequestSchema = z.object({ name: nameSchema, password: passwordSchema });
/** `POST /api/signup`: makes an account and enters. */
export const signupRequestSchema = z.object({ name: displayNameSchema, password: newPasswordSchema });
/** `POST /api/password`: ends all other sessions of the person. 403 when the present one is wrong. */
export const passwordChangeSchema = z.object({ current: passwordSchema, password: newPasswordSchema });
/** `POST /api/account/delete`: one's own account, for good. Messages stay, under the name they were written with. */
export const accountDeletionSchema = z.object({ password: passwordSchema });

/** `GET /api/sessions`: where one is known, for people with an account; `DELETE /api/sessions/:id` ends one, `DELETE /api/sessions` all, at once. */
export const sessionsSchema = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      /** Milliseconds since 1970. */
      created: z.number().int().nonnegative(),
      /** The browser as it calls itself. */
      agent: z.string(),
      address: z.string(),
      current: z.enum(['yes', 'no']),
    }),
  ),
});

export const accountRoleSchema = z.enum(['admin', 'member', 'guest']);

/** Somebody with an account, as administrators see them. */
export const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: accountRoleSchema,
  state: z.enum(['active', 'disabled']),
  origin: originSchema,
  /** Milliseconds since 1970. */
  created: z.number().int().nonnegative(),
});
/** Of `GET /api/users`; `after` is the `next` of the answer before. */
export const usersQuerySchema = z.object({ after: z.string().max(200).optional() });
/** `GET /api/users?after=…`: in the order of names; `next` goes on. For administrators, as all that follows. */
export const usersSchema = z.object({ users: z.array(userSchema), next: z.string().optional() });
/** `POST /api/users`: makes an account with a password that is shown once. */
export const newUserSchema = z.object({ name: displayNameSchema, role: accountRoleSchema });
/** Answer of `POST /api/users` and `POST /api/users/:id/reset`, which makes a new password and ends all sessions. */
export const userWithPasswordSchema = z.object({ user: userSchema, password: z.string() });
/**
 * `PATCH /api/users/:id`: what is left out stays. Who is disabled is out at once, everywhere. `DELETE` removes the account,
 * `DELETE /api/users/:id/sessions` ends its sessions.
 */
export const userChangeSchema = z.object({ role: accountRoleSchema, state: z.enum(['active', 'disabled']) }).partial();

export type Way = z.infer<typeof waySchema>;
export type ProviderFailure = z.infer<typeof providerFailureSchema>;
export type Origin = z.infer<typeof originSchema>;
export type Session = z.infer<typeof sessionSchema>;
export type Left = z.infer<typeof leftSchema>;
export type Sessions = z.infer<typeof sessionsSchema>;
export type AccountRole = z.infer<typeof accountRoleSchema>;
export type User = z.infer<typeof userSchema>;
export type Users = z.infer<typeof usersSchema>;
export type NewUser = z.infer<typeof newUserSchema>;
export type UserWithPassword = z.infer<typeof userWithPasswordSchema>;
export type UserChange = z.infer<typeof userChangeSchema>;
