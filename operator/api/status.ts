import * as z from 'zod';

const count = z.int().min(0);
const archive = z.string().max(500);
const time = z.iso.datetime().meta({ format: 'date-time' });

const conditionSchema = z.object({
  type: z.string().max(316).describe('What the condition is about.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: z.string().min(1).max(1_024).describe('One word for programs.'),
  message: z.string().max(32_768).describe('What happened and what to do, for people.'),
  lastTransitionTime: time.describe('When status last changed.'),
  observedGeneration: count.describe('Generation of the ChatApp that this is about.'),
});

const workloadSchema = z.object({
  replicas: count.describe('Pods that should be.'),
  readyReplicas: count.describe('Pods that are ready.'),
  updatedReplicas: count.describe('Pods of the newest revision.'),
  summary: z.string().max(40).describe('Ready and wanted, such as 2/3.'),
});

const modelStatusSchema = z.object({
  name: z.string().max(200).describe('Name of the model.'),
  phase: z
    .enum(['Pending', 'Pulling', 'Ready', 'Failed', 'Removing'])
    .describe('How far the model is, over all replicas of Ollama.'),
  digest: z.string().max(100).optional().describe('Digest of what was pulled.'),
  sizeBytes: count.optional().describe('Size of what was pulled.'),
  completedBytes: count.optional().describe('Bytes pulled so far.'),
  percent: z.int().min(0).max(100).optional().describe('Share pulled so far.'),
  speedBytesPerSecond: count.optional().describe('Speed of the pull.'),
  remainingSeconds: z.int().min(-1).optional().describe('Time left; -1 is unknown.'),
  replicas: z.object({ ready: count, total: count }).describe('Ollama servers that have it, and all of them.'),
  reason: z.string().max(100).optional().describe('Why the pull failed.'),
  message: z.string().max(4_096).optional().describe('What happened and what to do.'),
  lastPullTime: time.optional().describe('When the last pull ended well.'),
});

/** The status of a ChatApp, recomputed from what is observed each time. */
export const statusSchema = z.object({
  observedGeneration: count.optional().describe('Generation of the spec that this status is about.'),
  phase: z
    .enum(['Pending', 'Progressing', 'Ready', 'Degraded', 'Suspended', 'Deleting'])
    .optional()
    .describe('One word for people; programs read the conditions.'),
  url: z.string().max(400).optional().describe('Where the chat is.'),
  image: z.string().max(500).optional().describe('Image of the backends.'),
  version: z.string().max(100).optional().describe('Version that the backends say of themselves.'),
  selector: z.string().max(500).optional().describe('Label selector of the backends, for autoscalers.'),
  backend: workloadSchema.optional().describe('The backends.'),
  frontend: workloadSchema.optional().describe('The frontends.'),
  ollama: workloadSchema.optional().describe('The model servers.'),
  redis: workloadSchema.optional().describe('The store.'),
  modelsSummary: z.string().max(60).optional().describe('Models ready and wanted, with the percent of a pull.'),
  models: z
    .array(modelStatusSchema)
    .max(40)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .optional()
    .describe('The models, those that are being removed last.'),
  storage: z
    .object({
      capacityBytes: count.describe('Size of the volume of the models; the smallest of several.'),
      usedBytes: count.describe('How much of it is used.'),
    })
    .optional()
    .describe('Room for models.'),
  restore: z
    .object({
      archive: archive.describe('What is restored.'),
      phase: z.enum(['Pending', 'Running', 'Done', 'Failed']).describe('How far it is.'),
      time: time.describe('When it last changed.'),
    })
    .optional()
    .describe('The restore that backup.restoreFrom asks for.'),
  lastBackup: z
    .object({
      time: time.describe('When it ended.'),
      archive: archive.describe('Its name.'),
      sizeBytes: count.describe('Its size.'),
    })
    .optional()
    .describe('The newest backup.'),
  lastGoodImage: z.string().max(500).optional().describe('Image of the backends that last worked.'),
  rollback: z
    .object({
      templateHash: z.string().max(100).describe('What did not work; it is not tried again.'),
      generation: count.describe('Generation of the ChatApp that asked for it.'),
      from: z.string().max(500).describe('Image that did not work.'),
      to: z.string().max(500).describe('Image that runs instead.'),
      reason: z.string().min(1).max(1_024).describe('Why.'),
      time: time.describe('When.'),
    })
    .optional()
    .describe('The rollback that holds until the spec changes.'),
  probe: z
    .object({
      time: time.describe('When the model was last asked.'),
      firstTokenSeconds: z.number().min(0).max(1_000_000).describe('Time to the first word of its reply.'),
      ok: z.boolean().describe('Whether it answered.'),
    })
    .optional()
    .describe('What the last synthetic question came to.'),
  conditions: z
    .array(conditionSchema)
    .max(20)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
    .optional()
    .describe('What holds; Ready means that people can chat.'),
});

export type ChatAppStatus = z.output<typeof statusSchema>;
export type Condition = z.output<typeof conditionSchema>;
export type ModelStatus = z.output<typeof modelStatusSchema>;
export type WorkloadStatus = z.output<typeof workloadSchema>;
