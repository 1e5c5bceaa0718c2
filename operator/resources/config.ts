import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import { childName, fingerprint } from '../api/names.ts';
import type { RuntimeConfig } from '../../runtime/config.ts';
import { authConfig } from './auth.ts';
import type { ConfigMap } from './kubernetes.ts';
import { modelMemory } from './memory.ts';
import { childMetadata } from './metadata.ts';
import { ollamaDuration, ollamaServers, ollamaThreads, ollamaURL } from './ollama.ts';

/** Key of the ConfigMap and name of the file that it becomes. */
export const CONFIG_FILE = 'config.json';

/** The runtime's configuration for a ChatApp: the spec in the terms of the backend, what is left out filled in. */
export function runtimeConfig(chat: ChatApp): RuntimeConfig {
  const { chat: settings, auth, ollama, ingress, publicURL } = chat.spec;
  const threads = ollamaThreads(chat);
  const { probe } = chat.spec.monitoring;
  const title = settings.title ?? chat.metadata.name;
  const defaultModel = settings.defaultModel ?? ollama.models[0]?.name ?? '';
  const { replies, systemPrompt } = settings;
  const memory = modelMemory(chat);
  const rooms = settings.rooms.length > 0 ? settings.rooms : [{ name: 'general', title: 'General' }];
  return {
    title,
    ...(publicURL !== undefined && { publicURL }),
    ...(ingress.path !== '/' && { basePath: ingress.path }),
    rooms: rooms.map((room) => ({
      name: room.name,
      title: room.title ?? room.name,
      model: room.model ?? defaultModel,
      systemPrompt: room.systemPrompt ?? systemPrompt,
      replies: room.replies ?? replies,
    })),
    assistant: {
      name: 'Assistant',
      contextMessages: settings.contextMessages,
      ...(settings.temperature !== undefined && { temperature: settings.temperature }),
      maxTokens: settings.maxTokens,
    },
    history: { maxMessages: settings.history.maxMessages, maxAgeSeconds: seconds(settings.history.maxAge) },
    limits: settings.limits,
    userRooms: settings.userRooms,
    queue: queueConfig(settings.queue),
    auth: authConfig(auth),
    session: { maxAgeSeconds: seconds(auth.session.maxAge) },
    allowedOrigins: auth.allowedOrigins,
    trustedProxyHops: auth.trustedProxyHops,
    ollama: {
      urls: Array.from({ length: ollamaServers(chat) }, (_, replica) => ollamaURL(chat, replica)),
      numParallel: ollama.numParallel,
      ...(threads !== undefined && { numThread: threads }),
      contextLength: ollama.contextLength,
      keepAlive: ollamaDuration(ollama.keepAlive),
      ...(memory !== undefined && { memory }),
      ...(ollama.scaleToZero.enabled && {
        scaleToZero: { idleAfterSeconds: seconds(ollama.scaleToZero.idleAfter) },
      }),
      models: ollama.models.map(({ name, preload, keepAlive, parameters }) => ({
        name,
        ...(preload && { preload }),
        ...(keepAlive !== undefined && { keepAlive: ollamaDuration(keepAlive) }),
        ...parameters,
      })),
    },
    ...(probe.enabled && { probe: { model: defaultModel, intervalSeconds: seconds(probe.interval) } }),
  };
}

function queueConfig(queue: ChatApp['spec']['chat']['queue']): RuntimeConfig['queue'] {
  const { maxWaiting, waitTimeout, replyTimeout, firstTokenTimeout, tokenTimeout } = queue;
  return {
    maxWaiting,
    waitTimeoutSeconds: seconds(waitTimeout),
    replyTimeoutSeconds: seconds(replyTimeout),
    ...(firstTokenTimeout !== undefined && { firstTokenTimeoutSeconds: seconds(firstTokenTimeout) }),
    tokenTimeoutSeconds: seconds(tokenTimeout),
  };
}

/**
 * The configuration under a name that carries its hash: pods of an older revision keep reading the settings they were
 * started with.
 */
export function configMap(chat: ChatApp): ConfigMap {
  const content = JSON.stringify(runtimeConfig(chat), undefined, 2);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(chat, 'backend', childName(chat.metadata.name, 'config', fingerprint(content, 10))),
    data: { [CONFIG_FILE]: content },
  };
}
