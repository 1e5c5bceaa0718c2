import type { ChatApp } from './api/chatapp.ts';
import { COMPONENT_LABEL, INSTANCE_LABEL, MANAGED_SELECTOR } from './api/labels.ts';
import type { Manager } from './kube/manager.ts';
import type { KubeObject, ResourceType } from './kube/object.ts';
import type { Environment, Stores } from './reconcile/environment.ts';
import { OPTIONAL_TYPES, TYPES } from './resources/types.ts';

/** Children and grandchildren carry the name of their ChatApp as a label: what happens to them concerns it. */
function keyOfInstance({ metadata }: KubeObject): string[] {
  const instance = metadata.labels?.[INSTANCE_LABEL];
  return instance === undefined ? [] : [`${metadata.namespace ?? ''}/${instance}`];
}

/** Parts of one component differ little from one ChatApp to the next. */
function componentOf({ metadata }: KubeObject): string {
  return metadata.labels?.[COMPONENT_LABEL] ?? '';
}

/** Has the manager watch ChatApps and everything that was made for them. */
export function watchAll(manager: Manager, namespace: string | undefined): Pick<Environment, 'stores' | 'has'> {
  const made = <T extends KubeObject>(type: ResourceType) =>
    manager.watch<T>(type, {
      namespace,
      labelSelector: MANAGED_SELECTOR,
      enqueue: keyOfInstance,
      index: keyOfInstance,
      kinOf: componentOf,
    });
  const optional = (type: ResourceType) =>
    manager.watchOptional(type, { namespace, labelSelector: MANAGED_SELECTOR, enqueue: keyOfInstance });
  const httpRoute = optional(OPTIONAL_TYPES.httpRoute);
  const scaledObject = optional(OPTIONAL_TYPES.scaledObject);
  const serviceMonitor = optional(OPTIONAL_TYPES.serviceMonitor);
  const azureServiceMonitor = optional(OPTIONAL_TYPES.azureServiceMonitor);
  const stores: Stores = {
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
    disruptionBudget: made(TYPES.disruptionBudget),
    autoscaler: made(TYPES.autoscaler),
    networkPolicy: made(TYPES.networkPolicy),
    ingress: made(TYPES.ingress),
    httpRoute: httpRoute.store,
    scaledObject: scaledObject.store,
    serviceMonitor: serviceMonitor.store,
    azureServiceMonitor: azureServiceMonitor.store,
  };
  const available = new Map<ResourceType, { readonly isAvailable: boolean }>([
    [OPTIONAL_TYPES.httpRoute, httpRoute],
    [OPTIONAL_TYPES.scaledObject, scaledObject],
    [OPTIONAL_TYPES.serviceMonitor, serviceMonitor],
    [OPTIONAL_TYPES.azureServiceMonitor, azureServiceMonitor],
  ]);
  return { stores, has: (type) => available.get(type)?.isAvailable ?? false };
}
