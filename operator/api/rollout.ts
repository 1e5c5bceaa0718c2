import * as z from 'zod';
import { duration } from './scalars.ts';

export const rolloutSchema = z
  .object({
    preflight: z
      .boolean()
      .default(true)
      .describe('Try a new image or new settings in a Job before the backends get them.'),
    automaticRollback: z.boolean().default(true).describe('Go back to what last worked when the new does not.'),
    progressDeadline: duration.default('10m').describe('How long a rollout may make no progress before it has failed.'),
  })
  .prefault({})
  .describe('How changes reach the backends. This version rolls out without any of it.');
