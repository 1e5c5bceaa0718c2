import type { KubeObject, ResourceType } from './object.ts';

/** Who leads, as the cluster knows it (coordination.k8s.io/v1). */
export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

export const leaseType: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
};

/** A Lease as it was last seen to change, and when by our own clock (monotonic milliseconds). */
export interface Observation {
  resourceVersion: string;
  at: number;
}

/** What a contender should do about a Lease. `wait`: somebody else holds it. */
export type Decision = 'create' | 'take' | 'renew' | 'wait';

/**
 * Judges a Lease. Whether its holder is alive is judged by how long we have seen it unchanged by our own clock, never by the
 * times written in it: clocks of two machines differ.
 */
export function decide(
  lease: Lease | undefined,
  identity: string,
  seen: Observation | undefined,
  now: number,
): Decision {
  if (lease === undefined) return 'create';
  const { holderIdentity = '', leaseDurationSeconds = 0 } = lease.spec ?? {};
  if (holderIdentity === identity) return 'renew';
  if (holderIdentity === '') return 'take';
  const unchangedMs =
    seen?.resourceVersion === lease.metadata.resourceVersion && seen !== undefined ? now - seen.at : 0;
  return unchangedMs > leaseDurationSeconds * 1000 ? 'take' : 'wait';
}

/** The Lease as it should be written when `identity` takes or renews it. */
export function heldBy(lease: Lease, identity: string, durationMs: number, date: Date): Lease {
  const time = microTime(date);
  const before = lease.spec ?? {};
  const same = before.holderIdentity === identity;
  return {
    ...lease,
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: same ? (before.acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions: (before.leaseTransitions ?? 0) + (same ? 0 : 1),
    },
  };
}

/** The Lease as its holder leaves it behind, so that the next one need not wait. */
export function released(lease: Lease, date: Date): Lease {
  const time = microTime(date);
  const leaseTransitions = lease.spec?.leaseTransitions ?? 0;
  return {
    ...lease,
    spec: { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time, leaseTransitions },
  };
}

/** Kubernetes' MicroTime: six digits after the second. */
export function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
