/** Rows of `status.models`: from Jobs, what their pods said, and what they report. */
import assert from 'node:assert/strict';
import type { ChatApp } from '../../../../operator/api/chatapp.ts';
import type { ModelStatus } from '../../../../operator/api/status.ts';
import type { ChatAppSpecInput } from '../../../../operator/api/spec.ts';
import { changes } from '../../../../operator/reconcile/events.ts';
import type { Claim, Job, Pod } from '../../../../operator/resources/kubernetes.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import type { Pull } from '../../../../operator/resources/pulls.ts';
import { reportsConfigMap } from '../../../../operator/resources/reports.ts';
import { removeJob } from '../../../../operator/resources/remover.ts';
import { modelsSummary, modelStatuses } from '../../../../operator/status/models.ts';
import type { Observed } from '../../../../operator/status/observed.ts';
import { chatApp, context, nothingObserved } from '../chatapp.ts';

const now = new Date('2026-01-01T00:10:00Z');
const DIGEST = 'a'.repeat(64);

const withOllama = (ollama: Partial<ChatAppSpecInput['ollama']>) =>
  chatApp({ ollama: { models: [{ name: 'tinyllama' }], ...ollama } });

const claim = (replica: number): Claim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: `data-demo-ollama-${replica}`, uid: `claim-${replica}` },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
});

type End = 'active' | 'complete' | { failed: string };

/** The Job of one pull, with how it ended; the Job controller's word where it is one. */
function job(
  chat: ChatApp,
  end: End,
  { replica = 0, attempt = 1, tick }: Partial<Pull> & { attempt?: number } = {},
): Job {
  const pull = { model: chat.spec.ollama.models[0]!, replica, claimUID: `claim-${replica}`, tick };
  const made = pullJob(chat, context, pull, attempt);
  const metadata = { ...made.metadata, creationTimestamp: tick ?? '2026-01-01T00:00:00Z' };
  const at = '2026-01-01T00:09:00Z';
  const conditions =
    typeof end === 'object' ? [{ type: 'Failed', status: 'True', reason: end.failed, lastTransitionTime: at }] : [];
  const done = { completionTime: at, conditions: [{ type: 'Complete', status: 'True' }] };
  return { ...made, metadata, status: end === 'complete' ? done : { conditions } };
}

function said({ metadata }: Job, words: object, exitCode = 1): Pod {
  const terminated = { exitCode, message: JSON.stringify(words), reason: exitCode === 137 ? 'OOMKilled' : 'Error' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels: { 'batch.kubernetes.io/job-name': metadata.name } },
    spec: { containers: [{ name: 'pull' }] },
    status: { containerStatuses: [{ name: 'pull', ready: false, restartCount: 0, state: { terminated } }] },
  };
}

function rows(chat: ChatApp, observed: Partial<Observed>): ModelStatus[] {
  const claims = Array.from({ length: chat.spec.ollama.replicas }, (_, replica) => claim(replica));
  return modelStatuses(chat, { ...nothingObserved, claims, ...observed }, now);
}

const failure = { failed: 'BackoffLimitExceeded' };

describe('rows of models', () => {
  const chat = chatApp();

  it('say what a pull waits for: its volume, its turn', () => {
    assert.deepEqual(rows(chat, { claims: [] })[0], {
      name: 'tinyllama',
      phase: 'Pending',
      replicas: { ready: 0, total: 1 },
      message: 'waits for its volume',
    });
    const many = withOllama({ models: [{ name: 'one' }, { name: 'two' }], pull: { maxParallel: 1 } });
    const [one, two] = rows(many, { jobs: [job(many, 'active')] });
    assert.equal(one?.phase, 'Pulling');
    assert.equal(two?.phase, 'Pending');
    assert.match(two.message!, /waits for its turn: 1 at a time \(ollama\.pull\.maxParallel\)/);
  });

  it('say that a puller finds no node, once it stays so', () => {
    const active = job(chat, 'active');
    const after = (seconds: number) => {
      const creationTimestamp = new Date(now.getTime() - seconds * 1_000).toISOString();
      const { metadata, ...rest } = said(active, {});
      const conditions = [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'Insufficient cpu' },
      ];
      const waiting = { ...rest, metadata: { ...metadata, creationTimestamp }, status: { conditions } };
      return rows(chat, { jobs: [active], pods: [waiting] })[0];
    };
    assert.equal(after(9)?.phase, 'Pulling');
    const { phase, reason, message } = after(10)!;
    assert.deepEqual([phase, reason, message], ['Failed', 'Unschedulable', 'pod p finds no node: Insufficient cpu']);
  });

  const failures: [string, Job, object | undefined, Partial<ModelStatus>][] = [
    ...(['NotFound', 'Unauthorized', 'Unreachable', 'Untrusted', 'DigestMismatch', 'OutOfSpace'] as const).map(
      (reason): [string, Job, object, Partial<ModelStatus>] => [
        `${reason} as the puller says it`,
        job(chat, failure),
        { ok: false, reason, message: 'do this' },
        { phase: 'Failed', reason, message: 'do this' },
      ],
    ),
    [
      'a Job out of time as Timeout',
      job(chat, { failed: 'DeadlineExceeded' }),
      undefined,
      {
        phase: 'Failed',
        reason: 'Timeout',
        message: `the pull Job ${job(chat, 'active').metadata.name} was not done in its time: raise ollama.pull.timeout`,
      },
    ],
    [
      'a puller that was stopped as on its way',
      job(chat, failure, { attempt: 4 }),
      { ok: false, reason: 'Cancelled', message: 'the puller was stopped' },
      { phase: 'Pending', message: 'the puller was stopped; another one goes on where it was' },
    ],
    [
      'a first puller without a word as on its way',
      job(chat, failure),
      undefined,
      { phase: 'Pending', message: 'the puller was stopped; another one goes on where it was' },
    ],
  ];
  for (const [what, last, words, row] of failures) {
    it(`show ${what}`, () => {
      const pods = words === undefined ? [] : [said(last, words)];
      const expected = { name: 'tinyllama', replicas: { ready: 0, total: 1 }, ...row };
      assert.deepEqual(rows(chat, { jobs: [last], pods })[0], expected);
    });
  }

  it('show a second puller without a word as failed, with how its container ended', () => {
    const last = job(chat, failure, { attempt: 2 });
    const [row] = rows(chat, { jobs: [last], pods: [said(last, {}, 137)] });
    assert.equal(row?.reason, 'ServerError');
    assert.match(row.message!, /OOMKilled, exit code 137/);
  });

  it('know what was pulled after its pod is gone', () => {
    const last = job(chat, 'complete');
    const [row] = rows(chat, { jobs: [last], pods: [said(last, { ok: true, digest: DIGEST, sizeBytes: 7 }, 0)] });
    const pulled = { digest: `sha256:${DIGEST}`, sizeBytes: 7, lastPullTime: '2026-01-01T00:09:00Z' };
    const expected = { name: 'tinyllama', phase: 'Ready' as const, replicas: { ready: 1, total: 1 }, ...pulled };
    assert.deepEqual(row, expected);
    assert.deepEqual(rows({ ...chat, status: { models: [expected] } }, { jobs: [last] })[0], expected);
  });

  it('are not Ready for a Job of another volume, digest or source', () => {
    const jobs = [job(chat, 'complete')];
    assert.equal(
      rows(chat, { jobs, claims: [{ ...claim(0), metadata: { name: 'data-demo-ollama-0', uid: 'new' } }] })[0]?.phase,
      'Pending',
    );
    const pinned = withOllama({ models: [{ name: 'tinyllama', digest: `sha256:${DIGEST}` }] });
    assert.equal(rows(pinned, { jobs })[0]?.phase, 'Pending');
  });

  it('show no progress of the Job before', () => {
    const last = job(chat, 'active');
    const progress = {
      model: 'tinyllama',
      completedBytes: 9,
      totalBytes: 10,
      speedBytesPerSecond: 1,
      remainingSeconds: 1,
    };
    const report = (time: string) => {
      const data = { [last.metadata.annotations!['chatapp.dev/pull']!]: JSON.stringify({ ...progress, time }) };
      return { jobs: [last], configMaps: [{ ...reportsConfigMap(chat), data }] };
    };
    assert.equal(rows(chat, report('2025-12-31T23:59:00Z'))[0]?.percent, undefined);
    assert.equal(rows(chat, report('2026-01-01T00:00:01Z'))[0]?.percent, 90);
  });

  it('stay Ready while a newer one is looked for, and say that it could not be had, once', () => {
    const schedule = { refresh: 'Schedule', refreshSchedule: '5 * * * *' } as const;
    const refreshed = withOllama({ models: [{ name: 'tinyllama', ...schedule }] });
    const before = job(refreshed, 'complete');
    const tick = '2026-01-01T00:05:00Z';
    const [looking] = rows(refreshed, { jobs: [before, job(refreshed, 'active', { tick })] });
    assert.deepEqual([looking?.phase, looking?.reason, looking?.percent], ['Ready', undefined, undefined]);
    const last = job(refreshed, failure, { tick });
    const pods = [said(last, { ok: false, reason: 'Unreachable', message: 'no way' })];
    const [row] = rows(refreshed, { jobs: [before, last], pods });
    assert.deepEqual([row?.phase, row?.reason, row?.lastPullTime], ['Ready', 'Unreachable', '2026-01-01T00:09:00Z']);
    assert.match(row!.message!, /the one that is there serves on: no way/);
    const told = changes({ ...refreshed, status: { phase: 'Ready', models: [looking!] } }, { models: [row!] });
    assert.deepEqual(
      told.map(({ reason }) => reason),
      ['ModelNotRefreshed'],
    );
    assert.deepEqual(changes({ ...refreshed, status: { phase: 'Ready', models: [row!] } }, { models: [row!] }), []);
  });

  it('say that a schedule means nothing', () => {
    const schedule = { refresh: 'Schedule', refreshSchedule: '99 * * * *' } as const;
    const wrong = withOllama({ models: [{ name: 'tinyllama', ...schedule }] });
    const [row] = rows(wrong, { jobs: [job(wrong, 'complete')] });
    assert.deepEqual([row?.phase, row?.reason], ['Ready', 'InvalidSchedule']);
    assert.match(row!.message!, /"99 \* \* \* \*" means nothing: .*99/);
  });

  it('show what is being removed until no server has it, and tell when it is gone', () => {
    const was = withOllama({ models: [{ name: 'old' }, { name: 'tinyllama' }] });
    const old = job(was, 'complete');
    const jobs = [old, job(chat, 'complete')];
    const pruning = withOllama({ pruneUndeclared: true });
    assert.deepEqual(
      rows(chat, { jobs }).map(({ name }) => name),
      ['tinyllama'],
    );
    const before = rows(pruning, { jobs });
    assert.deepEqual(
      before.map(({ name, phase }) => `${name} ${phase}`),
      ['tinyllama Ready', 'old Removing'],
    );
    assert.equal(modelsSummary(before), '1/1');
    const removal = removeJob(
      pruning,
      context,
      { model: 'old', source: undefined, replica: 0, claimUID: 'claim-0' },
      1,
    );
    const done = { status: { completionTime: '', conditions: [{ type: 'Complete', status: 'True' }] } };
    const afterwards = rows(pruning, { jobs: [...jobs, { ...removal, ...done }] });
    assert.deepEqual(
      afterwards.map(({ name }) => name),
      ['tinyllama'],
    );
    const told = changes({ ...pruning, status: { phase: 'Ready', models: before } }, { models: afterwards });
    assert.deepEqual(
      told.map(({ reason }) => reason),
      ['ModelRemoved'],
    );
  });
});
