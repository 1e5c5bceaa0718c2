import * as z from 'zod';
import { objectName, ruled, sizeQuantity } from './scalars.ts';

/** A data volume. It outlives the ChatApp unless `retention` says Delete. */
export function storageSchema(size: string) {
  return ruled(
    z.object({
      size: sizeQuantity
        .default(size)
        .describe('Size of the volume. It may grow, where the class lets volumes grow (allowVolumeExpansion).'),
      storageClassName: objectName.optional().describe("Class of the volume; the cluster's default if not set."),
      accessModes: z
        .array(z.enum(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany']))
        .min(1)
        .max(3)
        .default(['ReadWriteOnce'])
        .describe('How the volume may be mounted.'),
      existingClaim: objectName
        .optional()
        .describe('A claim that is there already, instead of one that is made; the other settings then say nothing.'),
      retention: z
        .enum(['Retain', 'Delete'])
        .default('Retain')
        .describe('What happens to the volume when the ChatApp is deleted.'),
    }),
    {
      rule: '!quantity(self.size).isLessThan(quantity(oldSelf.size))',
      message: 'a volume can grow, not shrink: for a smaller one, create another ChatApp',
    },
    {
      rule: 'has(self.storageClassName) == has(oldSelf.storageClassName) && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)',
      message: 'the class of a volume cannot change once it exists',
    },
    {
      rule: 'has(self.existingClaim) == has(oldSelf.existingClaim) && (!has(self.existingClaim) || self.existingClaim == oldSelf.existingClaim)',
      message: 'the claim cannot change once the chat is there: its data would not come along',
    },
    {
      rule: 'self.accessModes == oldSelf.accessModes',
      message: 'the access modes of a volume cannot change once it exists',
    },
  )
    .prefault({})
    .describe('The volume.');
}
