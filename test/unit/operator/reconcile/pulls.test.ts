import assert from 'node:assert/strict';
import type { Component } from '../../../../operator/api/labels.ts';
import type { ChatAppSpecInput } from '../../../../operator/api/spec.ts';
import { planPulls } from '../../../../operator/reconcile/pulls.ts';
import { retryDelay } from '../../../../operator/reconcile/retry.ts';
import type { Claim, Job, Pod, Secret } from '../../../../operator/resources/kubernetes.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import type { Pull } from '../../../../operator/resources/pulls.ts';
import type { Resolved } from '../../../../operator/resources/resolved.ts';
import type { Observed } from '../../../../operator/status/observed.ts';
import { chatApp, context, nothingObserved } from '../chatapp.ts';

type Ollama = ChatAppSpecInput['ollama'];

const now = new Date('2026-01-01T00:10:00Z');
const pull: Pull = { model: { name: 'tinyllama' }, replica: 0, claimUID: 'claim-0' };

const claim = (replica: number): Claim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: `data-demo-ollama-${replica}`, uid: `claim-${replica}` },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
});

const withOllama = (ollama: Partial<Ollama>) => chatApp({ ollama: { models: [{ name: 'tinyllama' }], ...ollama } });

/** A pull Job as it was begun, and how it ended. */
function job(options: { chat?: ReturnType<typeof chatApp>; pull?: Pull; attempt?: number; began?: string }): Job {
  const made = pullJob(options.chat ?? chatApp(), context, options.pull ?? pull, options.attempt ?? 1);
  return { ...made, metadata: { ...made.metadata, creationTimestamp: options.began ?? '2026-01-01T00:00:00Z' } };
}

const failed = (made: Job, at = '2026-01-01T00:09:58Z', reason = 'BackoffLimitExceeded'): Job => ({
  ...made,
  status: { conditions: [{ type: 'Failed', status: 'True', reason, lastTransitionTime: at }] },
});

const complete = (made: Job, at = '2026-01-01T00:01:00Z'): Job => ({
  ...made,
  status: { completionTime: at, conditions: [{ type: 'Complete', status: 'True' }] },
});

function said(made: Job, reason: string): Pod {
  const terminated = { exitCode: 1, message: JSON.stringify({ ok: false, reason, message: 'words' }) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels: { 'batch.kubernetes.io/job-name': made.metadata.name } },
    spec: { containers: [{ name: 'pull' }] },
    status: { containerStatuses: [{ name: 'pull', ready: false, restartCount: 0, state: { terminated } }] },
  };
}

function server(replica: number, trouble?: string, created = '2026-01-01T00:00:00Z'): Pod {
  const state = trouble === undefined ? {} : { waiting: { reason: trouble } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `demo-ollama-${replica}`, creationTimestamp: created },
    spec: { containers: [{ name: 'ollama' }] },
    status: { containerStatuses: [{ name: 'ollama', ready: trouble === undefined, restartCount: 0, state }] },
  };
}

function plan(observed: Partial<Observed>, chat = chatApp()) {
  const claims = Array.from({ length: chat.spec.ollama.replicas }, (_, replica) => claim(replica));
  return planPulls(chat, { ...nothingObserved, claims, ...observed }, context, now);
}

const labelOf = ({ metadata }: Job, name: string) => metadata.annotations?.[`chatapp.dev/${name}`];
const brief = (jobs: readonly Job[]) => jobs.map((each) => `${labelOf(each, 'model')} ${labelOf(each, 'replica')}`);

describe('pull plan', () => {
  it('waits for the volume', () => assert.deepEqual(plan({ claims: [] }).create, []));

  it('begins once the volume is there, and makes no second Job', () => {
    const [first] = plan({}).create;
    assert.equal(labelOf(first!, 'attempt'), '1');
    assert.deepEqual(plan({ jobs: [first!] }), { create: [], remove: [] });
    assert.deepEqual(plan({ jobs: [complete(first!)] }), { create: [], remove: [] });
  });

  it('tries a failed pull again after a while, and then drops the old Job', () => {
    const last = failed(job({}));
    const pods = [said(last, 'Unreachable')];
    assert.deepEqual(plan({ jobs: [last], pods }), { create: [], remove: [], againInMs: 8_000 });
    const due = plan({ jobs: [failed(job({}), '2026-01-01T00:09:00Z')], pods });
    assert.equal(labelOf(due.create[0]!, 'attempt'), '2');
    assert.deepEqual(plan({ jobs: [last, job({ attempt: 2 })], pods }), { create: [], remove: [last] });
  });

  it('does not hurry where the name, the key or the digest is wrong', () => {
    for (const reason of ['NotFound', 'Unauthorized', 'DigestMismatch']) {
      const last = failed(job({}), '2026-01-01T00:09:00Z');
      assert.equal(plan({ jobs: [last], pods: [said(last, reason)] }).againInMs, 4 * 60_000, reason);
    }
  });

  it('begins again at once when the settings of pulls change, and when the server is a new one', () => {
    const last = failed(job({}));
    const pods = [said(last, 'NotFound')];
    const chat = withOllama({ pull: { proxy: 'http://proxy:3128' } });
    const [again] = plan({ jobs: [last], pods }, chat).create;
    assert.equal(labelOf(again!, 'attempt'), '1');
    assert.notEqual(again!.metadata.name, last.metadata.name);
    assert.deepEqual(plan({ jobs: [last, again!], pods }, chat), { create: [], remove: [last] });
    const created = '2026-01-01T00:09:59Z';
    const [renewed] = plan({ jobs: [last], pods: [...pods, server(0, undefined, created)] }).create;
    assert.equal(labelOf(renewed!, 'attempt'), '2');
    assert.deepEqual(plan({ jobs: [complete(job({}))] }, chat).create, [], 'what is there is not pulled again');
  });

  it('begins again at once when a Secret that pullers use says something else, and not while it cannot be read', () => {
    const chat = withOllama({
      mode: 'External',
      external: { url: 'https://models', tokenSecretRef: { name: 'models' } },
    });
    const reference = (component: Component, token: string, error?: string): Resolved => {
      const metadata = { name: 'models', namespace: 'chat' };
      const object: Secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { token } };
      return {
        kind: 'Secret',
        name: 'models',
        key: 'token',
        optional: false,
        field: 'token',
        component,
        error,
        object,
      };
    };
    const known = { ...context, references: [reference('puller', 'old')] };
    const target: Pull = { model: { name: 'tinyllama' }, replica: 0, claimUID: 'https://models' };
    const last = failed(pullJob(chat, known, target, 3));
    const attempts = (...references: Resolved[]) => {
      const observed = { ...nothingObserved, jobs: [last], pods: [said(last, 'Unauthorized')] };
      const { create } = planPulls(chat, observed, { ...context, references }, now);
      return create.map((each) => labelOf(each, 'attempt'));
    };
    assert.deepEqual(attempts(reference('puller', 'old')), []);
    assert.deepEqual(attempts(reference('puller', 'old'), reference('backend', 'new')), []);
    assert.deepEqual(attempts(reference('puller', 'new', 'forbidden')), []);
    assert.deepEqual(attempts(reference('puller', 'new')), ['4']);
  });

  it('goes on at once after a puller that was stopped, more slowly after each further one', () => {
    const last = failed(job({}), '2026-01-01T00:10:00Z');
    assert.equal(labelOf(plan({ jobs: [last] }).create[0]!, 'attempt'), '2');
    assert.equal(labelOf(plan({ jobs: [last], pods: [said(last, 'Cancelled')] }).create[0]!, 'attempt'), '2');
    const third = failed(job({ attempt: 3 }), '2026-01-01T00:10:00Z');
    assert.equal(plan({ jobs: [third], pods: [said(third, 'Cancelled')] }).againInMs, 20_000);
    const late = failed(job({}), '2026-01-01T00:10:00Z', 'DeadlineExceeded');
    assert.equal(plan({ jobs: [late] }).againInMs, 10_000, 'a Job that was out of time is no such case');
  });

  it('removes pulls of models and volumes that are no more', () => {
    const old = job({ pull: { ...pull, claimUID: 'lost' } });
    const { create, remove } = plan({ jobs: [old] });
    assert.equal(create.length, 1);
    assert.deepEqual(remove, [old]);
  });

  it('leaves Jobs alone that pull nothing, and those on their way out', () => {
    const other = job({});
    const preflight = { ...other, metadata: { name: 'demo-preflight' } };
    const going = { ...other, metadata: { ...other.metadata, deletionTimestamp: '2026-01-01T00:09:00Z' } };
    assert.deepEqual(plan({ jobs: [preflight, going] }).remove, []);
  });

  it('pulls another digest or source at once, in another Job', () => {
    const old = complete(job({}));
    for (const model of [
      { name: 'tinyllama', digest: `sha256:${'a'.repeat(64)}` },
      { name: 'tinyllama', source: 'x/tiny' },
    ]) {
      const { create, remove } = plan({ jobs: [old] }, withOllama({ models: [model] }));
      assert.notEqual(create[0]!.metadata.name, old.metadata.name);
      assert.deepEqual(remove, [old]);
    }
  });

  it('waits longer each time, up to a bound', () => {
    assert.deepEqual(
      [1, 2, 3, 20].map((n) => retryDelay(n, 'Unreachable')),
      [10_000, 20_000, 40_000, 600_000],
    );
  });

  describe('with a limit of pulls at a time', () => {
    const models = [{ name: 'one' }, { name: 'two' }];
    const chat = withOllama({ models, replicas: 2 });
    const all = plan({}, withOllama({ models, replicas: 2, pull: { maxParallel: 4 } })).create;

    it('begins as many, every model somewhere first', () => {
      assert.deepEqual(brief(plan({}, chat).create), ['one 0', 'two 0']);
      assert.deepEqual(brief(all), ['one 0', 'two 0', 'one 1', 'two 1']);
    });

    it('begins the next when one has ended, new ones before those that failed', () => {
      assert.deepEqual(plan({ jobs: all.slice(0, 2) }, chat).create, []);
      const jobs = [failed(all[0]!, '2026-01-01T00:00:00Z'), all[1]!];
      assert.deepEqual(brief(plan({ jobs }, chat).create), ['one 1']);
    });

    it('does not count those whose server cannot start', () => {
      const jobs = all.slice(0, 2);
      const pods = [server(0, 'CrashLoopBackOff'), server(1)];
      assert.deepEqual(brief(plan({ jobs, pods }, chat).create), ['one 1', 'two 1']);
    });
  });

  describe('with a schedule', () => {
    const scheduled = (refreshSchedule: string) =>
      withOllama({ models: [{ name: 'tinyllama', refresh: 'Schedule', refreshSchedule }] });
    const chat = scheduled('5 * * * *');
    const tick = '2026-01-01T00:05:00Z';
    const before = complete(job({ chat, began: '2026-01-01T00:00:00Z' }));

    it('looks again once the time has come, once, and keeps the Job of before until then', () => {
      const first = plan({ jobs: [before] }, chat);
      assert.equal(labelOf(first.create[0]!, 'tick'), tick);
      assert.ok(first.create[0]!.spec.template.spec.containers[0]!.env!.some(({ name }) => name === 'REFRESH'));
      assert.deepEqual(first.remove, []);
      assert.equal(first.againInMs, 55 * 60_000);
      const looking = job({ chat, pull: { ...pull, tick }, began: tick });
      assert.deepEqual(plan({ jobs: [before, looking] }, chat), { create: [], remove: [], againInMs: 55 * 60_000 });
      const found = complete(looking, '2026-01-01T00:06:00Z');
      assert.deepEqual(plan({ jobs: [before, found] }, chat), { create: [], remove: [before], againInMs: 55 * 60_000 });
      assert.deepEqual(plan({ jobs: [found] }, chat), { create: [], remove: [], againInMs: 55 * 60_000 });
    });

    it('does not look again for a time before the model was pulled, also when clocks differ', () => {
      const jobs = [complete(job({ chat, began: '2026-01-01T00:05:00Z' }))];
      assert.deepEqual(plan({ jobs }, chat).create, []);
      const early = complete(job({ chat, pull: { ...pull, tick }, began: '2026-01-01T00:04:58Z' }));
      assert.deepEqual(plan({ jobs: [early] }, chat).create, []);
    });

    it('pulls a first time whatever the clock says', () => {
      const [first] = plan({}, chat).create;
      assert.equal(labelOf(first!, 'tick'), undefined);
      assert.equal(labelOf(first!, 'attempt'), '1');
    });

    it('tries a look that failed again, and lets one that goes on over the next time end', () => {
      const looked = failed(job({ chat, pull: { ...pull, tick }, began: tick }), '2026-01-01T00:09:00Z');
      const pods = [said(looked, 'Unreachable')];
      const again = plan({ jobs: [before, looked], pods }, chat);
      assert.deepEqual(
        again.create.map((each) => [labelOf(each, 'tick'), labelOf(each, 'attempt')]),
        [[tick, '2']],
      );
      const slow = job({ chat, pull: { ...pull, tick: '2025-12-31T23:05:00Z' }, began: '2025-12-31T23:05:00Z' });
      const old = complete(job({ chat, began: '2025-12-31T22:00:00Z' }));
      assert.deepEqual(plan({ jobs: [old, slow] }, chat), { create: [], remove: [], againInMs: 55 * 60_000 });
    });

    it('looks once for several times that nobody was there for', () => {
      const often = scheduled('* * * * *');
      const { create } = plan({ jobs: [complete(job({ chat: often }))] }, often);
      assert.deepEqual(
        create.map((each) => labelOf(each, 'tick')),
        ['2026-01-01T00:10:00Z'],
      );
    });

    it('is none when it means nothing', () => {
      assert.deepEqual(plan({ jobs: [before] }, scheduled('99 * * * *')), { create: [], remove: [] });
      assert.deepEqual(plan({ jobs: [before] }, scheduled('0 0 31 2 *')), { create: [], remove: [] });
    });

    it('goes back to what is there when the schedule is taken away', () => {
      const looking = job({ chat, pull: { ...pull, tick }, began: tick });
      assert.deepEqual(plan({ jobs: [before, looking] }, withOllama({})), { create: [], remove: [looking] });
    });
  });

  describe('of models that the spec names no more', () => {
    const was = withOllama({ models: [{ name: 'tinyllama' }, { name: 'old', source: 'x/old' }] });
    const kept = complete(job({ chat: was }));
    const old = complete(job({ chat: was, pull: { ...pull, model: { name: 'old', source: 'x/old' } } }));
    const pruning = withOllama({ pruneUndeclared: true });
    const names = (jobs: readonly Job[]) => jobs.map(({ metadata }) => metadata.name);

    it('deletes nothing unless asked, and remembers what it pulled', () => {
      assert.deepEqual(plan({ jobs: [kept, old] }), { create: [], remove: [] });
      const active = job({ chat: was, pull: { ...pull, model: { name: 'old', source: 'x/old' } } });
      assert.deepEqual(names(plan({ jobs: [kept, active] }).remove), names([active]));
    });

    it('deletes them by a Job, and forgets them once they are gone', () => {
      const { create, remove } = plan({ jobs: [kept, old] }, pruning);
      assert.deepEqual(remove, []);
      const [removal] = create;
      const { name, env } = removal!.spec.template.spec.containers[0]!;
      assert.equal(name, 'remove');
      assert.ok(env!.some((each) => each.name === 'SOURCE' && each.value === 'x/old'));
      assert.deepEqual(plan({ jobs: [kept, old, removal!] }, pruning), { create: [], remove: [] });
      const done = complete(removal!);
      assert.deepEqual(names(plan({ jobs: [kept, old, done] }, pruning).remove), names([old]));
      assert.deepEqual(names(plan({ jobs: [kept, done] }, pruning).remove), names([done]));
    });

    it('stops a pull that is under way', () => {
      const active = job({ chat: was, pull: { ...pull, model: { name: 'old', source: 'x/old' } } });
      const { create, remove } = plan({ jobs: [kept, active] }, pruning);
      assert.equal(create.length, 1);
      assert.deepEqual(names(remove), names([active]));
      assert.deepEqual(plan({ jobs: [kept, create[0]!] }, pruning), { create: [], remove: [] });
    });

    it('tries a removal that failed again', () => {
      const [removal] = plan({ jobs: [kept, old] }, pruning).create;
      const last = failed(removal!, '2026-01-01T00:09:58Z');
      const pods = [said(last, 'Timeout')];
      assert.equal(plan({ jobs: [kept, old, last], pods }, pruning).againInMs, 8_000);
      const due = plan({ jobs: [kept, old, failed(removal!, '2026-01-01T00:00:00Z')], pods }, pruning);
      assert.equal(labelOf(due.create[0]!, 'attempt'), '2');
    });

    it('brings one back that is declared again: first what was pulled is forgotten, then the removal ends', () => {
      const [removal] = plan({ jobs: [kept, old] }, pruning).create;
      const again = { ...was, spec: { ...was.spec, ollama: { ...was.spec.ollama, pruneUndeclared: true } } };
      for (const state of [removal!, complete(removal!)]) {
        const first = plan({ jobs: [kept, old, state] }, again);
        assert.deepEqual([first.create, names(first.remove)], [[], names([old])]);
        const second = plan({ jobs: [kept, state] }, again);
        assert.deepEqual([second.create, names(second.remove)], [[], names([state])]);
        const going = { ...state, metadata: { ...state.metadata, deletionTimestamp: '2026-01-01T00:09:00Z' } };
        assert.deepEqual(plan({ jobs: [kept, going] }, again), { create: [], remove: [] });
        assert.deepEqual(brief(plan({ jobs: [kept] }, again).create), ['old 0']);
      }
    });

    it('leaves another spelling of a declared model, lost volumes and servers that are not there alone', () => {
      const spelt = complete(job({ chat: was, pull: { ...pull, model: { name: 'library/tinyllama:latest' } } }));
      assert.deepEqual(plan({ jobs: [kept, spelt] }, pruning).create, []);
      const lost = complete(job({ chat: was, pull: { ...pull, model: { name: 'old' }, claimUID: 'lost' } }));
      assert.deepEqual(names(plan({ jobs: [kept, lost] }, pruning).remove), names([lost]));
      const far = complete(
        job({ chat: was, pull: { ...pull, model: { name: 'old' }, replica: 1, claimUID: 'claim-1' } }),
      );
      const observed = { jobs: [kept, far], claims: [claim(0), claim(1)] };
      assert.deepEqual(plan(observed, pruning), { create: [], remove: [] });
    });

    it('never deletes a name that the spec has for another model', () => {
      const twin = { name: 'old', source: 'tinyllama' };
      const both = withOllama({ models: [{ name: 'tinyllama' }, twin] });
      const pulled = complete(job({ chat: both, pull: { ...pull, model: twin } }));
      assert.ok(pulled.spec.template.spec.containers[0]!.env!.some(({ name }) => name === 'SOURCE_STAYS'));
      const [removal] = plan({ jobs: [kept, pulled] }, pruning).create;
      assert.ok(!removal!.spec.template.spec.containers[0]!.env!.some(({ name }) => name === 'SOURCE'));
    });
  });
});
