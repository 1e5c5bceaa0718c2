/** Bodies of the REST API. Errors are `{error: {code, message, retryAfterMs?, limit?}}` with the codes of the frames. */
import * as z from 'zod';
import { displayNameSchema, waySchema } from './accounts.ts';
import { authorSchema, entrySchema, messageIdSchema, nameOnlySchema, offsetSchema, roomNameSchema } from './entries.ts';
import { refusedSchema } from './frames.ts';

/** `GET /api/health`. */
export const healthSchema = z.object({ ok: z.literal(true) });

/** `GET /api/openapi.json`: the REST API as OpenAPI says it. */
export const documentSchema = z.looseObject({ openapi: z.string() });

export const roomSchema = z.object({ name: roomNameSchema, title: z.string(), model: z.string() });

/** Who may make rooms: `Members` have an account and are no guests. */
export const roomCreatorsSchema = z.enum(['Everybody', 'Members', 'Admins', 'Nobody']);

/** `GET /api/config`: what a page needs before anybody entered. */
export const configSchema = z.object({
  title: z.string(),
  assistant: z.object({ name: z.string(), replies: z.enum(['Always', 'Mention', 'Never']) }),
  rooms: z.array(roomSchema).min(1),
  limits: z.object({ maxMessageBytes: z.number().int().positive() }),
  /** Who may make rooms; rooms of two people everybody. */
  roomCreators: roomCreatorsSchema,
  /** The ways to enter. */
  ways: z.array(waySchema),
  version: z.string(),
});

const repliesSchema = z.enum(['Always', 'Mention', 'Never']);
const titleSchema = displayNameSchema;
const roomSettings = {
  title: titleSchema,
  /** One of `GET /api/models`; the chat's own when left out. */
  model: z.string().max(200),
  systemPrompt: z.string().max(8000),
  replies: repliesSchema,
};

/** A room as `GET /api/rooms` lists it for the person who asks. */
export const roomInfoSchema = roomSchema.extend({
  kind: z.enum(['public', 'private', 'direct']),
  /** `chat`: declared with the chat, and changed there only. */
  origin: z.enum(['chat', 'people']),
  replies: repliesSchema,
  lock: z.enum(['open', 'locked']),
  /** Whether the person who asks may change, lock and clear the room, and send people out. */
  moderator: z.enum(['yes', 'no']),
  /** Messages after the person's read mark; counted up to 100. */
  unread: z.number().int().nonnegative(),
  top: offsetSchema,
  read: offsetSchema.optional(),
});
export const roomsSchema = z.object({ rooms: z.array(roomInfoSchema) });
/** `GET /api/rooms/:room`. Members of private and direct rooms; the prompt and the banned are for moderators. */
export const roomDetailsSchema = roomInfoSchema.extend({
  systemPrompt: z.string().optional(),
  members: z.array(nameOnlySchema),
  banned: z.array(nameOnlySchema).optional(),
});
/** `POST /api/rooms`. The name is made of the title unless it is given, and that of a private room gets an ending that nobody can guess. Whoever makes a room moderates it. */
export const newRoomSchema = z
  .object({ ...roomSettings, name: roomNameSchema, members: z.array(z.string()).max(200) })
  .partial()
  .extend({ title: titleSchema, kind: z.enum(['public', 'private']) });
/** `POST /api/direct`: the room of two people, made when it is not there. */
export const directRequestSchema = z.object({ user: z.string().min(1).max(64) });
/** `PATCH /api/rooms/:room`: what is left out stays. */
export const roomChangeSchema = z.object({ ...roomSettings, lock: z.enum(['open', 'locked']) }).partial();
/** `POST /api/rooms/:room/kick`, `PUT /api/rooms/:room/bans/:user`, `PUT /api/rooms/:room/members/:user`. */
export const personRequestSchema = z.object({ user: z.string().min(1).max(64) });

/** `GET /api/models`: what rooms can use. */
export const modelsSchema = z.object({
  models: z.array(z.object({ name: z.string(), state: z.enum(['ready', 'missing', 'away']) })),
});
/** `GET /api/people`: who is connected now. */
export const peopleSchema = z.object({ people: z.array(authorSchema) });

/** Longer than any question, in characters. */
export const MAX_QUERY = 200;
/** Of `GET /api/rooms/:room/search`; `before` is the `next` of the answer before. */
export const searchQuerySchema = z.object({ q: z.string().max(MAX_QUERY), before: offsetSchema.optional() });
const count = z.number().int().nonnegative();
/** `GET /api/admin/status`: the whole chat as it is now, whichever backend is asked. */
export const statusSchema = z.object({
  people: count,
  connections: count,
  /** Those with somebody in them, of the rooms that the administrator can open. */
  rooms: z.array(z.object({ room: roomNameSchema, people: count })),
  /** Replies; `most` may wait. */
  queue: z.object({ waiting: count, running: count, most: count }),
  /** `away` is also one that sleeps until somebody asks. */
  servers: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['up', 'away']),
      models: z.array(z.object({ name: z.string(), state: z.enum(['loaded', 'stored']) })),
    }),
  ),
  limits: z.object({
    messagesPerMinute: count,
    aiRepliesPerMinute: count,
    maxMessageBytes: count,
    connectionsPerUser: count,
    connectionsPerAddress: count,
  }),
});

/** `GET /api/rooms/:room/search?q=…&before=…`: newest first; `next` goes on where the search stopped. */
export const searchResultSchema = z.object({
  hits: z.array(z.object({ room: roomNameSchema, entry: entrySchema })),
  next: offsetSchema.optional(),
});
/** Of `GET /api/rooms/:room/export`. */
export const exportQuerySchema = z.object({ format: z.enum(['json', 'markdown']).default('markdown') });
/** `GET /api/rooms/:room/export?format=json`: one such object; `format=markdown` is text. */
export const exportSchema = z.object({
  room: roomSchema,
  /** Milliseconds since 1970. */
  exportedAt: z.number().int().nonnegative(),
  entries: z.array(entrySchema),
});

/** `POST /api/rooms/:room/messages` (and `/api/messages`, the first room). */
export const messageRequestSchema = z.object({
  key: messageIdSchema.optional(),
  text: z.string().min(1),
  replyTo: offsetSchema.optional(),
});
export const messageResponseSchema = z.object({ key: messageIdSchema, offset: z.string() });
/** Of `GET /api/rooms/:room/messages`; the newest page without an offset. */
export const messagesQuerySchema = z.object({ before: offsetSchema.optional() });
/** `GET /api/rooms/:room/messages?before=…`: the newest page in time order. */
export const messagesSchema = z.object({ entries: z.array(entrySchema), hasMore: z.boolean() });

/** `GET /api/ready` (200 or 503). */
export const readySchema = z.object({
  ready: z.boolean(),
  redis: z.boolean(),
  ollama: z.boolean(),
  /** Why Redis cannot be used. */
  reason: z.string().optional(),
});

export const errorBodySchema = z.object({ error: refusedSchema });

export type { Session } from './accounts.ts';
export type Room = z.infer<typeof roomSchema>;
export type RoomInfo = z.infer<typeof roomInfoSchema>;
export type Rooms = z.infer<typeof roomsSchema>;
export type RoomDetails = z.infer<typeof roomDetailsSchema>;
export type NewRoom = z.infer<typeof newRoomSchema>;
export type RoomChange = z.infer<typeof roomChangeSchema>;
export type Models = z.infer<typeof modelsSchema>;
export type People = z.infer<typeof peopleSchema>;
export type Status = z.infer<typeof statusSchema>;
export type SearchResult = z.infer<typeof searchResultSchema>;
export type MessageRequest = z.infer<typeof messageRequestSchema>;
export type Config = z.infer<typeof configSchema>;
export type MessageResponse = z.infer<typeof messageResponseSchema>;
export type Messages = z.infer<typeof messagesSchema>;
export type Ready = z.infer<typeof readySchema>;
export type ErrorBody = z.infer<typeof errorBodySchema>;
