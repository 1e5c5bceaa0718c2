import type { ChatApp } from '../api/chatapp.ts';
import type { Applier } from '../kube/apply.ts';
import type { Logger } from '../kube/log.ts';
import type { KubeObject, ResourceType } from '../kube/object.ts';
import type { References } from '../kube/references.ts';
import type { StatusWriter } from '../kube/status.ts';
import type { ReadonlyStore } from '../kube/store.ts';
import type { Transport } from '../kube/transport.ts';
import type { BuildContext } from '../resources/context.ts';
import type {
  Claim,
  ConfigMap,
  Deployment,
  Job,
  Pod,
  ReplicaSet,
  Secret,
  Service,
  StatefulSet,
} from '../resources/kubernetes.ts';
import type { Resolved } from '../resources/resolved.ts';
import { OPTIONAL_TYPES, TYPES } from '../resources/types.ts';
import type { Failure } from '../status/observed.ts';
import type { OwnerCheck } from './owner.ts';

/** Owner of the fields that the operator sets. */
export const FIELD_MANAGER = 'chatapp-operator';

/** The caches, one a kind. */
export interface Stores {
  chatApp: ReadonlyStore<ChatApp>;
  secret: ReadonlyStore<Secret>;
  configMap: ReadonlyStore<ConfigMap>;
  serviceAccount: ReadonlyStore<KubeObject>;
  service: ReadonlyStore<Service>;
  pod: ReadonlyStore<Pod>;
  claim: ReadonlyStore<Claim>;
  role: ReadonlyStore<KubeObject>;
  roleBinding: ReadonlyStore<KubeObject>;
  statefulSet: ReadonlyStore<StatefulSet>;
  deployment: ReadonlyStore<Deployment>;
  replicaSet: ReadonlyStore<ReplicaSet>;
  job: ReadonlyStore<Job>;
  disruptionBudget: ReadonlyStore<KubeObject>;
  autoscaler: ReadonlyStore<KubeObject>;
  networkPolicy: ReadonlyStore<KubeObject>;
  ingress: ReadonlyStore<KubeObject>;
  httpRoute: ReadonlyStore<KubeObject>;
  scaledObject: ReadonlyStore<KubeObject>;
  serviceMonitor: ReadonlyStore<KubeObject>;
  azureServiceMonitor: ReadonlyStore<KubeObject>;
}

const STORE_NAMES: ReadonlyMap<ResourceType, keyof Stores> = new Map(
  Object.entries({ ...TYPES, ...OPTIONAL_TYPES }).map(([name, type]) => [type, name as keyof Stores]),
);

/** The cache of a kind that is known by its type only. */
export function storeOf(stores: Stores, type: ResourceType): ReadonlyStore<KubeObject> {
  const name = STORE_NAMES.get(type);
  if (name === undefined) throw new Error(`${type.kind} is not watched`);
  return stores[name];
}

/** What reconciles of all ChatApps share. */
export interface Environment {
  transport: Transport;
  applier: Applier;
  statusWriter: StatusWriter;
  stores: Stores;
  /** What ChatApps refer to, watched by name. */
  references: References;
  images: BuildContext['images'];
  /** Whether the cluster serves a kind that not every cluster has. */
  has: BuildContext['has'];
  now: () => Date;
  /** Writes an Event that people read with `kubectl describe chat`. */
  event: (chat: ChatApp, type: 'Normal' | 'Warning', reason: string, note: string) => void;
}

/** One reconcile of one ChatApp, handed from phase to phase. */
export interface Scope {
  chat: ChatApp;
  environment: Environment;
  references: readonly Resolved[];
  log: Logger;
  failures: Failure[];
  /** To be asked before anything is made. */
  requireOwner: OwnerCheck;
  /** Children as the server had them after this reconcile wrote them: the caches learn of it later. */
  written: KubeObject[];
}
