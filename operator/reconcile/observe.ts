import { INSTANCE_LABEL } from '../api/labels.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ReadonlyStore } from '../kube/store.ts';
import { namesOf } from '../resources/metadata.ts';
import type { Observed } from '../status/observed.ts';
import type { Scope } from './environment.ts';

/** Reads what belongs to the ChatApp from the caches; nothing is asked of the API server. */
export function observe({ chat, environment: { stores } }: Scope): Observed {
  const { uid, namespace, name } = chat.metadata;
  /** Grandchildren carry the instance label instead of an owner reference to the ChatApp. */
  const labelled = <T extends KubeObject>(store: ReadonlyStore<T>): T[] => {
    const found: T[] = [];
    for (const object of store.list()) {
      const { metadata } = object;
      if (metadata.namespace === namespace && metadata.labels?.[INSTANCE_LABEL] === name) found.push(object);
    }
    return found;
  };
  const secretName = namesOf(chat).secret;
  return {
    secret: stores.secret.ownedBy(uid).find(({ metadata }) => metadata.name === secretName),
    configMaps: stores.configMap.ownedBy(uid),
    services: stores.service.ownedBy(uid),
    deployments: stores.deployment.ownedBy(uid),
    statefulSets: stores.statefulSet.ownedBy(uid),
    replicaSets: labelled(stores.replicaSet),
    jobs: stores.job.ownedBy(uid),
    pods: labelled(stores.pod),
    claims: labelled(stores.claim),
    serviceMonitors: [...stores.serviceMonitor.ownedBy(uid), ...stores.azureServiceMonitor.ownedBy(uid)],
  };
}
