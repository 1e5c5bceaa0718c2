/**
 * The runtime's configuration file (JSON, mounted from a ConfigMap): written by the operator from a ChatApp, read by the
 * backend. Both use this schema, so that they cannot drift. Secrets are never in it; they come from the environment.
 */
import * as z from 'zod';
import { roomNameSchema } from './protocol/entries.ts';
import { roomCreatorsSchema } from './protocol/rest.ts';

const seconds = z.number().int().positive();
/** How people enter. */
export const authConfigSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('Guest') }),
  z.object({ mode: z.literal('Accounts'), allowSignup: z.boolean() }),
  /** Frontends say who people are, as trusted proxies tell them. */
  z.object({ mode: z.literal('TrustedHeader'), adminGroup: z.string().optional() }),
  z.object({
    mode: z.literal('OIDC'),
    issuer: z.url(),
    clientID: z.string(),
    scopes: z.array(z.string()),
    adminGroup: z.string().optional(),
  }),
]);
const sharedLimitsSchema = z.object({
  messagesPerMinute: z.number().int().positive(),
  aiRepliesPerMinute: z.number().int().positive(),
});
/** Over REST, beside the messages that may be written; the runtime's own bound if not set. */
const requestsPerMinute = z.number().int().positive().optional();
/** Rooms of two people count among `maxRooms`, and everybody may have them. */
const userRoomsSchema = z.object({
  creators: roomCreatorsSchema,
  maxRooms: z.number().int().positive(),
  /** That one person moderates. */
  maxPerPerson: z.number().int().positive(),
});
const repliesSchema = z.enum(['Always', 'Mention', 'Never']);

/** Path under which a chat is on its host: `/`, or `/a/b` without a slash at its end. */
export const basePathSchema = z
  .string()
  .regex(/^\/([-_~A-Za-z0-9][-._~A-Za-z0-9]*(\/[-_~A-Za-z0-9][-._~A-Za-z0-9]*)*)?$/);

export const runtimeConfigSchema = z.object({
  title: z.string(),
  publicURL: z.url().optional(),
  /** `/` if not set. */
  basePath: basePathSchema.optional(),
  rooms: z
    .array(
      z.object({
        name: roomNameSchema,
        title: z.string(),
        model: z.string(),
        systemPrompt: z.string(),
        replies: repliesSchema,
      }),
    )
    .min(1),
  assistant: z.object({
    name: z.string(),
    /** Messages of the room that a reply sees, at most. */
    contextMessages: z.number().int().positive(),
    temperature: z.number().optional(),
    /** Tokens of a reply, at most. */
    maxTokens: z.number().int().positive(),
  }),
  history: z.object({ maxMessages: z.number().int().positive(), maxAgeSeconds: seconds }),
  limits: z.object({
    messagesPerMinute: z.number().int().positive(),
    aiRepliesPerMinute: z.number().int().positive(),
    requestsPerMinute,
    /** Of all people from one address, and in one room; as many as they like if not set. */
    perAddress: sharedLimitsSchema.extend({ requestsPerMinute }).optional(),
    perRoom: sharedLimitsSchema.optional(),
    maxMessageBytes: z.number().int().positive(),
    connectionsPerUser: z.number().int().positive(),
    connectionsPerAddress: z.number().int().positive(),
  }),
  /** Rooms that people make; the runtime's own bounds if not set. */
  userRooms: userRoomsSchema.optional(),
  queue: z.object({
    maxWaiting: z.number().int().positive(),
    waitTimeoutSeconds: seconds,
    replyTimeoutSeconds: seconds,
    /** From the request to the model until its first token; not set: as long as the reply may take. */
    firstTokenTimeoutSeconds: seconds.optional(),
    /** From one token to the next; not set: two minutes. */
    tokenTimeoutSeconds: seconds.optional(),
  }),
  auth: authConfigSchema.default({ mode: 'Guest' }),
  session: z.object({ maxAgeSeconds: seconds }),
  allowedOrigins: z.array(z.string()),
  /** Proxies in front of the frontend whose X-Forwarded-For is believed. */
  trustedProxyHops: z.number().int().nonnegative(),
  ollama: z.object({
    /** One base URL for each Ollama replica. */
    urls: z.array(z.url()).min(1),
    /** Runs that one replica works on at a time. */
    numParallel: z.number().int().positive(),
    /** `num_thread` of every request, unless the model has its own: the whole cores of the Ollama container (its threads spin). */
    numThread: z.number().int().positive().optional(),
    /** `num_ctx` of every request, unless the model has its own: changing it reloads the model. */
    contextLength: z.number().int().positive(),
    /** How long an unused model stays loaded, as Ollama reads it, unless the model has its own. */
    keepAlive: z.string(),
    /** Servers go when nobody asked for so long, and come back when somebody does. */
    scaleToZero: z.object({ idleAfterSeconds: seconds }).optional(),
    /** What a server may use, where that is known; numbers in its key-value cache are `cacheScale` times 16 bits. */
    memory: z.object({ limitBytes: z.number().int().positive(), cacheScale: z.number().min(0).max(1) }).optional(),
    models: z.array(
      z.object({
        name: z.string(),
        /** Loaded before anybody asks. */
        preload: z.boolean().optional(),
        keepAlive: z.string().optional(),
        numCtx: z.number().int().positive().optional(),
        numThread: z.number().int().positive().optional(),
        temperature: z.number().optional(),
        topK: z.number().int().positive().optional(),
        topP: z.number().optional(),
        seed: z.number().int().optional(),
      }),
    ),
  }),
  /** A synthetic question to a model, so often; no room shows it. */
  probe: z.object({ model: z.string(), intervalSeconds: seconds }).optional(),
});

export type RuntimeConfig = z.infer<typeof runtimeConfigSchema>;
