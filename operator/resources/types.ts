import type { ResourceType } from '../kube/object.ts';
import { GROUP, KIND, PLURAL, VERSION } from '../api/group.ts';

const core = (plural: string, kind: string): ResourceType => ({ group: '', version: 'v1', plural, kind });

/** Every kind that the operator reads or writes. */
export const TYPES = {
  chatApp: { group: GROUP, version: VERSION, plural: PLURAL, kind: KIND },
  secret: core('secrets', 'Secret'),
  configMap: core('configmaps', 'ConfigMap'),
  serviceAccount: core('serviceaccounts', 'ServiceAccount'),
  service: core('services', 'Service'),
  pod: core('pods', 'Pod'),
  claim: core('persistentvolumeclaims', 'PersistentVolumeClaim'),
  role: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'roles', kind: 'Role' },
  roleBinding: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'rolebindings', kind: 'RoleBinding' },
  statefulSet: { group: 'apps', version: 'v1', plural: 'statefulsets', kind: 'StatefulSet' },
  deployment: { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' },
  replicaSet: { group: 'apps', version: 'v1', plural: 'replicasets', kind: 'ReplicaSet' },
  disruptionBudget: { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets', kind: 'PodDisruptionBudget' },
  autoscaler: {
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
  },
  networkPolicy: { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies', kind: 'NetworkPolicy' },
  ingress: { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', kind: 'Ingress' },
  job: { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job' },
} as const satisfies Record<string, ResourceType>;

/** Kinds that a cluster may have or not, and that may come and go. */
export const OPTIONAL_TYPES = {
  httpRoute: { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes', kind: 'HTTPRoute' },
  scaledObject: { group: 'keda.sh', version: 'v1alpha1', plural: 'scaledobjects', kind: 'ScaledObject' },
  serviceMonitor: { group: 'monitoring.coreos.com', version: 'v1', plural: 'servicemonitors', kind: 'ServiceMonitor' },
  azureServiceMonitor: {
    group: 'azmonitoring.coreos.com',
    version: 'v1',
    plural: 'servicemonitors',
    kind: 'ServiceMonitor',
  },
} as const satisfies Record<string, ResourceType>;
