import assert from 'node:assert/strict';
import type { ChatApp } from '../../../../operator/api/chatapp.ts';
import { statusSchema } from '../../../../operator/api/status.ts';
import { children } from '../../../../operator/resources/children.ts';
import type { ContainerState, Deployment, Pod, StatefulSet } from '../../../../operator/resources/kubernetes.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import { reportsConfigMap } from '../../../../operator/resources/reports.ts';
import type { Resolved } from '../../../../operator/resources/resolved.ts';
import { chatAppStatus } from '../../../../operator/status/chatapp.ts';
import type { Failure, Observed } from '../../../../operator/status/observed.ts';
import type { RolloutFacts } from '../../../../operator/status/rollout.ts';
import { changes } from '../../../../operator/reconcile/events.ts';
import { chatApp, context, nothingObserved } from '../chatapp.ts';

const now = new Date('2026-01-01T00:00:00Z');
/** A rollout that has nothing of its own to say. */
const followed: RolloutFacts = { state: { step: 'followed' } };
const pull = { model: { name: 'tinyllama' }, replica: 0, claimUID: 'claim' };
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-demo-ollama-0', uid: 'claim' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
  status: { phase: 'Bound' },
};

/** Everything there and running, but what `ready` says otherwise, by name of the part. */
function running(chat: ChatApp, ready: Record<string, number> = {}): Observed {
  const objects = children(chat, context)
    .flat()
    .map(({ object }) => object);
  const withStatus = (object: Deployment | StatefulSet) => {
    const replicas = object.spec.replicas;
    const readyReplicas = ready[object.metadata.name.replace('demo-', '')] ?? replicas;
    return { ...object, status: { observedGeneration: 1, replicas, readyReplicas, updatedReplicas: replicas } };
  };
  const ofKind = <T>(kind: string) => objects.filter((object) => object.kind === kind) as T[];
  const job = {
    ...pullJob(chat, context, pull, 1),
    status: { completionTime: '2026-01-01T00:00:00Z', conditions: [{ type: 'Complete', status: 'True' }] },
  };
  return {
    ...nothingObserved,
    deployments: ofKind<Deployment>('Deployment').map(withStatus) as Deployment[],
    statefulSets: ofKind<StatefulSet>('StatefulSet').map(withStatus) as StatefulSet[],
    jobs: [job],
    claims: [claim],
  };
}

function pod(component: string, state: ContainerState, restartCount = 0): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `demo-${component}-x`, labels: { 'app.kubernetes.io/component': component } },
    spec: { containers: [{ name: component }] },
    status: { containerStatuses: [{ name: component, ready: false, restartCount, state }] },
  };
}

function status(
  observed: Observed,
  { chat = chatApp(), failures = [] as Failure[], references = [] as Resolved[], rollout = followed } = {},
) {
  const result = chatAppStatus(chat, observed, failures, { ...context, references }, now, rollout);
  statusSchema.parse(result);
  const conditions = Object.fromEntries(result.conditions!.map((each) => [each.type, each]));
  return {
    ...result,
    conditions,
    brief: Object.fromEntries(result.conditions!.map((each) => [each.type, each.status])),
  };
}

describe('status', () => {
  it('of a new ChatApp: every condition is there, none is true without reason', () => {
    const { phase, brief, conditions, backend, modelsSummary } = status(nothingObserved);
    assert.equal(phase, 'Pending');
    assert.equal(backend?.summary, '0/3');
    assert.equal(modelsSummary, '0/1');
    assert.deepEqual(brief, {
      Ready: 'False',
      Progressing: 'True',
      Degraded: 'False',
      BackendReady: 'False',
      FrontendReady: 'False',
      RedisReady: 'False',
      OllamaReady: 'False',
      ModelsReady: 'False',
      StorageReady: 'False',
      MonitoringReady: 'False',
      BackupReady: 'True',
    });
    for (const { reason, message } of Object.values(conditions)) assert.ok(reason !== '' && message !== '');
  });

  it('of a running one is Ready', () => {
    const { phase, brief, url } = status(running(chatApp()));
    assert.equal(phase, 'Ready');
    assert.equal(brief['Ready'], 'True');
    assert.equal(brief['ModelsReady'], 'True');
    assert.equal(url, 'http://demo-frontend.chat.svc');
  });

  const ingress = { mode: 'Ingress', host: 'a.example', path: '/chat' } as const;
  for (const [url, spec] of [
    ['http://demo-frontend.chat.svc/chat', { ingress: { path: '/chat' } }],
    ['http://demo-frontend.chat.svc:81/a/b', { ingress: { path: '/a/b' }, frontend: { service: { port: 81 } } }],
    ['http://a.example/chat', { ingress }],
    ['https://a.example/chat', { ingress: { ...ingress, tls: { secretName: 'tls' } } }],
    ['https://b.example:8443/chat', { ingress, publicURL: 'https://b.example:8443' }],
    ['https://b.example', { publicURL: 'https://b.example' }],
  ] as const) {
    it(`says that it is at ${url}`, () => {
      const chat = chatApp(spec);
      assert.equal(status(running(chat), { chat }).url, url);
    });
  }

  it('says where its frontends are while they are not where the spec has them', () => {
    const chat = chatApp({ ingress });
    assert.equal(
      status(running(chat), { chat, rollout: { ...followed, basePath: '/old' } }).url,
      'http://a.example/old',
    );
  });

  it('stays Ready without Ollama: people chat with each other', () => {
    const observed = {
      ...running(chatApp(), { ollama: 0 }),
      pods: [pod('ollama', { waiting: { reason: 'CrashLoopBackOff' } }, 4)],
    };
    const { phase, brief, conditions } = status(observed);
    assert.equal(phase, 'Degraded');
    assert.equal(brief['Ready'], 'True');
    assert.equal(conditions['OllamaReady']?.reason, 'ContainerCrashing');
  });

  it('is not Ready without Redis, and says so', () => {
    const { conditions } = status(running(chatApp(), { redis: 0 }));
    assert.equal(conditions['Ready']?.status, 'False');
    assert.match(conditions['Ready'].message, /RedisReady/);
  });

  it('tells an image that is missing and a container that needs more memory', () => {
    const image = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "nope"' } };
    const missing = status({ ...running(chatApp(), { backend: 0 }), pods: [pod('backend', image)] });
    assert.equal(missing.conditions['BackendReady']?.reason, 'ImageUnavailable');
    const killed = status({
      ...running(chatApp(), { ollama: 0 }),
      pods: [pod('ollama', { terminated: { reason: 'OOMKilled' } }, 1)],
    });
    assert.equal(killed.conditions['OllamaReady']?.reason, 'OutOfMemory');
    assert.match(killed.conditions['OllamaReady'].message, /limits\.memory/);
  });

  it('takes a pod without a node for trouble only if it stays so: its volume may be on the way', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }];
    const waiting = { ...pod('redis', {}), status: { conditions } };
    const reasonAfter = (seconds: number) => {
      const creationTimestamp = new Date(now.getTime() - seconds * 1_000).toISOString();
      const pods = [{ ...waiting, metadata: { ...waiting.metadata, creationTimestamp } }];
      return status({ ...running(chatApp(), { redis: 0 }), pods }).conditions['RedisReady']?.reason;
    };
    assert.deepEqual([1, 9, 10, 60].map(reasonAfter), ['Creating', 'Creating', 'Unschedulable', 'Unschedulable']);
  });

  it('shows the percent of a pull, and that it is not done at the last byte', () => {
    const chat = chatApp();
    const job = pullJob(chat, context, pull, 1);
    const progress = {
      model: 'tinyllama',
      completedBytes: 100,
      totalBytes: 100,
      speedBytesPerSecond: 10.4,
      remainingSeconds: 0,
      time: '',
    };
    const key = job.metadata.annotations!['chatapp.dev/pull']!;
    const report = { ...reportsConfigMap(chat), data: { [key]: JSON.stringify({ ...progress, completedBytes: 43 }) } };
    const { models, modelsSummary } = status({ ...running(chat), jobs: [job], configMaps: [report] });
    assert.equal(modelsSummary, '0/1 43 %');
    assert.equal(models?.[0]?.speedBytesPerSecond, 10);
    const done = { ...report, data: { [key]: JSON.stringify(progress) } };
    assert.equal(status({ ...running(chat), jobs: [job], configMaps: [done] }).modelsSummary, '0/1 99 %');
    const rubbish = { ...report, data: { [key]: '{"completedBytes": -1}' } };
    assert.equal(status({ ...running(chat), jobs: [job], configMaps: [rubbish] }).modelsSummary, '0/1 0 %');
  });

  it('tells why a model failed, in the row and in the condition', () => {
    const chat = chatApp();
    const job = { ...pullJob(chat, context, pull, 1), status: { conditions: [{ type: 'Failed', status: 'True' }] } };
    const said = JSON.stringify({ ok: false, reason: 'NotFound', message: 'no model "tinyllama" there' });
    const ended = pod('puller', { terminated: { exitCode: 1, message: said } });
    ended.metadata.labels!['batch.kubernetes.io/job-name'] = job.metadata.name;
    const { models, modelsSummary, conditions, brief } = status({ ...running(chat), jobs: [job], pods: [ended] });
    assert.equal(modelsSummary, '0/1 NotFound');
    assert.equal(models?.[0]?.reason, 'NotFound');
    assert.match(conditions['ModelsReady']!.message, /no model "tinyllama" there/);
    assert.equal(brief['Ready'], 'True');
  });

  it('tells what it was asked for and does not do, and says no more once that is not asked for', () => {
    const asked = chatApp({ monitoring: { rules: { enabled: true } }, backup: { schedule: '0 3 * * *', storage: {} } });
    const { conditions } = status(running(asked), { chat: asked });
    assert.equal(conditions['Degraded']?.reason, 'NotImplemented');
    assert.match(conditions['Degraded'].message, /monitoring\.rules, backup/);
    assert.equal(conditions['MonitoringReady']?.reason, 'NotImplemented');
    assert.equal(conditions['BackupReady']?.reason, 'NotImplemented');
    assert.equal(status(running(chatApp())).conditions['Degraded']?.status, 'False');
  });

  it('tells what is missing: where pods run, and where they wait for it', () => {
    const missing: Resolved = {
      kind: 'Secret',
      name: 'tokens',
      key: 'a',
      optional: false,
      field: 'f',
      component: 'redis',
    };
    const references: Resolved[] = [missing, { ...missing, component: 'backend' }];
    const words = 'f needs key a of Secret tokens, which does not exist: create it, or change f';
    const there = status(running(chatApp()), { references });
    assert.equal(there.conditions['Degraded']?.reason, 'MissingReference');
    assert.equal(there.conditions['Degraded'].message, words, 'once');
    assert.equal(there.conditions['RedisReady']?.message, `1 of 1 ready; ${words}`);
    assert.equal(there.brief['Ready'], 'True');
    const { statefulSets, ...rest } = running(chatApp());
    const withoutRedis = statefulSets.filter(({ metadata }) => metadata.name !== 'demo-redis');
    const waiting = status({ ...rest, statefulSets: withoutRedis }, { references: [missing] });
    assert.equal(waiting.conditions['RedisReady']?.reason, 'MissingReference');
    assert.equal(waiting.conditions['Progressing']?.reason, 'MissingReference');
    assert.equal(waiting.brief['Progressing'], 'False');
    assert.match(waiting.conditions['Ready']!.message, /RedisReady: MissingReference: f needs/);
    assert.equal(waiting.phase, 'Degraded');
    const optional = [{ ...missing, optional: true }];
    assert.equal(status(running(chatApp()), { references: optional }).phase, 'Ready');
  });

  it('tells of a name that is taken', () => {
    const failures: Failure[] = [{ child: 'Service demo-redis', kind: 'conflict', message: 'taken' }];
    assert.equal(status(running(chatApp()), { failures }).conditions['Degraded']?.reason, 'NameConflict');
  });

  it('keeps the time of a condition that did not change', () => {
    const chat = chatApp();
    const first = chatAppStatus(chat, nothingObserved, [], context, now, followed);
    const later = new Date(now.getTime() + 60_000);
    const second = chatAppStatus({ ...chat, status: first }, running(chat), [], context, later, followed);
    const at = (each: typeof first, type: string) =>
      each.conditions?.find((condition) => condition.type === type)?.lastTransitionTime;
    assert.equal(at(second, 'Degraded'), '2026-01-01T00:00:00Z');
    assert.equal(at(second, 'Ready'), '2026-01-01T00:01:00Z');
  });
});

describe('events', () => {
  it('tell of what changed, once', () => {
    const chat = chatApp();
    const before = chatAppStatus(chat, nothingObserved, [], context, now, followed);
    assert.deepEqual(
      changes(chat, before).map(({ reason }) => reason),
      ['Created'],
    );
    const after = chatAppStatus({ ...chat, status: before }, running(chat), [], context, now, followed);
    assert.deepEqual(
      changes({ ...chat, status: before }, after).map(({ reason }) => reason),
      ['Ready', 'ModelPulled'],
    );
    assert.deepEqual(changes({ ...chat, status: after }, after), []);
  });
});
