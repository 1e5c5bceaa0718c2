import { errorText } from '../kube/log.ts';
import { pathOfObject } from '../kube/object.ts';
import type { Claim, StatefulSet } from '../resources/kubernetes.ts';
import { TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import { FIELD_MANAGER, type Scope } from './environment.ts';
import { planGrowth, withSizeOf } from './growth.ts';

/** What can be applied of a StatefulSet now, if anything, and which of its claims were refused a larger volume. */
export interface Grown {
  now: StatefulSet | undefined;
  refused: readonly Error[];
}

/** Asks for a larger volume; returns why it was refused, as classes do that do not let volumes grow. */
async function growClaim({ environment, log }: Scope, claim: Claim, size: string): Promise<Error | undefined> {
  const { name, uid } = claim.metadata;
  try {
    await environment.transport.request('PATCH', pathOfObject(TYPES.claim, claim), {
      body: { metadata: { uid }, spec: { resources: { requests: { storage: size } } } },
      contentType: 'application/merge-patch+json',
      query: { fieldManager: FIELD_MANAGER },
    });
    log.info('claim grows', { child: `PersistentVolumeClaim ${name}`, size });
    return undefined;
  } catch (error) {
    const words = `the claim ${name} cannot grow to ${size}: its StorageClass must have allowVolumeExpansion: true`;
    return new Error(`${words} (${errorText(error)})`, { cause: error });
  }
}

/** Brings the volumes of a StatefulSet to their size, a step at a time; its pods go on meanwhile. */
export async function growVolumes(scope: Scope, desired: StatefulSet, observed: Observed): Promise<Grown> {
  const live = observed.statefulSets.find(({ metadata }) => metadata.name === desired.metadata.name);
  if (live === undefined) return { now: desired, refused: [] };
  const plan = planGrowth(desired, live, observed.claims);
  switch (plan.step) {
    case 'none':
      return { now: desired, refused: [] };
    case 'wait':
      return { now: withSizeOf(live, desired), refused: [] };
    case 'grow': {
      const answers = await Promise.all(plan.claims.map((claim) => growClaim(scope, claim, plan.size)));
      return { now: withSizeOf(live, desired), refused: answers.filter((each) => each !== undefined) };
    }
    case 'recreate':
      await scope.environment.applier.remove(TYPES.statefulSet, live, { propagation: 'Orphan' });
      scope.log.info('child is made anew around its pods', { child: `StatefulSet ${live.metadata.name}` });
      return { now: undefined, refused: [] };
  }
}
