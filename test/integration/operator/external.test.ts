/** ChatApps with servers that somebody else runs, on a real API server. */
import assert from 'node:assert/strict';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import type { Deployment } from '../../../operator/resources/kubernetes.ts';
import { usualOutcome } from '../../testbed/node-helper.ts';
import { until } from '../../testbed/wait.ts';
import { OperatorBed, pathTo } from './operator.ts';

const soon = { timeout: 30_000 };
const URL = 'https://ollama.example.org';
const models = [{ name: 'tinyllama' }];
const external = {
  redis: { mode: 'External', external: { urlSecretRef: { name: 'redis' } } },
  ollama: { mode: 'External', external: { url: URL, tokenSecretRef: { name: 'models' } }, models },
};

const condition = ({ status }: ChatApp, type: string) => status?.conditions?.find((each) => each.type === type);
const reasonOf = (chat: ChatApp, type: string) => condition(chat, type)?.reason;

describe('external servers of a ChatApp', function () {
  this.timeout(90_000);
  let bed: OperatorBed;
  before(async function () {
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
  });
  after(async () => bed.stop());

  const names = async (kind: string, ns: string) => (await bed.list(kind, ns)).map(({ metadata }) => metadata.name);
  const secret = async (ns: string, name: string, stringData: object): Promise<void> => {
    await bed.client.ok('POST', pathTo('Secret', ns), { metadata: { name }, stringData });
  };
  /** Backends say how a server answers them, under the names of their pods. */
  const say = async (ns: string, report: object): Promise<void> => {
    const pods = (await names('Pod', ns)).filter((name) => name.startsWith('demo-backend-'));
    const data = Object.fromEntries(pods.map((pod) => [`reach.${pod}`, JSON.stringify(report)]));
    await bed.patch('ConfigMap', ns, 'demo-reports', { data });
  };

  it('have no workload, claim, Service or policy; what backends say of them is the status', async () => {
    const ns = await bed.namespace('external');
    await secret(ns, 'redis', { url: 'redis://chat:hidden@redis.example.org' });
    await secret(ns, 'models', { token: 'hidden' });
    await bed.create(ns, 'demo', external);
    const first = await bed.chatWhen(
      'backends are ready',
      ns,
      'demo',
      (chat) => condition(chat, 'Ready')?.status === 'True',
    );
    assert.equal(reasonOf(first, 'StorageReady'), 'Disabled');
    assert.equal(condition(first, 'OllamaReady')?.status, 'Unknown');
    assert.equal(first.status?.redis?.summary, 'External');
    assert.deepEqual(await names('StatefulSet', ns), []);
    assert.deepEqual(await names('PersistentVolumeClaim', ns), []);
    for (const kind of ['Service', 'NetworkPolicy', 'PodDisruptionBudget']) {
      assert.deepEqual(
        (await names(kind, ns)).filter((name) => /redis|ollama/.test(name)),
        [],
      );
    }
    assert.equal((await names('Job', ns)).length, 1);
    await say(ns, { redis: { ok: true }, ollama: { ok: true } });
    const settled = await bed.settled(ns, 'demo');
    assert.equal(reasonOf(settled, 'OllamaReady'), 'Available');
    const ollama = { ok: false, reason: 'Unauthorized', message: 'wants another token' };
    await say(ns, { redis: { ok: true }, ollama });
    const degraded = await bed.chatWhen(
      'it is told',
      ns,
      'demo',
      (chat) => reasonOf(chat, 'OllamaReady') === 'Unauthorized',
    );
    assert.equal(reasonOf(degraded, 'Degraded'), 'Unauthorized');
    assert.equal(condition(degraded, 'Ready')?.status, 'True');
    await say(ns, { redis: { ok: true }, ollama: { ok: true } });
    await bed.settled(ns, 'demo');
    assert.ok(!bed.log.includes('hidden'), 'no secret in the log of the operator');
  });

  it('are tried again at once by a pull that failed, when they are given another token', async () => {
    const ns = await bed.namespace('token');
    await secret(ns, 'redis', { url: 'redis://redis.example.org' });
    await secret(ns, 'models', { token: 'old' });
    const message = JSON.stringify({ ok: false, reason: 'Unauthorized', message: 'wants another token' });
    bed.plane.nodeHelper!.setRule((pod) => {
      const isFirst = pod.metadata.namespace === ns && /-pull-.*-1-[a-z0-9]+$/.test(pod.metadata.name);
      return isFirst ? { outcome: 'Failed', message } : usualOutcome(pod);
    });
    await bed.create(ns, 'demo', external);
    await bed.chatWhen('the pull failed', ns, 'demo', ({ status }) => status?.models?.[0]?.reason === 'Unauthorized');
    const [failed] = await names('Job', ns);
    // What is not a puller's is no reason: the next try is minutes away.
    const backend = async () => (await bed.get<Deployment>('Deployment', ns, 'demo-backend'))?.metadata.generation;
    const before = await backend();
    await bed.patch('Secret', ns, 'redis', { stringData: { url: 'redis://other.example.org' } });
    await until('backends have the other address', async () => (await backend()) !== before, soon);
    assert.deepEqual(await names('Job', ns), [failed]);
    await bed.patch('Secret', ns, 'models', { stringData: { token: 'new' } });
    await bed.chatWhen('it is there', ns, 'demo', ({ status }) => status?.models?.[0]?.phase === 'Ready');
    await until(
      'only the second is left',
      async () => (await names('Job', ns)).join() === failed!.replace(/1$/, '2'),
      soon,
    );
  });

  it('take over from servers of the chat and hand back, and no volume is lost, also with retention Delete', async () => {
    const ns = await bed.namespace('change');
    await secret(ns, 'models', { token: 'hidden' });
    const storage = { retention: 'Delete' };
    await bed.create(ns, 'demo', { ollama: { models, storage } });
    await bed.settled(ns, 'demo');
    const claim = async () => (await bed.get('PersistentVolumeClaim', ns, 'data-demo-ollama-0'))?.metadata;
    await until('the claim belongs to its server', async () => (await claim())?.ownerReferences?.length === 1, soon);
    const uid = (await claim())?.uid;
    const pulled = await names('Job', ns);
    await bed.patch('ChatApp', ns, 'demo', { spec: { ollama: external.ollama } });
    await until('the server is gone', async () => !(await names('StatefulSet', ns)).includes('demo-ollama'), soon);
    await until('its pod too', async () => !(await names('Pod', ns)).includes('demo-ollama-0'), soon);
    await say(ns, { redis: { ok: true }, ollama: { ok: true } });
    const away = await bed.chatWhen('the chat is settled', ns, 'demo', ({ status, metadata }) => {
      return status?.phase === 'Ready' && status.observedGeneration === metadata.generation;
    });
    assert.equal(away.status?.models?.[0]?.phase, 'Ready');
    assert.ok(!(await names('Service', ns)).includes('demo-ollama'));
    assert.equal((await claim())?.uid, uid, 'the volume stays');
    const since = new Date();
    await bed.patch('ChatApp', ns, 'demo', { metadata: { annotations: { 'example.org/look': 'again' } } });
    await bed.settled(ns, 'demo');
    assert.deepEqual(bed.writesSince(since), []);
    await bed.patch('ChatApp', ns, 'demo', { spec: { ollama: { mode: 'Managed', external: null } } });
    await until('the server is back', async () => (await names('Pod', ns)).includes('demo-ollama-0'), soon);
    await bed.settled(ns, 'demo');
    assert.equal((await claim())?.uid, uid, 'the same volume is used again');
    assert.equal((await claim())?.ownerReferences?.length, 1, 'and goes with the chat again');
    assert.deepEqual(await names('Job', ns), pulled, 'the same pull, onto the same volume');
  });

  it('refuses another mode of Redis, and servers without an address, in words', async () => {
    const ns = await bed.namespace('refused');
    const body = (spec: object) => {
      const whole = { ollama: { models }, ...spec };
      return { apiVersion: 'chatapp.dev/v1alpha1', kind: 'ChatApp', metadata: { name: 'demo' }, spec: whole };
    };
    const none = await bed.client.send('POST', pathTo('ChatApp', ns), body({ redis: { mode: 'External' } }));
    assert.equal(none.status, 422);
    assert.match(JSON.stringify(none.body), /redis\.external goes with mode External/);
    await bed.create(ns, 'demo', {});
    const change = await bed.client.send(
      'PATCH',
      pathTo('ChatApp', ns, 'demo'),
      { spec: { redis: external.redis } },
      'application/merge-patch+json',
    );
    assert.equal(change.status, 422);
    assert.match(JSON.stringify(change.body), /redis\.mode cannot change/);
  });
});
