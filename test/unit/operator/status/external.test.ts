import assert from 'node:assert/strict';
import type { ReachReport } from '../../../../runtime/report.ts';
import { statusSchema } from '../../../../operator/api/status.ts';
import { children } from '../../../../operator/resources/children.ts';
import type { Deployment, Pod } from '../../../../operator/resources/kubernetes.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import { reportsConfigMap } from '../../../../operator/resources/reports.ts';
import type { RolloutFacts } from '../../../../operator/status/rollout.ts';
import { chatAppStatus } from '../../../../operator/status/chatapp.ts';
import { chatApp, context, nothingObserved } from '../chatapp.ts';

const now = new Date('2026-01-01T00:00:00Z');
const URL = 'https://ollama.example.org';
const chat = chatApp({
  redis: { mode: 'External', external: { urlSecretRef: { name: 'redis' } } },
  ollama: { mode: 'External', external: { url: URL }, models: [{ name: 'tinyllama' }] },
});
/** A rollout that has nothing of its own to say. */
const followed: RolloutFacts = { state: { step: 'followed' } };
const good: ReachReport = { redis: { ok: true }, ollama: { ok: true } };
const untrusted = { ok: false, reason: 'Untrusted', message: 'its certificate is not trusted' } as const;
const away = { ok: false, reason: 'Unreachable', message: 'nothing listens there' } as const;

/** Everything pulled and running, but backends: so many ready, and what those that are there say. */
function status(ready: number, said: Record<string, unknown>, gone: readonly string[] = []) {
  const objects = children(chat, context)
    .flat()
    .map(({ object }) => object);
  const deployments = objects.filter(({ kind }) => kind === 'Deployment') as Deployment[];
  const pods = Object.keys(said).map((name): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/component': 'backend' } },
    spec: { containers: [] },
  }));
  const data = Object.fromEntries(Object.entries(said).map(([name, each]) => [`reach.${name}`, JSON.stringify(each)]));
  const job = {
    ...pullJob(chat, context, { model: { name: 'tinyllama' }, replica: 0, claimUID: URL }, 1),
    status: { completionTime: '2026-01-01T00:00:00Z', conditions: [{ type: 'Complete', status: 'True' }] },
  };
  const result = chatAppStatus(
    chat,
    {
      ...nothingObserved,
      deployments: deployments.map((object) => {
        const readyReplicas = object.metadata.name === 'demo-backend' ? ready : object.spec.replicas;
        const replicas = object.spec.replicas;
        return { ...object, status: { observedGeneration: 1, replicas, readyReplicas, updatedReplicas: replicas } };
      }) as Deployment[],
      configMaps: [{ ...reportsConfigMap(chat), data }],
      pods: pods.filter(({ metadata }) => !gone.includes(metadata.name)),
      jobs: [job],
    },
    [],
    context,
    now,
    followed,
  );
  statusSchema.parse(result);
  const conditions = Object.fromEntries(result.conditions!.map((each) => [each.type, each]));
  const of = (type: string) => [conditions[type]!.status, conditions[type]!.reason];
  return { result, conditions, of };
}

describe('status of a ChatApp with external servers', () => {
  it('is ready by the word of its backends, with no volume and no pod of a server', () => {
    const { result, of } = status(3, { one: good, two: good });
    assert.deepEqual(of('Ready'), ['True', 'Available']);
    assert.deepEqual(of('RedisReady'), ['True', 'Available']);
    assert.deepEqual(of('OllamaReady'), ['True', 'Available']);
    assert.deepEqual(of('ModelsReady'), ['True', 'Available']);
    assert.deepEqual(of('StorageReady'), ['True', 'Disabled']);
    assert.deepEqual(of('Degraded'), ['False', 'AsExpected']);
    assert.equal(result.phase, 'Ready');
    assert.equal(result.redis?.summary, 'External');
    assert.equal(result.ollama?.summary, 'External');
    assert.deepEqual(result.models?.[0]?.replicas, { ready: 1, total: 1 });
  });

  it('says why no backend reaches Redis, and that first', () => {
    const { conditions, of } = status(0, { one: { ...good, redis: untrusted } });
    assert.deepEqual(of('RedisReady'), ['False', 'Untrusted']);
    assert.deepEqual(of('Degraded'), ['True', 'Untrusted']);
    assert.match(conditions['Degraded']!.message, /^RedisReady: its certificate is not trusted/);
    assert.equal(conditions['Ready']!.status, 'False');
    assert.match(conditions['Ready']!.message, /^RedisReady: Untrusted: /);
  });

  it('believes a backend that is ready more than what was said', () => {
    assert.deepEqual(status(1, { one: { ...good, redis: away } }).of('RedisReady'), ['True', 'Available']);
  });

  it('takes Ollama for well while it answers any backend, and lets people chat when it answers none', () => {
    assert.deepEqual(status(3, { one: { ...good, ollama: away }, two: good }).of('OllamaReady'), ['True', 'Available']);
    const { of } = status(3, { one: { ...good, ollama: away } });
    assert.deepEqual(of('OllamaReady'), ['False', 'Unreachable']);
    assert.deepEqual(of('Degraded'), ['True', 'Unreachable']);
    assert.deepEqual(of('Ready'), ['True', 'Available']);
  });

  it('does not know what nobody said: before the first word, of a pod that is gone, of a word that means nothing', () => {
    for (const { of } of [
      status(0, {}),
      status(0, { one: { ...good, redis: away } }, ['one']),
      status(0, { one: { redis: 'fine' } }),
      status(0, { one: { redis: { ok: true } } }),
    ]) {
      assert.deepEqual(of('OllamaReady'), ['Unknown', 'Waiting']);
      assert.deepEqual(of('RedisReady'), ['Unknown', 'Waiting']);
      assert.deepEqual(of('Degraded'), ['False', 'AsExpected']);
    }
  });
});
