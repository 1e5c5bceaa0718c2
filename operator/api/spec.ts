import * as z from 'zod';
import { authSchema } from './auth.ts';
import { backupSchema } from './backup.ts';
import { chatSchema } from './chat.ts';
import { ingressSchema } from './ingress.ts';
import { monitoringSchema } from './monitoring.ts';
import { networkPolicySchema } from './network-policy.ts';
import { ollamaSchema } from './ollama.ts';
import { redisSchema } from './redis.ts';
import { rolloutSchema } from './rollout.ts';
import { imageName, labelMap, objectName, originURL, ruled } from './scalars.ts';
import { backendSchema, frontendSchema } from './workload.ts';

/** The spec of a ChatApp: the only source of types, defaults, the CRD and the API reference. */
export const specSchema = ruled(
  z.object({
    suspend: z.boolean().default(false).describe('Leave everything as it is: nothing is created, changed or deleted.'),
    image: imageName.optional().describe("Image of backend, frontend and puller; the operator's default if not set."),
    imagePullPolicy: z
      .enum(['Always', 'IfNotPresent', 'Never'])
      .default('IfNotPresent')
      .describe('When images are pulled.'),
    imagePullSecrets: z
      .array(z.object({ name: objectName.describe('Name of the Secret.') }))
      .max(10)
      .default([])
      .describe('Secrets for pulling images.'),
    publicURL: originURL
      .optional()
      .describe('Where people find the chat, such as https://chat.example.org; ingress.path comes behind it.'),
    commonLabels: labelMap().default({}).describe('Labels of everything that is made for the chat.'),
    priorityClassName: objectName.optional().describe('Importance of all pods of the chat.'),
    chat: chatSchema,
    auth: authSchema,
    backend: backendSchema,
    frontend: frontendSchema,
    ollama: ollamaSchema,
    redis: redisSchema,
    ingress: ingressSchema,
    networkPolicy: networkPolicySchema,
    monitoring: monitoringSchema,
    backup: backupSchema,
    rollout: rolloutSchema,
  }),
  {
    rule: '!has(self.chat.defaultModel) || self.ollama.models.exists(m, m.name == self.chat.defaultModel)',
    message: 'chat.defaultModel must be one of ollama.models',
    holds: ({ chat, ollama }) => chat.defaultModel === undefined || isDeclared(ollama, chat.defaultModel),
  },
  {
    rule: 'self.chat.rooms.all(r, !has(r.model) || self.ollama.models.exists(m, m.name == r.model))',
    message: 'the model of each room must be one of ollama.models',
    holds: ({ chat, ollama }) => chat.rooms.every(({ model }) => model === undefined || isDeclared(ollama, model)),
  },
);

function isDeclared(ollama: { models: readonly { name: string }[] }, model: string): boolean {
  return ollama.models.some(({ name }) => name === model);
}

export type ChatAppSpec = z.output<typeof specSchema>;
export type ChatAppSpecInput = z.input<typeof specSchema>;
export type Room = ChatAppSpec['chat']['rooms'][number];
export type Model = ChatAppSpec['ollama']['models'][number];
export type PodTemplate = ChatAppSpec['backend']['podTemplate'];
export type Resources = ChatAppSpec['backend']['resources'];
export type Autoscaling = NonNullable<ChatAppSpec['backend']['autoscaling']>;
export type Storage = ChatAppSpec['redis']['storage'];
