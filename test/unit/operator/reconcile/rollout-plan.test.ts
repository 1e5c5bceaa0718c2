import assert from 'node:assert/strict';
import type { ChatApp } from '../../../../operator/api/chatapp.ts';
import { planRollout, type RolloutPlan } from '../../../../operator/reconcile/rollout-plan.ts';
import { preflightDelay } from '../../../../operator/reconcile/preflights.ts';
import { backendDeployment } from '../../../../operator/resources/backend.ts';
import { frontendDeployment } from '../../../../operator/resources/frontend.ts';
import type { Deployment, Job, Pod } from '../../../../operator/resources/kubernetes.ts';
import { preflightJob } from '../../../../operator/resources/preflight.ts';
import { withTemplate, type Revision } from '../../../../operator/resources/revision.ts';
import { memoryConfigMap, readMemory, type RolloutMemory } from '../../../../operator/resources/rollout-memory.ts';
import type { Observed } from '../../../../operator/status/observed.ts';
import { chatApp, context, nothingObserved, revision } from '../chatapp.ts';

const now = new Date('2026-01-01T00:00:00Z');
const [A, B, C] = ['a:1', 'b:1', 'c:1'].map((image) => revision(chatApp({ image }))) as [Revision, Revision, Revision];

/** Deployments that have a revision, and how far they are. */
function given({ backend, frontend }: Revision, how: 'arrived' | 'underway' | 'late' = 'underway'): Observed {
  const counts = { replicas: 2, updatedReplicas: how === 'arrived' ? 2 : 1, readyReplicas: 2 };
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
  const live = (deployment: Deployment): Deployment => ({
    ...deployment,
    spec: { ...deployment.spec, replicas: 2 },
    status: { observedGeneration: 1, ...counts, ...(how === 'late' && { conditions }) },
  });
  const deployments = [
    live(withTemplate(backendDeployment(chatApp(), context), backend)),
    live(withTemplate(frontendDeployment(chatApp(), context), frontend)),
  ];
  return { ...nothingObserved, deployments };
}

/** A backend of a revision that has crashed. */
function crashed({ backend: { hash } }: Revision, phase = 'Running'): Pod {
  const labels = { 'app.kubernetes.io/component': 'backend' };
  const lastState = { terminated: { exitCode: 1, message: 'no good' } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'demo-backend-x', labels, annotations: { 'chatapp.dev/template-hash': hash } },
    spec: { containers: [{ name: 'backend' }] },
    status: { phase, containerStatuses: [{ name: 'backend', ready: false, restartCount: 1, lastState }] },
  };
}

function trial(chat: ChatApp, { backend }: Revision, end?: 'Complete' | 'Failed', attempt = 1, at = now): Job {
  const job = preflightJob(chat, backend, attempt);
  const lastTransitionTime = at.toISOString();
  return end === undefined
    ? job
    : { ...job, status: { conditions: [{ type: end, status: 'True', lastTransitionTime }] } };
}

interface Case {
  wanted: Revision;
  memory?: RolloutMemory;
  observed?: Observed;
  rollout?: object;
  startable?: 'now' | 'later';
}

const chatOf = ({ rollout = {} }: Partial<Case>) => chatApp({ rollout });

function plan({ wanted, memory = {}, observed = nothingObserved, rollout = {}, startable = 'now' }: Case): RolloutPlan {
  return planRollout({ chat: chatOf({ rollout }), wanted, memory, observed, startable, now });
}

/** A plan in a line: what the Deployments get, what is remembered as good, next and bad, and the step. */
function line(each: Case): string {
  const { target, memory, state } = plan(each);
  const { good, next, rollback } = memory;
  return [target.image, good?.image, next?.image, rollback?.from, state.step].map((part) => part ?? '-').join(' ');
}

const rollback = { templateHash: B.hash, generation: 3, from: 'b:1', to: 'a:1', reason: 'r', message: 'm', time: 't' };
const off = { preflight: false };
const passed = { ...given(A, 'arrived'), jobs: [trial(chatApp(), B, 'Complete')] };
const failed = { ...given(A, 'arrived'), jobs: [trial(chatApp(), B, 'Failed')] };
const crash = { ...given(B), pods: [crashed(B)] };
const good = { good: A };
const next = { good: A, next: B };

const CASES: readonly [string, Case, string][] = [
  ['a first install', { wanted: A }, 'a:1 - - - begun'],
  ['a first install under way', { wanted: A, observed: given(A) }, 'a:1 - - - followed'],
  ['a first install that works', { wanted: A, observed: given(A, 'arrived') }, 'a:1 a:1 - - followed'],
  ['a first install that crashes', { wanted: B, observed: crash }, 'b:1 - - - stuck'],
  ['a first install that is mended', { wanted: A, observed: crash }, 'a:1 - - - begun'],
  ['nothing new', { wanted: A, memory: good, observed: given(A, 'arrived') }, 'a:1 a:1 - - followed'],
  ['what works and crashes', { wanted: B, memory: { good: B }, observed: crash }, 'b:1 b:1 - - followed'],
  ['a change', { wanted: B, memory: good, observed: given(A, 'arrived') }, 'a:1 a:1 - - preflight'],
  ['a change without a trial', { wanted: B, memory: good, rollout: off }, 'b:1 a:1 b:1 - begun'],
  ['a change that passed', { wanted: B, memory: good, observed: passed }, 'b:1 a:1 b:1 - begun'],
  ['a change that failed', { wanted: B, memory: good, observed: failed }, 'a:1 a:1 - - blocked'],
  ['a rollout under way', { wanted: B, memory: next, observed: given(B) }, 'b:1 a:1 b:1 - followed'],
  ['a rollout that nobody has seen yet', { wanted: B, memory: next, observed: given(A) }, 'b:1 a:1 b:1 - begun'],
  ['a rollout that works', { wanted: B, memory: next, observed: given(B, 'arrived') }, 'b:1 b:1 - - followed'],
  ['a rollout that crashes', { wanted: B, memory: next, observed: crash }, 'a:1 a:1 - b:1 rolledBack'],
  ['a rollout that is late', { wanted: B, memory: next, observed: given(B, 'late') }, 'a:1 a:1 - b:1 rolledBack'],
  [
    'a rollout before which another was late',
    { wanted: B, memory: next, observed: given(A, 'late') },
    'b:1 a:1 b:1 - begun',
  ],
  [
    'a pod of what ran before that crashes',
    { wanted: B, memory: next, observed: { ...given(B), pods: [crashed(A)] } },
    'b:1 a:1 b:1 - followed',
  ],
  [
    'a pod that was evicted',
    { wanted: B, memory: next, observed: { ...given(B), pods: [crashed(B, 'Failed')] } },
    'b:1 a:1 b:1 - followed',
  ],
  [
    'no way back wanted',
    { wanted: B, memory: next, observed: crash, rollout: { automaticRollback: false } },
    'b:1 a:1 b:1 - stuck',
  ],
  [
    'gone back',
    { wanted: B, memory: { good: A, rollback }, observed: given(A, 'arrived') },
    'a:1 a:1 - b:1 rolledBack',
  ],
  ['gone back, and another change', { wanted: C, memory: { good: A, rollback } }, 'a:1 a:1 - - preflight'],
  [
    'gone back, and another generation',
    { wanted: B, memory: { good: A, rollback: { ...rollback, generation: 2 } } },
    'a:1 a:1 - - preflight',
  ],
  ['gone back, and the spec too', { wanted: A, memory: { good: A, rollback } }, 'a:1 a:1 - - begun'],
  ['a change in mid-rollout', { wanted: C, memory: next, observed: given(B) }, 'b:1 a:1 b:1 - preflight'],
  ['a change in mid-rollout back to what works', { wanted: A, memory: next, observed: given(B) }, 'a:1 a:1 - - begun'],
  ['a change while what is under way crashes', { wanted: C, memory: next, observed: crash }, 'a:1 a:1 - - preflight'],
  [
    'a change while what is under way arrives',
    { wanted: C, memory: next, observed: given(B, 'arrived') },
    'b:1 b:1 - - preflight',
  ],
];

describe('plan of a rollout', () => {
  for (const [what, each, expected] of CASES) it(what, () => assert.equal(line(each), expected));

  it('tries no frontend, and no backend that is known', () => {
    const wanted = revision(chatApp({ image: 'a:1', frontend: { podTemplate: { env: [{ name: 'X', value: '1' }] } } }));
    assert.notEqual(wanted.hash, A.hash);
    assert.equal(plan({ wanted, memory: good }).state.step, 'begun');
  });

  it('is the same whatever the number of pods and their annotations', () => {
    const changed = chatApp({ image: 'a:1', backend: { replicas: 7, podTemplate: { annotations: { note: 'x' } } } });
    assert.equal(revision(changed).hash, A.hash);
  });

  it('makes one trial, tells that it failed while it is tried again, and keeps no older ones', () => {
    const chat = chatApp();
    const change = (jobs: Job[]) => plan({ wanted: B, memory: good, observed: { ...nothingObserved, jobs } });
    assert.deepEqual(change([]).create, [preflightJob(chat, B.backend, 1)]);
    assert.deepEqual(change([trial(chat, B)]).create, []);
    assert.equal(change([trial(chat, B, 'Failed')]).againInMs, preflightDelay(1));
    const before = new Date(now.getTime() - preflightDelay(1));
    const old = trial(chat, B, 'Failed', 1, before);
    const again = change([old]);
    assert.deepEqual([again.create, again.state.step], [[preflightJob(chat, B.backend, 2)], 'blocked']);
    assert.equal(change([old, trial(chat, B, undefined, 2)]).state.step, 'blocked');
    const [second, third] = [trial(chat, B, 'Failed', 2), trial(chat, B, undefined, 3)];
    const other = trial(chat, C);
    assert.deepEqual(change([old, second, third, other]).remove, [old, other]);
    // Another generation does not wait for its turn.
    const later = { ...chat, metadata: { ...chat.metadata, generation: 4 } };
    const jobs = [trial(chat, B, 'Failed', 5)];
    const observed = { ...nothingObserved, jobs };
    const next = planRollout({ chat: later, wanted: B, memory: good, observed, startable: 'now', now });
    assert.deepEqual(next.create, [preflightJob(later, B.backend, 1)]);
  });

  it('neither tries nor rolls out what lacks something, and forgets nothing meanwhile', () => {
    const startable = 'later';
    assert.equal(line({ wanted: A, startable }), 'a:1 - - - begun');
    const held = { wanted: B, memory: good, observed: given(A, 'arrived'), startable } as const;
    assert.equal(line(held), 'a:1 a:1 - - waiting');
    assert.deepEqual(plan(held).create, []);
    assert.equal(line({ ...held, rollout: off }), 'a:1 a:1 - - waiting');
    assert.equal(line({ ...held, memory: { good: A, rollback } }), 'a:1 a:1 - b:1 rolledBack');
  });

  it('keeps no trial that nobody waits for', () => {
    const jobs = [trial(chatApp(), B, 'Complete')];
    assert.deepEqual(plan({ wanted: B, memory: next, observed: { ...given(B), jobs } }).remove, jobs);
    assert.deepEqual(plan({ wanted: B, memory: good, rollout: off, observed: { ...given(A), jobs } }).remove, jobs);
  });

  it('waits longer and longer, ten minutes at most', () => {
    assert.deepEqual([1, 2, 3, 7, 50].map(preflightDelay), [10_000, 20_000, 40_000, 600_000, 600_000]);
  });
});

describe('memory of rollouts', () => {
  it('is read as it was written', () => {
    const memory = { good: { ...A, version: '1' }, next: B, rollback };
    assert.deepEqual(readMemory(memoryConfigMap(chatApp(), memory)), memory);
  });

  it('is nothing where somebody has changed it', () => {
    const whole = memoryConfigMap(chatApp(), { good: A });
    const other = whole.data!['good.json']!.replaceAll('"a:1"', '"other:1"');
    for (const broken of [other, '', '{', 'null', '{"backend":{}}']) {
      assert.deepEqual(readMemory({ ...whole, data: { 'good.json': broken } }), {});
    }
    assert.deepEqual(readMemory(undefined), {});
  });

  it('keeps settings that are too long by name only', () => {
    const rooms = Array.from({ length: 20 }, (_, i) => ({ name: `room-${i}`, systemPrompt: 'x'.repeat(8_000) }));
    assert.equal(revision(chatApp({ chat: { rooms } })).config.content, undefined);
    assert.ok(revision(chatApp()).config.content?.includes('"rooms"'));
  });
});
