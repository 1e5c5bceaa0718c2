import * as z from 'zod';
import { cron, objectName, ruled, sizeQuantity } from './scalars.ts';

/** A path inside of a volume. */
const archivePath = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[A-Za-z0-9][-._A-Za-z0-9/]*$/);

const restoreSchema = z.object({
  claim: objectName.describe('Claim of the volume that has the archive.'),
  archive: archivePath.describe('Name of the archive in it.'),
});

export const backupSchema = ruled(
  z.object({
    schedule: cron.optional().describe('When backups are made, as cron writes it, in UTC; none if not set.'),
    retention: z.int().min(1).max(1_000).default(7).describe('Backups that are kept.'),
    storage: z
      .object({
        size: sizeQuantity.default('10Gi').describe('Size of the volume.'),
        storageClassName: objectName.optional().describe("Class of the volume; the cluster's default if not set."),
      })
      .optional()
      .describe('A volume for backups.'),
    existingClaim: objectName.optional().describe('A claim that is there already, for backups.'),
    restoreFrom: restoreSchema.optional().describe('An archive with which the chat begins.'),
  }),
  {
    rule: '!has(self.schedule) || has(self.storage) || has(self.existingClaim)',
    message: 'backup.schedule needs a place: backup.storage or backup.existingClaim',
    holds: ({ schedule, storage, existingClaim }) =>
      schedule === undefined || storage !== undefined || existingClaim !== undefined,
  },
  {
    rule: '!has(self.storage) || !has(self.existingClaim)',
    message: 'backups go to one place: backup.storage or backup.existingClaim',
    holds: ({ storage, existingClaim }) => storage === undefined || existingClaim === undefined,
  },
  {
    // Rules do not see the status, so whether the restore is done cannot be asked: it may be taken away, never exchanged.
    rule: '!has(self.restoreFrom) || (has(oldSelf.restoreFrom) && self.restoreFrom == oldSelf.restoreFrom)',
    message: 'backup.restoreFrom is given when a ChatApp is created: restore into a new one',
  },
)
  .prefault({})
  .describe('Backups of messages and accounts.');
