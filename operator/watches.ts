import type { ChatApp } from './api/chatapp.ts';
import { INSTANCE_LABEL, MANAGED_SELECTOR } from './api/labels.ts';
import type { Manager } from './kube/manager.ts';
import type { KubeObject, ResourceType } from './kube/object.ts';
import type { Stores } from './reconcile/environment.ts';
import { TYPES } from './resources/types.ts';

/** Children and grandchildren carry the name of their ChatApp as a label: what happens to them concerns it. */
function keyOfInstance({ metadata }: KubeObject): string[] {
  const instance = metadata.labels?.[INSTANCE_LABEL];
  return instance === undefined ? [] : [`${metadata.namespace ?? ''}/${instance}`];
}

/** Has the manager watch ChatApps and everything that was made for them. */
export function watchAll(manager: Manager, namespace: string | undefined): Stores {
  const made = <T extends KubeObject>(type: ResourceType) =>
    manager.watch<T>(type, { namespace, labelSelector: MANAGED_SELECTOR, enqueue: keyOfInstance });
  return {
    chatApp: manager.watch<ChatApp>(TYPES.chatApp, { namespace }),
    secret: made(TYPES.secret),
    configMap: made(TYPES.configMap),
    serviceAccount: made(TYPES.serviceAccount),
    service: made(TYPES.service),
    pod: made(TYPES.pod),
    claim: made(TYPES.claim),
    role: made(TYPES.role),
    roleBinding: made(TYPES.roleBinding),
    statefulSet: made(TYPES.statefulSet),
    deployment: made(TYPES.deployment),
    replicaSet: made(TYPES.replicaSet),
    job: made(TYPES.job),
  };
}
