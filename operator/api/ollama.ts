import * as z from 'zod';
import { modelSchema } from './model.ts';
import { duration, lasting, imageName, namedList, ruled, secretRef, serverURL } from './scalars.ts';
import { storageSchema } from './storage.ts';
import { disruptionBudgetSchema, podTemplateSchema, resourcesSchema } from './workload.ts';

const pullSchema = z
  .object({
    registry: z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?$/)
      .optional()
      .describe('Host (and port) of a model registry to pull from instead of the public one.'),
    insecure: z.boolean().default(false).describe('The registry speaks plain http.'),
    keySecretRef: secretRef('id_ed25519').optional().describe('Key of Ollama by which a registry knows who pulls.'),
    caSecretRef: secretRef('ca.crt')
      .optional()
      .describe("Authority of the registry's certificate; public ones if not set."),
    proxy: z
      .string()
      .max(300)
      .regex(/^https?:\/\/[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?\/?$/)
      .optional()
      .describe(
        'Proxy through which models are pulled, such as http://proxy.example.org:3128; one with a password goes into podTemplate.env, from a Secret.',
      ),
    maxParallel: z.int().min(1).max(20).default(2).describe('Pulls at a time; the others wait for their turn.'),
    stallTimeout: lasting.default('2m').describe('A download without progress for so long is begun again.'),
    timeout: lasting.default('2h').describe('A pull that takes longer has failed.'),
    retries: z
      .int()
      .min(0)
      .max(20)
      .default(5)
      .describe('Tries of one pull before its Job fails; the operator then begins again, more and more slowly.'),
    podTemplate: podTemplateSchema,
  })
  .prefault({})
  .describe('How models are pulled.');

/** An Ollama that somebody else runs. */
const externalSchema = z.object({
  url: serverURL.describe('Address, such as http://ollama.models.svc:11434.'),
  tokenSecretRef: secretRef('token').optional().describe('Token that is sent as Authorization: Bearer.'),
  caSecretRef: secretRef('ca.crt').optional().describe('Authority of its certificate; public ones if not set.'),
});

const UNDER_TEN_SECONDS = /^(0+d)?(0+h)?(0+m)?(0*[0-9]s)?$/;

export const ollamaSchema = ruled(
  z.object({
    mode: z
      .enum(['Managed', 'External'])
      .default('Managed')
      .describe('Managed: servers of the chat. External: one that is there already; models are pulled onto it too.'),
    external: externalSchema.optional().describe('Server of mode External.'),
    image: imageName.optional().describe("Image of Ollama; the operator's default if not set."),
    replicas: z.int().min(1).max(20).default(1).describe('Ollama servers, each with a volume of its own.'),
    resources: resourcesSchema({ cpu: '500m', memory: '1Gi' }, { cpu: '1', memory: '4Gi' }),
    gpu: z
      .object({
        resourceName: z
          .string()
          .min(1)
          .max(253)
          .regex(/^[a-z0-9][-a-z0-9.]*\/[-a-zA-Z0-9_.]+$/)
          .default('nvidia.com/gpu')
          .describe('What the device plugin calls them.'),
        count: z.int().min(1).max(16).describe('GPUs of each server.'),
      })
      .optional()
      .describe('GPUs; none if not set.'),
    podTemplate: podTemplateSchema,
    podDisruptionBudget: disruptionBudgetSchema,
    storage: storageSchema('20Gi'),
    numParallel: z
      .int()
      .min(1)
      .max(64)
      .default(1)
      .describe('Replies that one server works on at a time; an external one is given no more.'),
    maxLoadedModels: z.int().min(1).max(16).default(1).describe('Models that one server holds in memory at a time.'),
    keepAlive: duration.default('30m').describe('How long an unused model stays in memory.'),
    contextLength: z
      .int()
      .min(256)
      .max(1_048_576)
      .default(4_096)
      .describe('Context length in tokens, for models without one of their own.'),
    scaleToZero: ruled(
      z.object({
        enabled: z.boolean().default(false).describe('No server while nobody asks; the next question waits for one.'),
        idleAfter: duration
          .default('30m')
          .describe('How long nobody must have asked, and no model have been pulled; 10s or more.'),
      }),
      {
        rule: `!self.idleAfter.matches('${UNDER_TEN_SECONDS.source}')`,
        message: 'ollama.scaleToZero.idleAfter is 10s or more: servers that come and go all the time help nobody',
        holds: ({ idleAfter }) => !UNDER_TEN_SECONDS.test(idleAfter),
      },
    )
      .prefault({})
      .describe('Servers only while they are needed.'),
    models: namedList(modelSchema, 20).min(1).describe('Models that every server has.'),
    pull: pullSchema,
    pruneUndeclared: z
      .boolean()
      .default(false)
      .describe('Delete models that this ChatApp pulled and does not name any more; those pulled by hand stay.'),
  }),
  {
    rule: "(self.mode == 'External') == has(self.external)",
    message: 'ollama.external goes with mode External, and only with that',
    holds: ({ mode, external }) => (mode === 'External') === (external !== undefined),
  },
  {
    rule: "self.mode == 'Managed' || !self.scaleToZero.enabled",
    message: 'ollama.scaleToZero is for servers of the chat: with mode External there are none',
    holds: ({ mode, scaleToZero }) => mode === 'Managed' || !scaleToZero.enabled,
  },
  {
    rule: 'self.replicas == 1 || !has(self.storage.existingClaim)',
    message: 'ollama.storage.existingClaim is for one replica: each further one has a volume of its own',
    holds: ({ replicas, storage }) => replicas === 1 || storage.existingClaim === undefined,
  },
  {
    rule: 'self.models.filter(m, m.preload).size() <= self.maxLoadedModels',
    message: 'ollama.maxLoadedModels must be at least the number of models with preload: one would push out the other',
    holds: ({ models, maxLoadedModels }) => models.filter(({ preload }) => preload).length <= maxLoadedModels,
  },
).describe('The servers of the models.');
