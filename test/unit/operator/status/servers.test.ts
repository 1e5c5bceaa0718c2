import assert from 'node:assert/strict';
import type { ChatApp } from '../../../../operator/api/chatapp.ts';
import { statusSchema } from '../../../../operator/api/status.ts';
import { planPulls } from '../../../../operator/reconcile/pulls.ts';
import type { Claim, Job, Pod } from '../../../../operator/resources/kubernetes.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import { chatAppStatus } from '../../../../operator/status/chatapp.ts';
import type { Observed } from '../../../../operator/status/observed.ts';
import type { RolloutFacts } from '../../../../operator/status/rollout.ts';
import { serverReportKey, serverReportSchema, type HeldModel, type ServerReport } from '../../../../runtime/report.ts';
import { chatApp, context, nothingObserved } from '../chatapp.ts';

const followed: RolloutFacts = { state: { step: 'followed' } };
const GB = 1_000_000_000;
const now = new Date('2026-01-01T01:00:00Z');
const PULLED = '2026-01-01T00:10:00Z';
const LATER = '2026-01-01T00:20:00Z';

const tinyllama: HeldModel = {
  name: 'tinyllama:latest',
  digest: 'd',
  sizeBytes: 637_700_138,
  context: { bytesPerToken: 22_528, maxTokens: 2_048 },
};

const report = (over: Partial<ServerReport> = {}, usedGB = 1): ServerReport =>
  serverReportSchema.parse({
    volume: { capacityBytes: 20 * GB, usedBytes: usedGB * GB, freeBytes: (20 - usedGB) * GB },
    models: [tinyllama],
    moreModels: 0,
    time: LATER,
    ...over,
  });

const two = (ollama: object = {}) => chatApp({ ollama: { models: [{ name: 'tinyllama' }], replicas: 2, ...ollama } });

function server(replica: number, creationTimestamp = '2026-01-01T00:00:00Z'): Pod {
  const metadata = { name: `demo-ollama-${replica}`, creationTimestamp };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'ollama' }] } };
}

const pullOf = (chat: ChatApp, replica: number) =>
  pullJob(chat, context, { model: chat.spec.ollama.models[0]!, replica, claimUID: `claim-${replica}` }, 1);

const pulled = (job: Job, at = PULLED): Job => ({
  ...job,
  status: { completionTime: at, conditions: [{ type: 'Complete', status: 'True' }] },
});

const claim = (replica: number): Claim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: `data-demo-ollama-${replica}`, uid: `claim-${replica}` },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
  status: { phase: 'Bound' },
});

/** Servers that have pulled everything, and what their agents report. */
function observed(
  chat: ChatApp,
  reports: readonly (ServerReport | string | undefined)[],
  over: Partial<Observed> = {},
): Observed {
  const replicas = Array.from({ length: chat.spec.ollama.replicas }, (_, replica) => replica);
  const data = Object.fromEntries(
    reports.flatMap((each, replica) =>
      each === undefined ? [] : [[serverReportKey(replica), typeof each === 'string' ? each : JSON.stringify(each)]],
    ),
  );
  return {
    ...nothingObserved,
    configMaps: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'demo-reports' }, data }],
    claims: replicas.map(claim),
    pods: replicas.map((replica) => server(replica)),
    jobs: replicas.map((replica) => pulled(pullOf(chat, replica))),
    ...over,
  };
}

function statusOf(chat: ChatApp, from: Observed) {
  const status = statusSchema.parse(chatAppStatus(chat, from, [], context, now, followed));
  const condition = (type: string) => status.conditions?.find((each) => each.type === type);
  return {
    ...status,
    modelsReady: condition('ModelsReady'),
    storageReady: condition('StorageReady'),
    degraded: condition('Degraded'),
  };
}

describe('reports of servers', () => {
  it('say how much room the smallest volume has, the fullest of several alike', () => {
    const small = report({ volume: { capacityBytes: 5 * GB, usedBytes: 2 * GB, freeBytes: 3 * GB } });
    assert.deepEqual(statusOf(two(), observed(two(), [report(), small])).storage, {
      capacityBytes: 5 * GB,
      usedBytes: 2 * GB,
    });
    assert.deepEqual(statusOf(two(), observed(two(), [report(), report({}, 7)])).storage, {
      capacityBytes: 20 * GB,
      usedBytes: 7 * GB,
    });
  });

  it('are not believed when they are none, of a server that is no more, or older than its pod', () => {
    const chat = chatApp();
    for (const from of [
      observed(chat, []),
      observed(chat, ['{']),
      observed(chat, ['{"volume":{"capacityBytes":-1}}']),
      observed(chat, [undefined, report()]),
      observed(chat, [report()], { pods: [] }),
      observed(chat, [report({ time: '2026-01-01T00:40:00Z' })], { pods: [server(0, '2026-01-01T00:50:00Z')] }),
    ]) {
      const { storage, modelsSummary } = statusOf(chat, from);
      assert.deepEqual([storage, modelsSummary], [undefined, '1/1']);
    }
  });

  it('tell that a volume is nearly full, with numbers and what to do; it is there all the same', () => {
    const { storageReady } = statusOf(two(), observed(two(), [report(), report({}, 18.5)]));
    assert.deepEqual([storageReady?.status, storageReady?.reason], ['True', 'NearlyFull']);
    assert.match(storageReady!.message, /server 1 has 1\.5 GB of 20\.0 GB free: .*raise ollama\.storage\.size/);
    assert.equal(statusOf(two(), observed(two(), [report(), report({}, 17)])).storageReady?.reason, 'Available');
  });

  it('name models that nobody declared, and leave alone what is being pulled or renewed', () => {
    const held = (name: string): HeldModel => ({ ...tinyllama, name });
    const chat = chatApp({ ollama: { models: [{ name: 'tinyllama' }], pull: { registry: 'reg:5000' } } });
    const models = [
      tinyllama,
      held('reg:5000/library/tinyllama:latest'),
      held('kept-by-chatapp/tinyllama-latest:latest'),
    ];
    assert.equal(statusOf(chat, observed(chat, [report({ models })])).modelsReady?.message, '1 of 1 ready');
    const many = ['f', 'e', 'd', 'c', 'b', 'a'].map((name) => held(`${name}:1`));
    const { modelsReady } = statusOf(chat, observed(chat, [report({ models: [...models, ...many] })]));
    assert.equal(modelsReady?.status, 'True');
    assert.match(
      modelsReady.message,
      /^1 of 1 ready; also there, and named by no ChatApp: a:1 \(638 MB\), b:1 .* e:1 \(638 MB\) and 1 more$/,
    );
  });

  for (const [declared, has] of [
    ['TinyLlama', 'tinyllama:latest'],
    ['library/tinyllama', 'tinyllama:latest'],
    ['registry.ollama.ai/library/tinyllama:1b', 'tinyllama:1b'],
    ['hf.co/someone/model', 'hf.co/someone/model:latest'],
    ['reg:5000/library/tinyllama', 'reg:5000/library/tinyllama:latest'],
  ] as const) {
    it(`take ${has} for ${declared}`, () => {
      const chat = chatApp({ ollama: { models: [{ name: declared }] } });
      const from = observed(chat, [report({ models: [{ ...tinyllama, name: has }] })]);
      const { modelsSummary, modelsReady } = statusOf(chat, from);
      assert.deepEqual([modelsSummary, modelsReady?.message], ['1/1', '1 of 1 ready']);
    });
  }
});

describe('a model that vanished from its server', () => {
  const without = (time: string, moreModels = 0) => report({ models: [], time, moreModels });
  const plan = (from: Observed, chat = two()) => planPulls(chat, from, context, now);

  it('loses Ready and is pulled again by a Job of its own; the old one goes then', () => {
    const from = observed(two(), [report(), without(LATER)]);
    const { models, modelsSummary, modelsReady } = statusOf(two(), from);
    assert.deepEqual(
      [modelsSummary, models?.[0]?.phase, models?.[0]?.replicas],
      ['0/1', 'Pending', { ready: 1, total: 2 }],
    );
    assert.match(modelsReady!.message, /server 1 does not have it any more: it is pulled again/);
    const { create, remove } = plan(from);
    assert.deepEqual([create.length, remove.length], [1, 0]);
    const { annotations } = create[0]!.metadata;
    assert.deepEqual([annotations?.['chatapp.dev/replica'], annotations?.['chatapp.dev/attempt']], ['1', '2']);
    const again = { ...from, jobs: [...from.jobs, create[0]!] };
    assert.deepEqual(plan(again), { create: [], remove: [from.jobs[1]] });
    assert.equal(statusOf(two(), again).models?.[0]?.phase, 'Pulling');
    const done = { ...again, jobs: [from.jobs[0]!, pulled(create[0]!, '2026-01-01T00:30:00Z')] };
    assert.deepEqual(plan(done), { create: [], remove: [] });
    assert.equal(statusOf(two(), done).modelsSummary, '1/1');
  });

  it('is not one that the agent had not seen yet, or that may be among those it cannot name', () => {
    for (const seen of [without('2026-01-01T00:05:00Z'), without('2026-01-01T00:10:00.900Z'), without(LATER, 1)]) {
      const from = observed(two(), [report(), seen]);
      assert.deepEqual(plan(from), { create: [], remove: [] });
      assert.equal(statusOf(two(), from).modelsSummary, '1/1');
    }
  });

  it('waits a little when it was pulled just now, so that nobody is kept busy with it', () => {
    const jobs = [0, 1].map((replica) => pulled(pullOf(two(), replica), '2026-01-01T00:59:55Z'));
    const from = observed(two(), [report(), without('2026-01-01T00:59:58Z')], { jobs });
    assert.deepEqual(plan(from), { create: [], remove: [], againInMs: 5_000 });
  });
});

describe('a pull that found no room', () => {
  const failure = { ok: false, reason: 'OutOfSpace', message: 'words', neededBytes: 4 * GB };
  const from = (usedGB: number, failedAt: string): Observed => {
    const chat = chatApp();
    const job = {
      ...pullJob(chat, context, { model: { name: 'tinyllama' }, replica: 0, claimUID: 'claim-0' }, 5),
      status: { conditions: [{ type: 'Failed', status: 'True', lastTransitionTime: failedAt }] },
    };
    const terminated = { exitCode: 1, message: JSON.stringify(failure) };
    const pod: Pod = {
      ...server(9),
      metadata: { name: 'p', labels: { 'batch.kubernetes.io/job-name': job.metadata.name } },
      status: { containerStatuses: [{ name: 'pull', ready: false, restartCount: 0, state: { terminated } }] },
    };
    return observed(chat, [report({ models: [] }, usedGB)], { jobs: [job], pods: [server(0), pod] });
  };

  it('is tried again at once when there is room, and otherwise after a while', () => {
    const failedAt = '2026-01-01T00:59:30Z';
    assert.equal(planPulls(chatApp(), from(15, failedAt), context, now).create.length, 1);
    const { create, againInMs } = planPulls(chatApp(), from(17, failedAt), context, now);
    assert.deepEqual([create, againInMs], [[], 130_000]);
  });
});

describe('a model that is too large for the memory of its server', () => {
  const big: HeldModel = {
    ...tinyllama,
    sizeBytes: 3_900_000_000,
    context: { bytesPerToken: 131_072, maxTokens: 131_072 },
  };
  const withBig = (ollama: object = {}) => chatApp({ ollama: { models: [{ name: 'tinyllama' }], ...ollama } });
  const phases = (chat: ChatApp, model: HeldModel) =>
    statusOf(chat, observed(chat, [report({ models: [model] })])).models?.map(({ phase, reason }) => reason ?? phase);

  it('has failed for want of memory, with both numbers and what to do', () => {
    const chat = withBig();
    const { models, modelsReady, degraded } = statusOf(chat, observed(chat, [report({ models: [big] })]));
    assert.deepEqual([models?.[0]?.phase, models?.[0]?.reason], ['Failed', 'OutOfMemory']);
    assert.match(
      models![0]!.message!,
      /needs about 4\.5 GB of memory .*context 4096\), and its server may use 4\.3 GB: raise/,
    );
    assert.deepEqual([modelsReady?.reason, degraded?.reason], ['OutOfMemory', 'OutOfMemory']);
  });

  for (const [what, chat, model, phase] of [
    ['fits with a shorter context', withBig({ contextLength: 512 }), big, 'Ready'],
    [
      'fits with a context of its own',
      withBig({ models: [{ name: 'tinyllama', parameters: { numCtx: 512 } }] }),
      big,
      'Ready',
    ],
    [
      'fits with a smaller cache',
      withBig({ podTemplate: { env: [{ name: 'OLLAMA_KV_CACHE_TYPE', value: 'q4_0' }] } }),
      big,
      'Ready',
    ],
    ['does not fit with many replies at a time', withBig({ contextLength: 512, numParallel: 8 }), big, 'OutOfMemory'],
    ['fits where nobody sets a limit', withBig({ resources: { limits: {} } }), big, 'Ready'],
    ['is for GPUs to hold', withBig({ gpu: { count: 1 } }), big, 'Ready'],
    ['is TinyLlama in 1 GiB', withBig({ resources: { limits: { memory: '1Gi' } } }), tinyllama, 'Ready'],
    ['is TinyLlama with the longest context', withBig({ contextLength: 131_072 }), tinyllama, 'Ready'],
  ] as const) {
    it(what, () => assert.deepEqual(phases(chat, model), [phase]));
  }
});
