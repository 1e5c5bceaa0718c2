import assert from 'node:assert/strict';
import type { ChatApp } from '../../../../operator/api/chatapp.ts';
import { ANNOTATION } from '../../../../operator/api/labels.ts';
import type { ModelStatus } from '../../../../operator/api/status.ts';
import { planRemovals } from '../../../../operator/reconcile/removals.ts';
import { disruptionBudgets } from '../../../../operator/resources/disruption-budget.ts';
import type { Claim, ConfigMap, Job } from '../../../../operator/resources/kubernetes.ts';
import { ollamaStatefulSet } from '../../../../operator/resources/ollama.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import { removeJob } from '../../../../operator/resources/remover.ts';
import { reportsConfigMap } from '../../../../operator/resources/reports.ts';
import { chatAppStatus } from '../../../../operator/status/chatapp.ts';
import type { Observed } from '../../../../operator/status/observed.ts';
import { failedProbe } from '../../../../operator/status/probe.ts';
import { removingModels } from '../../../../operator/status/removals.ts';
import type { RolloutFacts } from '../../../../operator/status/rollout.ts';
import { sleepOf } from '../../../../operator/status/sleep.ts';
import type { ProbeReport } from '../../../../runtime/report.ts';
import { chatApp, context, nothingObserved } from '../chatapp.ts';

const now = new Date('2026-01-01T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000).toISOString();
const models = [{ name: 'tinyllama' }];
const sleeper = chatApp({ ollama: { models, replicas: 2, scaleToZero: { enabled: true, idleAfter: '60s' } } });

function reports(chat: ChatApp, data: Record<string, unknown>): ConfigMap {
  const texts = Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)]);
  return { ...reportsConfigMap(chat), data: Object.fromEntries(texts) as Record<string, string> };
}

/** A pull Job that ended so many seconds ago, or runs. */
function job(chat: ChatApp, endedAgo?: number, name = 'tinyllama'): Job {
  const made = pullJob(chat, context, { model: { name }, replica: 0, claimUID: 'claim' }, 1);
  if (endedAgo === undefined) return made;
  return { ...made, status: { completionTime: before(endedAgo), conditions: [{ type: 'Complete', status: 'True' }] } };
}

function observed(demandAgo: number | undefined, jobs: Job[]): Observed {
  const data = demandAgo === undefined ? {} : { demand: { time: before(demandAgo), wakeSeconds: 9 } };
  return { ...nothingObserved, configMaps: [reports(sleeper, data)], jobs };
}

const followed: RolloutFacts = { state: { step: 'followed' } };
const row = (phase: ModelStatus['phase']): ModelStatus => ({ name: 'm', phase, replicas: { ready: 0, total: 1 } });

describe('sleep', () => {
  const cases: [what: string, sees: Observed, phase: ModelStatus['phase'], expected: object][] = [
    ['without a word of a backend', observed(undefined, [job(sleeper, 900)]), 'Ready', { state: 'awake' }],
    ['nobody asked for long', observed(61, [job(sleeper, 900)]), 'Ready', { state: 'asleep' }],
    ['exactly so long', observed(60, [job(sleeper, 900)]), 'Ready', { state: 'asleep' }],
    ['somebody asked', observed(20, [job(sleeper, 900)]), 'Ready', { state: 'awake', againInMs: 40_000 }],
    ['a model was pulled just now', observed(900, [job(sleeper, 10)]), 'Ready', { state: 'awake', againInMs: 50_000 }],
    ['a model is being pulled', observed(900, [job(sleeper)]), 'Pulling', { state: 'awake' }],
    ['a newer model is looked for', observed(900, [job(sleeper)]), 'Ready', { state: 'awake' }],
    ['a model waits for its turn', observed(900, []), 'Pending', { state: 'awake' }],
    ['a pull failed long ago', observed(900, []), 'Failed', { state: 'asleep' }],
  ];
  for (const [what, sees, phase, expected] of cases) {
    it(`${what}: ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(sleepOf(sleeper, sees, [row(phase)], now), expected);
    });
  }

  describe('of a chat with a model that the spec names no more', () => {
    const { ollama } = sleeper.spec;
    const was = chatApp({ ollama: { ...ollama, models: [...models, { name: 'old' }] } });
    const pruner = chatApp({ ollama: { ...ollama, pruneUndeclared: true } });
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', uid: 'claim' },
    } as Claim;
    const removal = { model: 'old', source: undefined, replica: 0, claimUID: 'claim' };
    const remove = (attempt: number, end?: 'Complete' | 'Failed'): Job => {
      const made = removeJob(pruner, context, removal, attempt);
      if (end === undefined) return made;
      return { ...made, status: { conditions: [{ type: end, status: 'True', lastTransitionTime: before(900) }] } };
    };
    const sees = (...removes: Job[]): Observed => {
      const jobs = [job(sleeper, 900), job(was, 900, 'old'), ...removes];
      return { ...observed(900, jobs), claims: [claim] };
    };
    const removals: [what: string, chat: ChatApp, sees: Observed, state: 'awake' | 'asleep', begun: string[]][] = [
      ['nobody asks that it goes', sleeper, sees(), 'asleep', []],
      ['its removal is due', pruner, sees(), 'awake', ['1']],
      ['its removal is at work', pruner, sees(remove(1)), 'awake', []],
      ['it is gone', pruner, sees(remove(1, 'Complete')), 'asleep', []],
      ['its removal failed', pruner, sees(remove(1, 'Failed')), 'awake', ['2']],
      ['its removal failed twice', pruner, sees(remove(2, 'Failed')), 'awake', ['3']],
      ['its removal keeps failing', pruner, sees(remove(3, 'Failed')), 'asleep', []],
      ['its removal is at work once more', pruner, sees(remove(4)), 'awake', []],
      ['its removal keeps failing for long', pruner, sees(remove(40, 'Failed')), 'asleep', []],
    ];
    for (const [what, chat, seen, state, begun] of removals) {
      it(`${what}: ${state}, tries ${begun.join() || 'nothing'}`, () => {
        const { state: found } = sleepOf(chat, seen, [row('Ready')], now);
        assert.equal(found, state);
        const { create, waits } = planRemovals(chat, seen, { ...context, ollama: found }, now);
        const attempts = create.map(({ metadata }) => metadata.annotations?.[ANNOTATION.attempt]);
        assert.deepEqual([attempts, waits], [begun, []]);
      });
    }

    it('tries it again when somebody asks, and says so', () => {
      const failed = sees(remove(3, 'Failed'));
      const { create } = planRemovals(pruner, failed, context, now);
      assert.deepEqual(
        create.map(({ metadata }) => metadata.annotations?.[ANNOTATION.attempt]),
        ['4'],
      );
      const [told] = removingModels(pruner, failed);
      assert.match(
        told!.message!,
        /^the removal Job .* failed without a word: .*; it is tried again while the servers/,
      );
      const [soon] = removingModels(pruner, sees(remove(2, 'Failed')));
      assert.doesNotMatch(soon!.message!, /tried again/);
    });
  });

  it('is not for who does not ask for it', () => {
    assert.deepEqual(sleepOf(chatApp(), observed(900, []), [row('Ready')], now), { state: 'awake' });
  });

  it('leaves the servers without a pod, their settings and their budget as they are', () => {
    const awake = ollamaStatefulSet(sleeper, context);
    const asleep = ollamaStatefulSet(sleeper, { ...context, ollama: 'asleep' });
    assert.equal(awake.spec.replicas, 2);
    assert.deepEqual(asleep, { ...awake, spec: { ...awake.spec, replicas: 0 } });
    assert.equal(asleep.spec.persistentVolumeClaimRetentionPolicy?.whenScaled, 'Retain');
    assert.ok(disruptionBudgets(sleeper).some(({ metadata }) => metadata.name === 'demo-ollama'));
  });

  it('is told as it is: Asleep, then Waking, never as trouble', () => {
    const chat = chatApp({ ollama: { models, scaleToZero: { enabled: true } } });
    const conditions = (replicas: number, readyReplicas: number) => {
      const set = ollamaStatefulSet(chat, context);
      const status = { observedGeneration: 1, replicas, readyReplicas, updatedReplicas: replicas };
      const statefulSets = [{ ...set, spec: { ...set.spec, replicas }, status }];
      const configMaps = [reports(chat, { demand: { time: before(99) } })];
      const [template] = set.spec.volumeClaimTemplates ?? [];
      const claims = [{ ...template!, metadata: { name: 'data-demo-ollama-0', uid: 'claim' } }];
      const sees = { ...nothingObserved, statefulSets, configMaps, claims, jobs: [job(chat, 900)] };
      const { conditions: all } = chatAppStatus(chat, sees, [], context, now, followed);
      return (type: string) => {
        const { status: holds, reason, message } = all!.find((each) => each.type === type)!;
        return { holds, reason, message };
      };
    };
    const asleep = conditions(0, 0);
    assert.equal(asleep('OllamaReady').holds, 'True');
    assert.equal(asleep('OllamaReady').reason, 'Asleep');
    assert.match(asleep('OllamaReady').message, /next question wakes it; the last reply was at 2026/);
    assert.deepEqual([asleep('ModelsReady').holds, asleep('ModelsReady').reason], ['True', 'Asleep']);
    assert.equal(asleep('Degraded').holds, 'False');
    const waking = conditions(1, 0);
    assert.deepEqual([waking('OllamaReady').holds, waking('OllamaReady').reason], ['False', 'Waking']);
    const awake = conditions(1, 1);
    assert.deepEqual([awake('OllamaReady').holds, awake('OllamaReady').reason], ['True', 'Available']);
    assert.deepEqual([awake('ModelsReady').holds, awake('ModelsReady').reason], ['True', 'Available']);
  });
});

describe('probe', () => {
  const asked = { probe: { enabled: true, interval: '5m' } } as const;
  const prober = chatApp({ monitoring: asked });
  const sees = (chat: ChatApp, probe: Partial<ProbeReport>): Observed => {
    const set = ollamaStatefulSet(chat, context);
    const status = { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1 };
    const report = { time: before(10), ok: true, firstTokenSeconds: 0.4, ...probe };
    return { ...nothingObserved, statefulSets: [{ ...set, status }], configMaps: [reports(chat, { probe: report })] };
  };
  const failed = { ok: false, firstTokenSeconds: 30, message: 'no word within 30 s' };
  const statusOf = (chat: ChatApp, observedNow: Observed) =>
    chatAppStatus(chat, observedNow, [], context, now, followed);
  const ollama = (chat: ChatApp, observedNow: Observed) => {
    return statusOf(chat, observedNow).conditions!.find(({ type }) => type === 'OllamaReady')!;
  };

  it('shows in the status', () => {
    const seen = sees(prober, {});
    assert.deepEqual(statusOf(prober, seen).probe, { time: before(10), ok: true, firstTokenSeconds: 0.4 });
    assert.equal(ollama(prober, seen).status, 'True');
    assert.equal(statusOf(chatApp(), seen).probe, undefined, 'it was not asked for');
  });

  it('that went wrong makes OllamaReady false, with the reason in words', () => {
    const { status: holds, reason, message } = ollama(prober, sees(prober, failed));
    assert.deepEqual([holds, reason], ['False', 'ProbeFailed']);
    assert.match(message, /no word within 30 s/);
    assert.equal(statusOf(prober, sees(prober, failed)).probe?.ok, false);
  });

  it('that is long past says nothing of today, and its end is known', () => {
    assert.equal(failedProbe(prober, sees(prober, failed), now)?.forMs, (15 * 60 - 10) * 1_000);
    const past = sees(prober, { ...failed, time: before(15 * 60 + 1) });
    assert.equal(failedProbe(prober, past, now), undefined);
    assert.equal(ollama(prober, past).status, 'True');
  });

  it('that no version of ours wrote is none', () => {
    assert.equal(statusOf(prober, sees(prober, { firstTokenSeconds: -1 })).probe, undefined);
  });
});
