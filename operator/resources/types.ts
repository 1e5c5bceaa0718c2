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
  job: { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job' },
} as const satisfies Record<string, ResourceType>;
