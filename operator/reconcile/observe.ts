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

/** By name: caches have an order of their own, another one after a restart, and the same state must be told in the same words. */
function inOrder<T extends KubeObject>(objects: readonly T[]): T[] {
  return objects.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Reads what belongs to the ChatApp from the caches; nothing is asked of the API server. */
export function observe({ chat, references, environment: { stores } }: Scope): Observed {
  const { uid, namespace, name } = chat.metadata;
  /** Grandchildren carry the name of the ChatApp as a label instead of an owner reference to it. */
  const labelled = <T extends KubeObject>(store: ReadonlyStore<T>) => inOrder(store.indexedBy(`${namespace}/${name}`));
  const owned = <T extends KubeObject>(store: ReadonlyStore<T>) => inOrder(store.ownedBy(uid));
  const secretName = namesOf(chat).secret;
  return {
    secret: stores.secret.ownedBy(uid).find(({ metadata }) => metadata.name === secretName),
    configMaps: owned(stores.configMap),
    services: owned(stores.service),
    deployments: owned(stores.deployment),
    statefulSets: owned(stores.statefulSet),
    replicaSets: labelled(stores.replicaSet),
    jobs: owned(stores.job),
    pods: labelled(stores.pod),
    claims: claims(labelled(stores.claim), references),
    serviceMonitors: [...owned(stores.serviceMonitor), ...owned(stores.azureServiceMonitor)],
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
