/** Bodies of the REST API. Errors are `{error: {code, message, retryAfterMs?}}` with the codes of the frames. */
import * as z from 'zod';
import { authorSchema, entrySchema, messageIdSchema, roomNameSchema } from './entries.ts';
import { errorCodeSchema } from './frames.ts';

/** What people are called: visible, without control characters, no look-alike of the assistant (checked by the server). */
export const displayNameSchema = z
  .string()
  .trim()
  .min(1, 'a name is needed')
  .max(40, 'a name has at most 40 characters')
  .regex(/^[^\p{C}]+$/u, 'a name has no control characters');

/** `POST /api/session`: enters as a guest; the answer sets the session cookie. */
export const sessionRequestSchema = z.object({ name: displayNameSchema });
/** `GET` and `POST /api/session`; 401 without a session. `DELETE /api/session` leaves. */
export const sessionSchema = z.object({ user: authorSchema });

export const roomSchema = z.object({ name: roomNameSchema, title: z.string(), model: z.string() });

/** `GET /api/config`: what a page needs before anybody entered. */
export const configSchema = z.object({
  title: z.string(),
  assistant: z.object({ name: z.string(), replies: z.enum(['Always', 'Mention', 'Never']) }),
  rooms: z.array(roomSchema).min(1),
  limits: z.object({ maxMessageBytes: z.number().int().positive() }),
  version: z.string(),
});

/** `POST /api/rooms/:room/messages` (and `/api/messages`, the first room). */
export const messageRequestSchema = z.object({ key: messageIdSchema.optional(), text: z.string().min(1) });
export const messageResponseSchema = z.object({ key: messageIdSchema, offset: z.string() });
/** `GET /api/rooms/:room/messages?before=…`: the newest page in time order. */
export const messagesSchema = z.object({ entries: z.array(entrySchema), hasMore: z.boolean() });

/** `GET /api/ready` (200 or 503). */
export const readySchema = z.object({ ready: z.boolean(), redis: z.boolean(), ollama: z.boolean() });

export const errorBodySchema = z.object({
  error: z.object({ code: errorCodeSchema, message: z.string(), retryAfterMs: z.number().int().optional() }),
});

export type Session = z.infer<typeof sessionSchema>;
export type Room = z.infer<typeof roomSchema>;
export type Config = z.infer<typeof configSchema>;
export type MessageResponse = z.infer<typeof messageResponseSchema>;
export type Messages = z.infer<typeof messagesSchema>;
export type Ready = z.infer<typeof readySchema>;
export type ErrorBody = z.infer<typeof errorBodySchema>;
