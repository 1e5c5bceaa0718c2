import type { ChatApp } from '../api/chatapp.ts';
import type { KubeObject, ResourceType } from '../kube/object.ts';
import { backendDeployment, backendService } from './backend.ts';
import { configMap } from './config.ts';
import type { BuildContext } from './context.ts';
import { frontendDeployment, frontendService } from './frontend.ts';
import { ollamaService, ollamaStatefulSet } from './ollama.ts';
import { pullerAccess, reportsConfigMap } from './puller.ts';
import { redisService, redisStatefulSet } from './redis.ts';
import { TYPES } from './types.ts';

/** A child object as it should be. */
export interface Child {
  type: ResourceType;
  object: KubeObject;
}

/**
 * Every child of a ChatApp but its generated Secret (created, never applied) and its pull Jobs (planned from what is there).
 * Two steps: what others refer to goes first, so that no pod waits in an error for a ConfigMap or a name, and because the API
 * server lets nobody bind a Role that it cannot look at. Within a step the order does not matter and all are applied at the
 * same time.
 */
export function children(chat: ChatApp, context: BuildContext): readonly (readonly Child[])[] {
  const { account, role, binding } = pullerAccess(chat);
  return [
    [
      { type: TYPES.configMap, object: configMap(chat) },
      { type: TYPES.configMap, object: reportsConfigMap(chat) },
      { type: TYPES.serviceAccount, object: account },
      { type: TYPES.role, object: role },
      { type: TYPES.service, object: redisService(chat) },
      { type: TYPES.service, object: ollamaService(chat) },
      { type: TYPES.service, object: backendService(chat) },
      { type: TYPES.service, object: frontendService(chat) },
    ],
    [
      { type: TYPES.roleBinding, object: binding },
      { type: TYPES.statefulSet, object: redisStatefulSet(chat, context) },
      { type: TYPES.statefulSet, object: ollamaStatefulSet(chat, context) },
      { type: TYPES.deployment, object: backendDeployment(chat, context) },
      { type: TYPES.deployment, object: frontendDeployment(chat, context) },
    ],
  ];
}
