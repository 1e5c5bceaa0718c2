import assert from 'node:assert/strict';
import { planGrowth, withSizeOf } from '../../../../operator/reconcile/growth.ts';
import type { Claim } from '../../../../operator/resources/kubernetes.ts';
import { redisStatefulSet } from '../../../../operator/resources/redis.ts';
import { chatApp, context } from '../chatapp.ts';

const sized = (size: string) => redisStatefulSet(chatApp({ redis: { storage: { size } } }), context);

function claim(storage: string, name = 'data-demo-redis-0', phase = 'Bound', deletionTimestamp?: string): Claim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, ...(deletionTimestamp !== undefined && { deletionTimestamp }) },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    status: { phase },
  };
}

const step = (claims: Claim[], live = '5Gi', desired = '10Gi') => planGrowth(sized(desired), sized(live), claims).step;

describe('growth of volumes', () => {
  it('is none where sizes are worth the same, or the claim is larger', () => {
    assert.equal(step([claim('10240Mi')], '10Gi', '10Gi'), 'none');
    assert.equal(step([claim('50Gi')], '10Gi', '10Gi'), 'none');
  });

  it('begins with the claims, those of replicas that are no more too, and ends with the StatefulSet', () => {
    const plan = planGrowth(sized('10Gi'), sized('5Gi'), [claim('5Gi'), claim('5Gi', 'data-demo-redis-1')]);
    assert.ok(plan.step === 'grow' && plan.size === '10Gi');
    assert.equal(plan.claims.length, 2);
    assert.equal(step([claim('10Gi'), claim('5Gi', 'data-demo-redis-1')]), 'grow');
    assert.equal(step([claim('10Gi'), claim('10Gi', 'data-demo-redis-1')]), 'recreate');
    assert.equal(step([]), 'recreate');
  });

  it('grows a claim that an earlier, smaller chat has left', () => {
    assert.equal(step([claim('5Gi')], '10Gi', '10Gi'), 'grow');
  });

  it('waits for claims without a volume', () => {
    assert.equal(step([claim('5Gi', 'data-demo-redis-0', 'Pending')]), 'wait');
  });

  it('looks at no claim that is going, nor at those of others', () => {
    assert.equal(step([claim('5Gi', 'data-demo-redis-0', 'Bound', 'now')]), 'recreate');
    assert.equal(step([claim('5Gi', 'data-demo-redis-two-0'), claim('5Gi', 'data-demo-ollama-0')]), 'recreate');
  });

  it('applies everything but the size meanwhile', () => {
    const desired = redisStatefulSet(chatApp({ redis: { image: 'redis:2', storage: { size: '10Gi' } } }), context);
    const now = withSizeOf(sized('5Gi'), desired);
    assert.deepEqual(now.spec.volumeClaimTemplates, sized('5Gi').spec.volumeClaimTemplates);
    assert.deepEqual(now.spec.template, desired.spec.template);
  });
});
