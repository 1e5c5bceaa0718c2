import * as z from 'zod';
import { cron, duration, ruled } from './scalars.ts';

/** `[registry/][namespace/]name[:tag]`, as Ollama writes it. */
const modelName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]*$/);

const parametersSchema = z
  .object({
    numCtx: z
      .int()
      .min(256)
      .max(1_048_576)
      .optional()
      .describe('Context length of this model in tokens; ollama.contextLength if not set.'),
    numThread: z.int().min(1).max(256).optional().describe('Threads; the whole cores of the server if not set.'),
    temperature: z.number().min(0).max(2).optional().describe('Randomness; chat.temperature if not set.'),
    topK: z.int().min(1).max(1_000).optional().describe('Words to choose from, at most.'),
    topP: z.number().min(0).max(1).optional().describe('Share of likely words to choose from.'),
    seed: z.int().min(0).max(2_147_483_647).optional().describe('Makes replies repeatable.'),
  })
  .prefault({})
  .describe(
    'Settings of the model that hold for everybody: another context length or number of threads loads it anew.',
  );

export const modelSchema = ruled(
  z.object({
    name: modelName.describe('Name as Ollama writes it, such as tinyllama or llama3.2:3b.'),
    source: modelName.optional().describe('Name under which the registry has it, if that is another.'),
    digest: z
      .string()
      .max(71)
      .regex(/^sha256:[0-9a-f]{64}$/)
      .optional()
      .describe('What the model must be; another digest is an error.'),
    preload: z.boolean().default(false).describe('Load the model into memory before anybody asks.'),
    keepAlive: duration.optional().describe('How long it stays in memory unused; ollama.keepAlive if not set.'),
    parameters: parametersSchema,
    refresh: z
      .enum(['IfNotPresent', 'Schedule'])
      .default('IfNotPresent')
      .describe('IfNotPresent: pulled once. Schedule: looked for again at refreshSchedule.'),
    refreshSchedule: cron.optional().describe('When to look for a newer one, as cron writes it, in UTC.'),
  }),
  {
    rule: "self.refresh != 'Schedule' || has(self.refreshSchedule)",
    message: 'refreshSchedule is needed with refresh Schedule, such as 0 3 * * *',
    holds: ({ refresh, refreshSchedule }) => refresh !== 'Schedule' || refreshSchedule !== undefined,
  },
  {
    rule: "!has(self.digest) || self.refresh == 'IfNotPresent'",
    message: 'a model with a digest never changes: remove the digest or refresh Schedule',
    holds: ({ digest, refresh }) => digest === undefined || refresh === 'IfNotPresent',
  },
);
