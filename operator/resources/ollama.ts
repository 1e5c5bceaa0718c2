import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import { selectorLabels } from '../api/labels.ts';
import { authorityFile, secretVariable, type Access } from './access.ts';
import { ACCOUNT, AGENT_PORT, agentContainer } from './agent.ts';
import type { BuildContext } from './context.ts';
import type { Service, StatefulSet } from './kubernetes.ts';
import { childMetadata, namesOf, serviceHost } from './metadata.ts';
import { container, environment, TMP } from './pod.ts';
import { quantityValue } from './quantity.ts';
import { registryAccess } from './registry-access.ts';
import { reportingAccount } from './reports.ts';
import { statefulSet } from './statefulset.ts';

export const OLLAMA_PORT = 11_434;

/** How many servers there are to pull models onto and to ask: those of the chat, or the one that is there already. */
export function ollamaServers({ spec: { ollama } }: ChatApp): number {
  return ollama.mode === 'External' ? 1 : ollama.replicas;
}

/** Base URL of one Ollama server. */
export function ollamaURL(chat: ChatApp, replica: number): string {
  const { external } = chat.spec.ollama;
  if (external !== undefined) return external.url;
  const { ollama } = namesOf(chat);
  return `http://${ollama}-${replica}.${serviceHost(chat, ollama)}:${OLLAMA_PORT}`;
}

/** A duration as Ollama reads it: it knows no days. */
export function ollamaDuration(duration: string): string {
  return `${seconds(duration)}s`;
}

/** Base URL of the agent beside one Ollama replica. */
export function agentURL(chat: ChatApp, replica: number): string {
  const { ollama } = namesOf(chat);
  return `http://${ollama}-${replica}.${serviceHost(chat, ollama)}:${AGENT_PORT}`;
}

/** What the runtime needs beside its URL: a token and an authority, if an external one has them. */
export function ollamaEnvironment({ spec: { ollama } }: ChatApp): Access {
  const { tokenSecretRef, caSecretRef } = ollama.external ?? {};
  const authority = authorityFile('ollama', caSecretRef);
  const token = tokenSecretRef === undefined ? [] : [secretVariable('OLLAMA_TOKEN', tokenSecretRef)];
  return { ...authority, env: [...token, ...authority.env] };
}

/**
 * Threads that Ollama should use: the whole cores that its container may have. It starts one for each core of the node
 * otherwise, and threads that spin without a core of their own cost up to 50 times (docs/performance.md). Nobody knows how
 * many an external one has.
 */
export function ollamaThreads(chat: ChatApp): number | undefined {
  if (chat.spec.ollama.mode === 'External') return undefined;
  const { limits, requests } = chat.spec.ollama.resources;
  return Math.max(1, Math.floor(quantityValue(limits['cpu'] ?? requests['cpu'] ?? 1)));
}

/** Headless: backends and pullers speak to each replica by its own name. */
export function ollamaService(chat: ChatApp): Service {
  const name = namesOf(chat).ollama;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(chat, 'ollama', name),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: selectorLabels(chat.metadata.name, 'ollama'),
      ports: [
        { name: 'ollama', port: OLLAMA_PORT, targetPort: 'ollama' },
        { name: 'agent', port: AGENT_PORT, targetPort: 'agent' },
      ],
    },
  };
}

export function ollamaStatefulSet(chat: ChatApp, context: BuildContext): StatefulSet {
  const name = namesOf(chat).ollama;
  const settings = chat.spec.ollama;
  const { image, resources, gpu } = settings;
  const replicas = context.ollama === 'asleep' ? 0 : settings.replicas;
  const gpus = gpu && { [gpu.resourceName]: gpu.count };
  const withGPUs = {
    requests: { ...resources.requests, ...gpus },
    limits: { ...resources.limits, ...gpus },
  };
  const registry = registryAccess(chat);
  const version = { httpGet: { path: '/api/version', port: 'ollama' }, timeoutSeconds: 5 };
  const ollama = container(chat, withGPUs, {
    name: 'ollama',
    image: image ?? context.images.ollama,
    args: ['serve'],
    env: environment(
      [
        ...registry.env,
        { name: 'OLLAMA_MODELS', value: '/data/models' },
        { name: 'OLLAMA_HOST', value: `0.0.0.0:${OLLAMA_PORT}` },
        // A restart would otherwise delete what a pull has downloaded so far.
        { name: 'OLLAMA_NOPRUNE', value: '1' },
        { name: 'OLLAMA_NO_CLOUD', value: '1' },
        { name: 'OLLAMA_NUM_PARALLEL', value: String(settings.numParallel) },
        { name: 'OLLAMA_MAX_LOADED_MODELS', value: String(settings.maxLoadedModels) },
        { name: 'OLLAMA_KEEP_ALIVE', value: ollamaDuration(settings.keepAlive) },
        { name: 'OLLAMA_CONTEXT_LENGTH', value: String(settings.contextLength) },
      ],
      settings.podTemplate.env,
    ),
    ports: [{ name: 'ollama', containerPort: OLLAMA_PORT }],
    volumeMounts: [{ name: 'data', mountPath: '/data' }, TMP.mount, ...registry.mounts],
    startupProbe: { ...version, periodSeconds: 1, failureThreshold: 120 },
    readinessProbe: { ...version, periodSeconds: 5 },
    livenessProbe: { ...version, periodSeconds: 20, failureThreshold: 6 },
  });
  return statefulSet(chat, context, {
    ...{ name, component: 'ollama', replicas, settings, container: ollama, gracePeriod: 30 },
    sidecar: agentContainer(chat, context),
    serviceAccountName: reportingAccount(chat, 'ollama'),
    volumes: [...registry.volumes, ACCOUNT.volume],
  });
}
