import { API_VERSION, KIND } from '../../../operator/api/group.ts';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import { specSchema, type ChatAppSpecInput } from '../../../operator/api/spec.ts';
import { backendDeployment } from '../../../operator/resources/backend.ts';
import { configMap } from '../../../operator/resources/config.ts';
import { frontendDeployment } from '../../../operator/resources/frontend.ts';
import { revisionOf, type Revision } from '../../../operator/resources/revision.ts';
import type { BuildContext } from '../../../operator/resources/context.ts';
import type { Observed } from '../../../operator/status/observed.ts';

/** A ChatApp as the API server would hold it: defaults filled in. */
export function chatApp(spec: Partial<ChatAppSpecInput> = {}, name = 'demo'): ChatApp {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, namespace: 'chat', uid: 'chat-uid', generation: 3, resourceVersion: '7' },
    spec: specSchema.parse({ ollama: { models: [{ name: 'tinyllama' }] }, ...spec }),
  };
}

/** What the spec of a ChatApp makes of backends and frontends. */
export function revision(chat: ChatApp): Revision {
  return revisionOf(backendDeployment(chat, context), frontendDeployment(chat, context), configMap(chat));
}

export const context: BuildContext = {
  images: { runtime: 'runtime:1', redis: 'redis:1', ollama: 'ollama:1' },
  secretHash: 'abc',
  backendSecretHash: 'abc',
  references: [],
  ollama: 'awake',
  has: () => true,
};

export const nothingObserved: Observed = {
  configMaps: [],
  services: [],
  deployments: [],
  statefulSets: [],
  replicaSets: [],
  jobs: [],
  pods: [],
  claims: [],
  serviceMonitors: [],
};
