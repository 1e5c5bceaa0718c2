/**
 * What the model puller tells the operator: progress in one ConfigMap of the ChatApp (a JSON string for each pull, under the
 * key that the operator names), and its result as the container's termination message.
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
  'Stalled',
  'Timeout',
  'ServerError',
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
  z.object({ ok: z.literal(false), reason: pullFailureSchema, message: z.string() }),
]);

export type PullFailure = z.infer<typeof pullFailureSchema>;
export type PullProgress = z.infer<typeof pullProgressSchema>;
export type PullResult = z.infer<typeof pullResultSchema>;
