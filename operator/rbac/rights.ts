/** What the operator does with objects of each kind: its rights follow from this, and a test replays them. */
import { GROUP, PLURAL } from '../api/group.ts';
import { OPTIONAL_TYPES, TYPES } from '../resources/types.ts';

/** A rule of a Role, as Kubernetes has it. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** Each use with the verbs that it needs. */
const VERBS = {
  /** Kept in a cache; those that ChatApps refer to, by name. */
  watch: ['list', 'watch'],
  /** Made once, by a plain create; a name that is taken is looked at. */
  create: ['get', 'create'],
  /** Made and healed by server-side apply, which needs `create` where there is nothing yet. */
  apply: ['get', 'create', 'patch'],
  /** Made by others or once by us, changed by us. */
  change: ['patch'],
  /** Asked for anew where the cache may be behind. */
  recheck: ['get'],
  remove: ['delete'],
} as const;

type Use = keyof typeof VERBS;
type KindName = keyof typeof TYPES | keyof typeof OPTIONAL_TYPES;

/** A kind without an entry does not pass the type check; an entry that no test needs fails test/integration/operator/rights.test.ts. */
const USES: Readonly<Record<KindName, readonly Use[]>> = {
  chatApp: ['watch', 'recheck'],
  secret: ['watch', 'create', 'change'],
  configMap: ['watch', 'apply', 'remove'],
  serviceAccount: ['watch', 'apply'],
  service: ['watch', 'apply', 'remove'],
  pod: ['watch'],
  claim: ['watch', 'change'],
  role: ['watch', 'apply'],
  roleBinding: ['watch', 'apply'],
  statefulSet: ['watch', 'apply', 'remove'],
  deployment: ['watch', 'apply'],
  replicaSet: ['watch'],
  disruptionBudget: ['watch', 'apply', 'remove'],
  autoscaler: ['watch', 'apply', 'remove'],
  networkPolicy: ['watch', 'apply', 'remove'],
  ingress: ['watch', 'apply', 'remove'],
  job: ['watch', 'apply', 'remove'],
  httpRoute: ['watch', 'apply', 'remove'],
  scaledObject: ['watch', 'apply', 'remove'],
  serviceMonitor: ['watch', 'apply', 'remove'],
  azureServiceMonitor: ['watch', 'apply', 'remove'],
};

/** What is no kind of ours to reconcile. */
const OTHERS: readonly Rule[] = [
  { apiGroups: [GROUP], resources: [`${PLURAL}/status`], verbs: ['patch'] },
  // Owner references with blockOwnerDeletion need this where that admission check is on.
  { apiGroups: [GROUP], resources: [`${PLURAL}/finalizers`], verbs: ['update'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
];

/** How the operator learns which kinds there are; one namespace's operator asks discovery instead. */
const CLUSTER: Rule = {
  apiGroups: ['apiextensions.k8s.io'],
  resources: ['customresourcedefinitions'],
  verbs: ['list', 'watch'],
};

const verbOrder = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** Kinds of one group that are used alike share a rule. */
function rulesOfKinds(): Rule[] {
  const byRights = new Map<string, Rule>();
  for (const [name, { group, plural }] of Object.entries({ ...TYPES, ...OPTIONAL_TYPES })) {
    const needed = new Set<string>(USES[name as KindName].flatMap((use) => VERBS[use]));
    const verbs = verbOrder.filter((verb) => needed.has(verb));
    const id = `${group} ${verbs.join()}`;
    const rule = byRights.get(id) ?? { apiGroups: [group], resources: [], verbs };
    rule.resources.push(plural);
    byRights.set(id, rule);
  }
  return [...byRights.values()];
}

/** What the operator needs in the namespaces that it looks after; `cluster`: all of them. */
export function rules(scope: 'cluster' | 'namespace'): Rule[] {
  return [...rulesOfKinds(), ...OTHERS, ...(scope === 'cluster' ? [CLUSTER] : [])];
}

/** What it needs in its own namespace for the election. A right to create cannot be narrowed to a name. */
export function electionRules(lease: string): Rule[] {
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { ...leases, verbs: ['create'] },
    { ...leases, resourceNames: [lease], verbs: ['get', 'update'] },
  ];
}
