import * as z from 'zod';
import { lasting } from './scalars.ts';

export const rolloutSchema = z
  .object({
    preflight: z
      .boolean()
      .default(true)
      .describe('Try a new image or new settings in a Job before backends and frontends get them.'),
    automaticRollback: z
      .boolean()
      .default(true)
      .describe(
        'Go back to what last worked when new pods crash, find no image, or are late. The next change of the spec is tried again.',
      ),
    progressDeadline: lasting.default('10m').describe('How long a rollout may make no progress before it has failed.'),
  })
  .prefault({})
  .describe('How changes of image and settings reach backends and frontends.');
