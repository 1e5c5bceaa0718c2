/**
 * How volumes grow. A StatefulSet's claim templates cannot change, so the claims grow first, then the StatefulSet is made anew
 * around its pods, which go on. Decided from what is there; no state of its own, so that a restart in between loses nothing.
 */
import { parseQuantity } from '../kube/quantity.ts';
import type { Claim, StatefulSet } from '../resources/kubernetes.ts';

export type GrowthPlan =
  /** The volumes are as large as they should be. */
  | { step: 'none' }
  /** These claims are to be made larger. */
  | { step: 'grow'; claims: readonly Claim[]; size: string }
  /** A claim without a volume cannot change: its binding brings us back. */
  | { step: 'wait' }
  /** The claims are large enough; the StatefulSet is to be deleted without its pods, and made anew. */
  | { step: 'recreate' };

const isLess = (a: string, b: string) => (parseQuantity(a) ?? 0n) < (parseQuantity(b) ?? 0n);

function sizeOf({ spec }: StatefulSet): string {
  return spec.volumeClaimTemplates?.[0]?.spec.resources.requests.storage ?? '0';
}

/** Claims of any replica, also of those that are no more: they may come back. */
function claimsOf({ metadata, spec }: StatefulSet, claims: readonly Claim[]): Claim[] {
  const [template] = spec.volumeClaimTemplates ?? [];
  if (template === undefined) return [];
  const prefix = `${template.metadata.name}-${metadata.name}-`;
  return claims.filter(({ metadata: { name, deletionTimestamp } }) => {
    return deletionTimestamp === undefined && name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
  });
}

/** What is due next for the volumes of a StatefulSet. `claims` are those of the whole ChatApp. */
export function planGrowth(desired: StatefulSet, live: StatefulSet, claims: readonly Claim[]): GrowthPlan {
  const size = sizeOf(desired);
  const small = claimsOf(desired, claims).filter(({ spec }) => isLess(spec.resources.requests.storage, size));
  const growing = small.filter(({ status }) => status?.phase === 'Bound');
  if (growing.length > 0) return { step: 'grow', claims: growing, size };
  if (small.length > 0) return { step: 'wait' };
  return isLess(sizeOf(live), size) ? { step: 'recreate' } : { step: 'none' };
}

/** The StatefulSet with claim templates of the size that the live one has: as much of it as can be applied now. */
export function withSizeOf(live: StatefulSet, desired: StatefulSet): StatefulSet {
  const resources = { requests: { storage: sizeOf(live) } };
  const volumeClaimTemplates = desired.spec.volumeClaimTemplates?.map((claim) => {
    return { ...claim, spec: { ...claim.spec, resources } };
  });
  return { ...desired, spec: { ...desired.spec, ...(volumeClaimTemplates && { volumeClaimTemplates }) } };
}
