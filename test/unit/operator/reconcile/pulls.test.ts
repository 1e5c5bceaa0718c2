import assert from 'node:assert/strict';
import { planPulls, retryDelay } from '../../../../operator/reconcile/pulls.ts';
import type { Job, Pod } from '../../../../operator/resources/kubernetes.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import type { Observed } from '../../../../operator/status/observed.ts';
import { chatApp, context, nothingObserved } from '../chatapp.ts';

const chat = chatApp();
const now = new Date('2026-01-01T00:10:00Z');
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-demo-ollama-0', uid: 'claim' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
};
const pull = { model: { name: 'tinyllama' }, replica: 0, claimUID: 'claim' };

function failedAt(at: string, attempt = 1): Job {
  const job = pullJob(chat, context, pull, attempt);
  return { ...job, status: { conditions: [{ type: 'Failed', status: 'True', lastTransitionTime: at }] } };
}

function podOf(job: Job, message: string): Pod {
  const terminated = { exitCode: 1, message };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels: { 'batch.kubernetes.io/job-name': job.metadata.name } },
    spec: { containers: [{ name: 'pull' }] },
    status: { containerStatuses: [{ name: 'pull', ready: false, restartCount: 0, state: { terminated } }] },
  };
}

const plan = (observed: Partial<Observed>) =>
  planPulls(chat, { ...nothingObserved, claims: [claim], ...observed }, context, now);

describe('pull plan', () => {
  it('waits for the volume', () => assert.deepEqual(plan({ claims: [] }).create, []));

  it('begins once the volume is there, and makes no second Job', () => {
    const [job] = plan({}).create;
    assert.equal(job?.metadata.annotations?.['chatapp.dev/attempt'], '1');
    assert.deepEqual(plan({ jobs: [job] }), { create: [], remove: [] });
  });

  it('tries a failed pull again after a while, and then drops the old Job', () => {
    const failed = failedAt('2026-01-01T00:09:58Z');
    assert.deepEqual(plan({ jobs: [failed] }), { create: [], remove: [], againInMs: 8_000 });
    const due = plan({ jobs: [failedAt('2026-01-01T00:09:00Z')] });
    assert.equal(due.create[0]?.metadata.annotations?.['chatapp.dev/attempt'], '2');
    const both = [failed, pullJob(chat, context, pull, 2)];
    assert.deepEqual(plan({ jobs: both }), { create: [], remove: [failed] });
  });

  it('does not hurry where the name is wrong', () => {
    const failed = failedAt('2026-01-01T00:09:00Z');
    const pods = [podOf(failed, JSON.stringify({ ok: false, reason: 'NotFound', message: 'no such model' }))];
    assert.equal(plan({ jobs: [failed], pods }).againInMs, 4 * 60_000);
  });

  it('removes pulls of models and volumes that are no more', () => {
    const old = pullJob(chat, context, { ...pull, claimUID: 'lost' }, 1);
    const { create, remove } = plan({ jobs: [old] });
    assert.equal(create.length, 1);
    assert.deepEqual(remove, [old]);
  });

  it('waits longer each time, up to a bound', () => {
    assert.deepEqual(
      [1, 2, 3, 20].map((n) => retryDelay(n, 'Unreachable')),
      [10_000, 20_000, 40_000, 600_000],
    );
  });
});
