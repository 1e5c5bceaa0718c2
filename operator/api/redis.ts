import * as z from 'zod';
import { imageName, quantity, ruled, secretRef } from './scalars.ts';
import { storageSchema } from './storage.ts';
import { podTemplateSchema, resourcesSchema } from './workload.ts';

/** A Redis that somebody else runs. */
const externalSchema = z.object({
  urlSecretRef: secretRef('url').describe(
    'Its whole address: redis://user:password@host:port/database, or rediss:// with TLS.',
  ),
  caSecretRef: secretRef('ca.crt').optional().describe('Authority of its certificate; public ones if not set.'),
  sentinel: z
    .object({
      masterName: z.string().min(1).max(100).describe('What the sentinels call it.'),
      passwordSecretRef: secretRef('password')
        .optional()
        .describe('Password of the sentinels themselves; user and password of the address are for Redis.'),
    })
    .optional()
    .describe('The address is that of sentinels, several with commas between.'),
});

export const redisSchema = ruled(
  z.object({
    mode: z
      .enum(['Managed', 'External'])
      .default('Managed')
      .describe('Managed: a Redis of the chat. External: one that is there already.'),
    external: externalSchema.optional().describe('Redis of mode External.'),
    image: imageName.optional().describe("Image of Redis 7 or Valkey 8; the operator's default if not set."),
    resources: resourcesSchema({ cpu: '50m', memory: '64Mi' }, { cpu: '500m', memory: '512Mi' }),
    podTemplate: podTemplateSchema,
    storage: storageSchema('5Gi'),
    persistence: z
      .enum(['Always', 'EverySecond', 'None'])
      .default('Always')
      .describe('When writes reach the disk. Always: a message that was acknowledged survives even the end of Redis.'),
    maxMemory: quantity
      .optional()
      .describe('Memory for data; full means refused, never dropped. 75 % of the memory limit if not set.'),
  }),
  {
    rule: "(self.mode == 'External') == has(self.external)",
    message: 'redis.external goes with mode External, and only with that',
    holds: ({ mode, external }) => (mode === 'External') === (external !== undefined),
  },
  {
    rule: 'self.mode == oldSelf.mode',
    message: 'redis.mode cannot change: the messages would not come along; create a new ChatApp',
  },
)
  .prefault({})
  .describe('The store of messages, sessions and queues.');
