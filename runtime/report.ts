/**
 * What parts of a chat tell the operator, as JSON strings in one ConfigMap of the ChatApp: pullers their progress (under the
 * key that the operator names; their result is the container's termination message), and the agent beside each Ollama server
 * what only its pod knows. A preflight has last words too.
 */
import * as z from 'zod';

/** Why a pull failed. The operator shows it as `status.models[].reason`. */
export const pullFailureSchema = z.enum([
  'NotFound',
  'Unauthorized',
  'Unreachable',
  'Untrusted',
  'DigestMismatch',
  'OutOfSpace',
  'OutOfMemory',
  'Stalled',
  'Timeout',
  'ServerError',
  /** It was stopped from outside and goes on in another Job: no failure for people. */
  'Cancelled',
]);

export const pullProgressSchema = z.object({
  model: z.string(),
  completedBytes: z.number().int().nonnegative(),
  /** Bytes of all layers known so far; 0 before the manifest was read. */
  totalBytes: z.number().int().nonnegative(),
  speedBytesPerSecond: z.number().nonnegative(),
  /** -1: unknown. */
  remainingSeconds: z.number().int().min(-1),
  /** ISO 8601. */
  time: z.string(),
});

export const pullResultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), digest: z.string(), sizeBytes: z.number().int().nonnegative() }),
  z.object({
    ok: z.literal(false),
    reason: pullFailureSchema,
    message: z.string(),
    /** Of OutOfSpace: so many free bytes would do. */
    neededBytes: z.number().int().nonnegative().optional(),
  }),
]);

const bytes = z.number().int().nonnegative();

/** What the file system under an Ollama server says. */
export const volumeReportSchema = z.object({
  capacityBytes: bytes,
  usedBytes: bytes,
  /** What a process may still write: less than the rest where some is set aside for root. */
  freeBytes: bytes,
});

/** What one sequence of tokens adds to a model's memory. */
export const contextCostSchema = z.object({
  /** Of the key-value cache, with 16 bits for each number; 0 where it is not known. */
  bytesPerToken: bytes,
  /** Tokens of a sequence that the cache holds at most, however long a context is asked for. */
  maxTokens: bytes,
});

export const heldModelSchema = z.object({
  /** As `/api/tags` writes it, with its tag. */
  name: z.string(),
  digest: z.string(),
  sizeBytes: bytes,
  context: contextCostSchema,
});

export const serverReportSchema = z.object({
  volume: volumeReportSchema,
  models: z.array(heldModelSchema),
  /** Models that did not fit into the report. */
  moreModels: bytes,
  /** ISO 8601: when it was so. */
  time: z.string(),
});

/** What the server and the process of a model take beside it: 100 to 160 MB were measured (Ollama 0.17.4, SmolLM2 135M). */
const OVERHEAD_BYTES = 100_000_000;

/**
 * Memory that a model takes when it is loaded: its files, a cache of `numCtx` tokens for each of `numParallel` replies
 * (Ollama loads it with `KvSize: NumCtx * numParallel`, llm/server.go in v0.17.4), and what a server takes anyway. Rather too
 * little than too much. That several models are in memory at a time is not reckoned with: Ollama makes room for another one
 * by itself, as it sees the limit of its container (discover/cpu_linux.go).
 */
export function memoryNeeded(
  { sizeBytes, context }: Pick<HeldModel, 'sizeBytes' | 'context'>,
  { numCtx, numParallel, cacheScale }: { numCtx: number; numParallel: number; cacheScale: number },
): number {
  const cache = context.bytesPerToken * Math.min(numCtx, context.maxTokens) * numParallel * cacheScale;
  return Math.ceil(sizeBytes + cache + OVERHEAD_BYTES);
}

/** For people, such as `1.5 GB`; as the makers of models and disks count, by thousands. */
export function bytesInWords(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const value = count / 1_000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? ''}`;
}

/** Key of the report of the agent beside one Ollama server. */
export function serverReportKey(replica: number): string {
  return `server-${replica}`;
}

/** What a preflight found out: the last words of its container. */
export const preflightResultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), version: z.string().max(100) }),
  z.object({ ok: z.literal(false), message: z.string() }),
]);

const serverTroubleSchema = z.object({
  reason: z.enum(['Unauthorized', 'Untrusted', 'Unreachable']),
  /** For people, with what they can do; never with an address or a secret. */
  message: z.string(),
});

const serverStateSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  serverTroubleSchema.extend({ ok: z.literal(false) }),
]);

/** How servers that somebody else runs answer one backend; written when it changes, under {@link reachKey} of its pod. */
export const reachReportSchema = z.object({ redis: serverStateSchema, ollama: serverStateSchema.optional() });

export const reachKey = (pod: string): string => `reach.${pod}`;
/** Keys of what one of the backends reports for all of them. */
export const BACKEND_REPORT = { demand: 'demand', probe: 'probe' } as const;

/** Whether the model servers are needed, for a chat that lets them sleep. */
export const demandReportSchema = z.object({
  /** ISO 8601: when a reply last waited or was being written; up to a quarter of the time after which they sleep behind. */
  time: z.string(),
  /** Seconds from the first question to the first server, the last time that they were woken. */
  wakeSeconds: z.number().int().nonnegative().optional(),
});

/** What came of the last synthetic question. */
export const probeReportSchema = z.object({
  /** ISO 8601: when the model was asked. */
  time: z.string(),
  ok: z.boolean(),
  /** Seconds until the first word of its reply, or until it was given up. */
  firstTokenSeconds: z.number().nonnegative(),
  /** Why there was none, for people. */
  message: z.string().max(1_000).optional(),
});

export type PullFailure = z.infer<typeof pullFailureSchema>;
export type PullProgress = z.infer<typeof pullProgressSchema>;
export type PullResult = z.infer<typeof pullResultSchema>;
export type VolumeReport = z.infer<typeof volumeReportSchema>;
export type ContextCost = z.infer<typeof contextCostSchema>;
export type HeldModel = z.infer<typeof heldModelSchema>;
export type ServerReport = z.infer<typeof serverReportSchema>;
export type PreflightResult = z.infer<typeof preflightResultSchema>;
export type ServerTrouble = z.infer<typeof serverTroubleSchema>;
export type ServerState = z.infer<typeof serverStateSchema>;
export type ReachReport = z.infer<typeof reachReportSchema>;
export type DemandReport = z.infer<typeof demandReportSchema>;
export type ProbeReport = z.infer<typeof probeReportSchema>;
