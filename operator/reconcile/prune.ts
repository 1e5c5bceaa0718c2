import { pathOfObject, resourceNameOf, type KubeObject, type ResourceType } from '../kube/object.ts';
import type { Child, Steps } from '../resources/children.ts';
import type { StatefulSet } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { OPTIONAL_TYPES, TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import { noteFailure } from './apply.ts';
import { FIELD_MANAGER, storeOf, type Scope } from './environment.ts';

/** Kinds whose objects go when the spec does not ask for them any more. None of them holds data; of StatefulSets, the claims stay. */
const PRUNED: readonly ResourceType[] = [
  TYPES.service,
  TYPES.statefulSet,
  TYPES.disruptionBudget,
  TYPES.autoscaler,
  TYPES.networkPolicy,
  TYPES.ingress,
  ...Object.values(OPTIONAL_TYPES),
];

/** Configurations that no revision of the backend can come back to. */
function unusedConfigMaps({ chat }: Scope, observed: Observed, steps: Steps): KubeObject[] {
  const wanted = steps.flat().filter(({ type }) => type === TYPES.configMap);
  const used = new Set([...wanted.map(({ object }) => object.metadata.name), namesOf(chat).rollout]);
  const backends = [...observed.replicaSets, ...observed.deployments];
  for (const { spec } of backends) {
    for (const { configMap: reference } of spec.template.spec.volumes ?? []) {
      if (reference !== undefined) used.add(reference.name);
    }
  }
  return observed.configMaps.filter(({ metadata }) => !used.has(metadata.name));
}

/** Children of kinds that come and go, of which the spec does not ask for. */
function unwanted({ chat, environment }: Scope, steps: Steps): Child[] {
  const id = ({ type, object }: Child) => `${resourceNameOf(type)} ${object.metadata.name}`;
  const wanted = new Set(steps.flat().map(id));
  return PRUNED.flatMap((type) =>
    storeOf(environment.stores, type)
      .ownedBy(chat.metadata.uid)
      .map((object) => ({ type, object })),
  ).filter((child) => !wanted.has(id(child)) && child.object.metadata.deletionTimestamp === undefined);
}

/**
 * Whether a StatefulSet may go without its claims. With `retention: Delete` they belong to it and would go too, although the
 * ChatApp stays: then it is told to keep them, and what that changes brings us back.
 */
async function letGoOfClaims(scope: Scope, set: StatefulSet, { claims }: Observed): Promise<boolean> {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete') {
    await scope.environment.transport.request('PATCH', pathOfObject(TYPES.statefulSet, set), {
      body: {
        metadata: { uid: set.metadata.uid },
        spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } },
      },
      contentType: 'application/merge-patch+json',
      query: { fieldManager: FIELD_MANAGER },
    });
    return false;
  }
  return claims.every(({ metadata }) => metadata.ownerReferences?.every(({ uid }) => uid !== set.metadata.uid) ?? true);
}

/** Removes what the spec does not ask for any more. Data volumes are nothing of ours to remove. */
export async function prune(scope: Scope, observed: Observed, steps: Steps): Promise<void> {
  const leftovers: Child[] = [
    ...unusedConfigMaps(scope, observed, steps).map((object) => ({ type: TYPES.configMap, object })),
    ...unwanted(scope, steps),
  ];
  await Promise.all(
    leftovers.map(async ({ type, object }) => {
      try {
        if (type === TYPES.statefulSet && !(await letGoOfClaims(scope, object as StatefulSet, observed))) return;
        await scope.environment.applier.remove(type, object);
        scope.log.info('child removed', { child: `${type.kind} ${object.metadata.name}` });
      } catch (error) {
        noteFailure(scope, `${type.kind} ${object.metadata.name}`, error);
      }
    }),
  );
}
