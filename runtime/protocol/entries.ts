/**
 * What a room's log holds. A room is an append-only log: every entry has an offset that only grows, every log an epoch
 * that changes when the log starts anew (restored or emptied data). Nothing in a log is ever rewritten.
 */
import * as z from 'zod';

/** Position in a room's log: a Redis stream id, `<milliseconds>-<sequence>`. Compare with {@link compareOffsets}. */
export const offsetSchema = z.string().regex(/^\d{1,16}-\d{1,10}$/);

/** Room names are part of URLs and Redis keys. */
export const roomNameSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'not a room name');

/** Chosen by the sender, once a message: a resend with the same id is the same message. */
export const messageIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'not a message id');

export const runIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'not a run id');

/** `assistant` writes replies only, through runs. */
export const roleSchema = z.enum(['admin', 'member', 'guest', 'assistant']);

export const authorSchema = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(40),
  role: roleSchema,
});

/** How a run ended. Every run ends in exactly one of these. */
export const outcomeSchema = z.enum(['done', 'stopped', 'interrupted', 'failed', 'refused']);

/** Why a run `failed` or was `refused`; the UI has words for each. */
export const runReasonSchema = z.enum([
  'ModelNotReady',
  'ModelUnavailable',
  'ModelTooLarge',
  'ModelError',
  'QueueFull',
  'WaitTimeout',
  'ReplyTimeout',
  /** No connection to the model server came about in time. */
  'ConnectTimeout',
  /** The model was asked and did not begin in time. */
  'FirstTokenTimeout',
  /** The model began and then said nothing for too long. */
  'TokenTimeout',
  /** What the model server answered cannot be read. */
  'ModelGarbled',
  'OwnerLost',
]);

export const runStatsSchema = z.object({
  /** Milliseconds from the request to the model until its first token. */
  firstTokenMs: z.number().nonnegative().optional(),
  /** Milliseconds the run waited in the queue. */
  waitMs: z.number().nonnegative().optional(),
  tokensPerSecond: z.number().nonnegative().optional(),
  promptTokens: z.number().int().nonnegative().optional(),
  replyTokens: z.number().int().nonnegative().optional(),
  /** Milliseconds from the request to the model until the end. */
  totalMs: z.number().nonnegative().optional(),
  /** The reply ended because it reached its bound of tokens: it can be continued. */
  cut: z.literal(true).optional(),
});

const position = { offset: offsetSchema, /** Milliseconds since 1970. */ time: z.number().int().nonnegative() };

/** One emoji, or a few joined ones; no letters, no spaces. */
export const emojiSchema = z
  .string()
  .max(32)
  .regex(/^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\uFE0F?)$/v, 'not an emoji');

/** Somebody as a reaction or a deletion names them. */
export const nameOnlySchema = z.object({ id: z.string().min(1).max(64), name: z.string().min(1).max(40) });

export const reactionSchema = z.object({ emoji: z.string(), people: z.array(nameOnlySchema) });

/** What people did to a message or reply after it was written; the log always gives its present state. */
const changes = {
  /** When its text was last changed, in milliseconds since 1970. */
  edited: z.number().int().nonnegative().optional(),
  /** Its text was erased for good, and by whom. */
  deleted: z.enum(['author', 'moderator']).optional(),
  reactions: z.array(reactionSchema).optional(),
};

export const messageEntrySchema = z.object({
  ...position,
  kind: z.literal('message'),
  id: messageIdSchema,
  author: authorSchema,
  /** Empty when it was deleted. */
  text: z.string(),
  /** Offset of the message or reply (its end) that this one answers. */
  replyTo: offsetSchema.optional(),
  /** Ids of the people whom the text names. */
  mentions: z.array(z.string()).optional(),
  ...changes,
});

/**
 * A reply was asked for; it belongs to the room, not to a connection. Its text streams in `delta` frames. It takes the place
 * of earlier replies to the same message, unless it continues one: then its text is what comes after that one's.
 */
export const runStartEntrySchema = z.object({
  ...position,
  kind: z.literal('run-start'),
  run: runIdSchema,
  model: z.string(),
  /** Offset of the message that the reply answers. */
  replyTo: offsetSchema,
  /** Id of the person who asked. */
  askedBy: z.string(),
  /** The run whose text this one goes on with. */
  continues: runIdSchema.optional(),
});

/** The whole reply, replacing the streamed parts. */
export const runEndEntrySchema = z.object({
  ...position,
  kind: z.literal('run-end'),
  run: runIdSchema,
  model: z.string(),
  outcome: outcomeSchema,
  text: z.string(),
  /** What the model thought before it answered. */
  thinking: z.string().optional(),
  reason: runReasonSchema.optional(),
  /** A sentence for people, with `failed` and `refused`. */
  message: z.string().optional(),
  stats: runStatsSchema.optional(),
  ...changes,
});

/** Who did what to the entry at `target`: a message, or the end of a run. */
const change = { ...position, target: offsetSchema };

/** The text was changed. In the log it carries the present text, so that no earlier one outlives an edit or a deletion. */
export const editEntrySchema = z.object({
  ...change,
  kind: z.literal('edit'),
  text: z.string(),
  mentions: z.array(z.string()).optional(),
});

/** The text, its earlier versions and its reactions were erased. */
export const deleteEntrySchema = z.object({
  ...change,
  kind: z.literal('delete'),
  by: z.enum(['author', 'moderator']),
});

export const reactEntrySchema = z.object({
  ...change,
  kind: z.literal('react'),
  emoji: z.string(),
  person: nameOnlySchema,
  action: z.enum(['add', 'remove']),
});

/** Everything before it was erased by a moderator. */
export const clearEntrySchema = z.object({ ...position, kind: z.literal('clear') });

/** Kinds that a client does not know come with newer servers: skip them. */
export const entrySchema = z.discriminatedUnion('kind', [
  messageEntrySchema,
  runStartEntrySchema,
  runEndEntrySchema,
  editEntrySchema,
  deleteEntrySchema,
  reactEntrySchema,
  clearEntrySchema,
]);

export type Author = z.infer<typeof authorSchema>;
export type Role = z.infer<typeof roleSchema>;
export type NameOnly = z.infer<typeof nameOnlySchema>;
export type Reaction = z.infer<typeof reactionSchema>;
export type Outcome = z.infer<typeof outcomeSchema>;
export type RunReason = z.infer<typeof runReasonSchema>;
export type RunStats = z.infer<typeof runStatsSchema>;
export type MessageEntry = z.infer<typeof messageEntrySchema>;
export type RunStartEntry = z.infer<typeof runStartEntrySchema>;
export type RunEndEntry = z.infer<typeof runEndEntrySchema>;
export type Entry = z.infer<typeof entrySchema>;
