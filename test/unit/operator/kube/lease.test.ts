import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decide, heldBy, microTime, released, type Lease } from '../../../../operator/kube/lease.ts';

const lease = (spec: Lease['spec'], resourceVersion = '5'): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'l', namespace: 'n', resourceVersion },
  ...(spec === undefined ? {} : { spec }),
});

const theirs = lease({ holderIdentity: 'them', leaseDurationSeconds: 15, renewTime: '2000-01-01T00:00:00.000000Z' });

describe('leader decisions', () => {
  const decisions: [string, string, Parameters<typeof decide>][] = [
    ['create', 'where there is no lease', [undefined, 'me', undefined, 0]],
    ['take', 'when nobody holds it', [lease({ holderIdentity: '' }), 'me', undefined, 0]],
    ['take', 'when it was never held', [lease(undefined), 'me', undefined, 0]],
    ['renew', 'when we hold it', [lease({ holderIdentity: 'me' }), 'me', undefined, 0]],
    ['wait', 'when we see it for the first time, however old its times are', [theirs, 'me', undefined, 1e9]],
    ['wait', 'while it may be alive', [theirs, 'me', { resourceVersion: '5', at: 1_000 }, 16_000]],
    ['take', 'when it has not changed for its whole time', [theirs, 'me', { resourceVersion: '5', at: 1_000 }, 16_001]],
    ['wait', 'when it has changed since', [theirs, 'me', { resourceVersion: '4', at: 1_000 }, 99_000]],
  ];
  for (const [expected, what, args] of decisions) {
    it(`${expected}: ${what}`, () => assert.equal(decide(...args), expected));
  }

  const date = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6));

  it('counts a change of holder as a transition, and keeps the time of acquisition over renewals', () => {
    const taken = heldBy(theirs, 'me', 15_000, date);
    assert.deepEqual(taken.spec, {
      holderIdentity: 'me',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-02T03:04:05.006000Z',
      renewTime: '2026-01-02T03:04:05.006000Z',
      leaseTransitions: 1,
    });
    const renewed = heldBy(taken, 'me', 15_000, new Date(date.getTime() + 1_000));
    assert.equal(renewed.spec?.acquireTime, taken.spec.acquireTime);
    assert.equal(renewed.spec.renewTime, '2026-01-02T03:04:06.006000Z');
    assert.equal(renewed.spec.leaseTransitions, 1);
    assert.equal(renewed.metadata.resourceVersion, '5', 'it is written only over what was seen');
  });

  it('leaves a lease that anybody may take', () => {
    const left = released(heldBy(theirs, 'me', 15_000, date), date);
    assert.equal(decide(left, 'next', undefined, 0), 'take');
    assert.equal(left.spec?.leaseTransitions, 1);
  });

  it('writes times as Kubernetes does', () => assert.equal(microTime(date), '2026-01-02T03:04:05.006000Z'));
});
