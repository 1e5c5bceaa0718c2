import * as z from 'zod';
import { duration, namedList, quantity } from './scalars.ts';
import { disruptionBudgetSchema, podTemplateSchema, resourcesSchema, storageSchema } from './workload.ts';

const imageName = z.string().min(1).max(500);

/** `[registry/][namespace/]name[:tag]`, as Ollama writes it. */
const modelName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]*$/);

export const modelSchema = z.object({
  name: modelName.describe('Name as Ollama writes it, such as tinyllama or llama3.2:3b.'),
  source: modelName.optional().describe('Name under which the registry has it, if that is another.'),
  parameters: z
    .object({
      numCtx: z
        .int()
        .min(256)
        .max(1_048_576)
        .optional()
        .describe('Context length of this model in tokens; ollama.contextLength if not set.'),
    })
    .prefault({})
    .describe('Settings of the model that hold for everybody: another value would load it anew.'),
});

const pullSchema = z
  .object({
    registry: z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?$/)
      .optional()
      .describe('Host (and port) of a model registry to pull from instead of the public one.'),
    insecure: z.boolean().default(false).describe('The registry speaks plain http.'),
    stallTimeout: duration.default('2m').describe('A download without progress for so long is begun again.'),
    timeout: duration.default('2h').describe('A pull that takes longer has failed.'),
    retries: z
      .int()
      .min(0)
      .max(20)
      .default(5)
      .describe('Tries of one pull before its Job fails; the operator then begins again, more and more slowly.'),
  })
  .prefault({})
  .describe('How models are pulled.');

export const ollamaSchema = z
  .object({
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
    numParallel: z.int().min(1).max(64).default(1).describe('Replies that one server works on at a time.'),
    maxLoadedModels: z.int().min(1).max(16).default(1).describe('Models that one server holds in memory at a time.'),
    keepAlive: duration.default('30m').describe('How long an unused model stays in memory.'),
    contextLength: z
      .int()
      .min(256)
      .max(1_048_576)
      .default(4_096)
      .describe('Context length in tokens, for models without one of their own.'),
    models: namedList(modelSchema, 20).min(1).describe('Models that every server has.'),
    pull: pullSchema,
  })
  .describe('The servers of the models.');

export const redisSchema = z
  .object({
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
  })
  .prefault({})
  .describe('The store of messages, sessions and queues.');
