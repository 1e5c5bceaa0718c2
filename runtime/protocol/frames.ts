/**
 * The WebSocket protocol: one JSON object a frame, on `/ws`, authenticated by the session cookie at the handshake.
 * Requests carry an `id` chosen by the client; their answer (`ok`, `joined`, `history`, `pong` or `error`) repeats it.
 */
import * as z from 'zod';
import { MAX_FRAME_BYTES } from './constants.ts';
import {
  authorSchema,
  emojiSchema,
  entrySchema,
  messageIdSchema,
  offsetSchema,
  roomNameSchema,
  runIdSchema,
} from './entries.ts';

export { CLOSE, MAX_FRAME_BYTES, PAGE_SIZE, PROTOCOL_VERSION } from './constants.ts';

const id = z.number().int().nonnegative();
const room = roomNameSchema;
const text = z.string().min(1).max(MAX_FRAME_BYTES);

/** Where a client is in a room's log. */
export const positionSchema = z.object({ epoch: z.string().min(1).max(64), offset: offsetSchema });

export const clientFrameSchema = z.discriminatedUnion('type', [
  /** Subscribes to a room. With `since`, everything after it follows in order; without, the newest page. */
  z.object({ type: z.literal('join'), id, room, since: positionSchema.optional() }),
  z.object({ type: z.literal('leave'), room }),
  /** Appends a message, once for each `key`, however often it is sent and to whichever backend. */
  z.object({
    type: z.literal('send'),
    id,
    room,
    key: messageIdSchema,
    text,
    /** Offset of the message or reply (its end) that this one answers. */
    replyTo: offsetSchema.optional(),
  }),
  /** Changes the text of one's own message; with `ask`, the assistant answers it anew. Asking twice changes nothing more. */
  z.object({
    type: z.literal('edit'),
    id,
    room,
    target: offsetSchema,
    text,
    then: z.enum(['nothing', 'ask']).default('nothing'),
  }),
  /** Erases one's own message, a reply that one asked for, or as a moderator any. */
  z.object({ type: z.literal('delete'), id, room, target: offsetSchema }),
  z.object({
    type: z.literal('react'),
    id,
    room,
    target: offsetSchema,
    emoji: emojiSchema,
    action: z.enum(['add', 'remove']),
  }),
  /** Everything up to an offset was read; only ever moves forward. */
  z.object({ type: z.literal('read'), room, offset: offsetSchema }),
  /** Entries before an offset: the newest page of them, in time order. */
  z.object({ type: z.literal('history'), id, room, before: offsetSchema }),
  /** Stops a run: queued, before its first token, or in mid-reply. */
  z.object({ type: z.literal('stop'), id, room, run: runIdSchema }),
  /** Answers anew what an ended run answered, however it ended. */
  z.object({ type: z.literal('retry'), id, room, run: runIdSchema }),
  /** Goes on with a reply that was stopped, interrupted, or cut at its bound of tokens. */
  z.object({ type: z.literal('continue'), id, room, run: runIdSchema }),
  z.object({ type: z.literal('typing'), room }),
  /** Browsers cannot see WebSocket pings: a client that hears nothing for a while asks. */
  z.object({ type: z.literal('ping'), id }),
]);

/** What a reply waits for beside its turn, so that people know why and for how long. */
export const waitSchema = z
  .discriminatedUnion('for', [
    /** The model servers sleep while nobody asks: one is being started. `usualSeconds` is how long that took last time. */
    z.object({ for: z.literal('waking'), usualSeconds: z.number().int().nonnegative().optional() }),
    /** The model is being pulled. `remainingSeconds` is -1 where it is not known. */
    z.object({
      for: z.literal('pull'),
      percent: z.number().int().min(0).max(100),
      remainingSeconds: z.number().int().min(-1),
    }),
  ])
  .meta({ title: 'wait' });

/** A reply under way: what a late joiner needs to show it. */
export const activeRunSchema = z.object({
  run: runIdSchema,
  state: z.enum(['waiting', 'running']),
  /** Place in the queue, 1 is next; with `waiting`. */
  place: z.number().int().positive().optional(),
  waitsFor: waitSchema.optional(),
  /** Text so far, and how many UTF-16 units it has: the next `delta` starts there. */
  text: z.string(),
  thinking: z.string().optional(),
});

export const errorCodeSchema = z.enum([
  'BadFrame',
  'Unauthorized',
  'NotFound',
  'RateLimited',
  'TooLarge',
  'NotJoined',
  'Unavailable',
  /** The person may not do this here: not the author, no moderator, banned. */
  'Forbidden',
  /** Only moderators write in a locked room. */
  'Locked',
  /** What was to be made exists, or is in use. */
  'Conflict',
  /** The name is reserved, or somebody has it right now: another one will do. */
  'NameRefused',
  /** This server cannot do that. */
  'Unsupported',
]);

/** Why a request is not granted; the same on WebSocket and REST. */
export const refusedSchema = z.object({
  code: errorCodeSchema,
  /** A sentence for people, in English. */
  message: z.string(),
  /** Milliseconds after which asking again may help. */
  retryAfterMs: z.number().int().nonnegative().optional(),
  /** How much there may be at most. With `TooLarge`: bytes of a text, members, reactions; with `BadFrame`: characters of a name. */
  limit: z.number().int().nonnegative().optional(),
});

/** Why a connection is no longer in a room. */
export const leftReasonSchema = z.enum(['kicked', 'banned', 'removed', 'deleted']);

export const serverFrameSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: z.number().int(),
    user: authorSchema,
    /** Name of the backend that holds this connection (its pod). */
    server: z.string(),
    /** Version of the release: a page of another one offers to reload. */
    version: z.string(),
  }),
  z.object({
    type: z.literal('joined'),
    id,
    room,
    epoch: z.string(),
    /** Offset of the last entry sent so far: where the client now is. */
    offset: offsetSchema,
    /** `false`: `since` was of another epoch or too old; drop what you have and start over with `entries`. */
    recovered: z.boolean(),
    entries: z.array(entrySchema),
    /** More entries exist before the first of `entries`. */
    hasMore: z.boolean(),
    runs: z.array(activeRunSchema),
    people: z.array(authorSchema),
    /** Up to where this person has read the room, on any device. */
    read: offsetSchema.optional(),
  }),
  /** `prev` is the offset before this entry: a client that is elsewhere missed something and joins again. */
  z.object({ type: z.literal('entry'), room, prev: offsetSchema, entry: entrySchema }),
  /** Streamed text of a run, to be put at UTF-16 position `at`; never in the log. */
  z.object({
    type: z.literal('delta'),
    room,
    run: runIdSchema,
    at: z.number().int().nonnegative(),
    text: z.string(),
    /** Thinking has positions of its own; without this the delta belongs to the text. */
    part: z.enum(['text', 'thinking']).optional(),
  }),
  /** Where a waiting reply is in the queue, and what it waits for beside its turn, if anything. */
  z.object({
    type: z.literal('queue'),
    room,
    run: runIdSchema,
    place: z.number().int().positive(),
    waitsFor: waitSchema.optional(),
  }),
  z.object({ type: z.literal('people'), room, people: z.array(authorSchema) }),
  z.object({ type: z.literal('typing'), room, user: authorSchema }),
  /** A person has read up to here: oneself on another device, or the other one of a direct room. */
  z.object({ type: z.literal('read'), room, user: z.string(), offset: offsetSchema }),
  /**
   * Rooms that this connection has not joined have new messages; gathered for up to three seconds. `offsets` are those of the
   * newest, at most 100: some of them may have been listed, or seen in the room, before this tells of them.
   */
  z.object({
    type: z.literal('activity'),
    rooms: z.array(
      z.object({
        room,
        top: offsetSchema,
        messages: z.number().int().positive(),
        offsets: z.array(offsetSchema).optional(),
      }),
    ),
  }),
  /** Somebody named this person in a room that this connection has not joined. */
  z.object({ type: z.literal('mention'), room, offset: offsetSchema, author: authorSchema, text: z.string() }),
  /** A room was made, changed, or opened to this person: `GET /api/rooms` says what there is now. */
  z.object({ type: z.literal('rooms-changed'), room }),
  /** This connection was taken out of a room. */
  z.object({ type: z.literal('left'), room, reason: leftReasonSchema }),
  z.object({ type: z.literal('history'), id, room, entries: z.array(entrySchema), hasMore: z.boolean() }),
  z.object({ type: z.literal('ok'), id, offset: offsetSchema.optional() }),
  z.object({ type: z.literal('pong'), id }),
  z.object({ type: z.literal('error'), id: id.optional(), ...refusedSchema.shape }),
  /** This backend goes away: connect again after the delay (milliseconds). */
  z.object({ type: z.literal('restarting'), delayMs: z.number().int().nonnegative() }),
]);

export type Position = z.infer<typeof positionSchema>;
export type ClientFrame = z.infer<typeof clientFrameSchema>;
export type ServerFrame = z.infer<typeof serverFrameSchema>;
export type Wait = z.infer<typeof waitSchema>;
export type ActiveRun = z.infer<typeof activeRunSchema>;
export type LeftReason = z.infer<typeof leftReasonSchema>;
export type Refused = z.infer<typeof refusedSchema>;
export type ErrorCode = z.infer<typeof errorCodeSchema>;
