import type { KubeObject } from '../kube/object.ts';
import type { ReadonlyStore } from '../kube/store.ts';
import { namesOf } from '../resources/metadata.ts';
import type { Observed } from '../status/observed.ts';
import type { Scope } from './environment.ts';

/** Reads what belongs to the ChatApp from the caches; nothing is asked of the API server. */
export function observe({ chat, environment: { stores } }: Scope): Observed {
  const { uid, namespace, name } = chat.metadata;
  /** Grandchildren carry the name of the ChatApp as a label instead of an owner reference to it. */
  const labelled = <T extends KubeObject>(store: ReadonlyStore<T>) => store.indexedBy(`${namespace}/${name}`);
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
