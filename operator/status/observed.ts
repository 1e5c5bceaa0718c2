import type { KubeObject } from '../kube/object.ts';
import type {
  Claim,
  Secret,
  ConfigMap,
  Deployment,
  Job,
  Pod,
  ReplicaSet,
  Service,
  StatefulSet,
} from '../resources/kubernetes.ts';

/** What the caches hold of one ChatApp: its children, and theirs. */
export interface Observed {
  secret?: Secret | undefined;
  configMaps: readonly ConfigMap[];
  services: readonly Service[];
  deployments: readonly Deployment[];
  statefulSets: readonly StatefulSet[];
  replicaSets: readonly ReplicaSet[];
  jobs: readonly Job[];
  pods: readonly Pod[];
  claims: readonly Claim[];
  serviceMonitors: readonly KubeObject[];
}

/** A child that could not be made as it should be. */
export interface Failure {
  /** Kind and name, such as `Service demo-redis`. */
  child: string;
  /** `conflict`: the name is taken by an object of somebody else. `missing`: the cluster does not know the kind. */
  kind: 'conflict' | 'refused' | 'missing';
  message: string;
}
