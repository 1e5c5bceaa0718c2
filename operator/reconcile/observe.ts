import type { KubeObject } from '../kube/object.ts';
import type { ReadonlyStore } from '../kube/store.ts';
import type { Claim } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import type { Resolved } from '../resources/resolved.ts';
import type { Observed } from '../status/observed.ts';
import type { Scope } from './environment.ts';

/** Claims of the ChatApp, and those of others that it uses. */
function claims(own: readonly Claim[], references: readonly Resolved[]): Claim[] {
  const used = references.filter(({ kind, object }) => kind === 'PersistentVolumeClaim' && object !== undefined);
  const all = [...own, ...used.map(({ object }) => object as Claim)];
  return [...new Map(all.map((claim) => [claim.metadata.uid, claim])).values()];
}

/** Reads what belongs to the ChatApp from the caches; nothing is asked of the API server. */
export function observe({ chat, references, environment: { stores } }: Scope): Observed {
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
    claims: claims(labelled(stores.claim), references),
    serviceMonitors: [...stores.serviceMonitor.ownedBy(uid), ...stores.azureServiceMonitor.ownedBy(uid)],
  };
}

/** Of one kind, what was written in place of what the cache had. */
function renewed<T extends KubeObject>(seen: readonly T[], kind: string, written: readonly KubeObject[]): readonly T[] {
  const fresh = written.filter((object): object is T => object.kind === kind);
  const names = new Set(fresh.map(({ metadata }) => metadata.name));
  return [...seen.filter(({ metadata }) => !names.has(metadata.name)), ...fresh];
}

/** What is known after a reconcile wrote: a workload that was just changed is not as it was, and its status says so. */
export function withWritten(observed: Observed, written: readonly KubeObject[]): Observed {
  if (written.length === 0) return observed;
  return {
    ...observed,
    deployments: renewed(observed.deployments, 'Deployment', written),
    statefulSets: renewed(observed.statefulSets, 'StatefulSet', written),
  };
}
