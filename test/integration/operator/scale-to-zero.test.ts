/** Model servers that sleep while nobody asks: on the word of a backend, which these tests write as one would. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import type { DemandReport, ProbeReport } from '../../../runtime/report.ts';
import type { KubeObject } from '../../testbed/kube-client.ts';
import { usualOutcome } from '../../testbed/node-helper.ts';
import { until } from '../../testbed/wait.ts';
import { OperatorBed, pathTo } from './operator.ts';

const soon = { timeout: 30_000 };
const scaleToZero = { enabled: true, idleAfter: '10s' };
const ollama = { models: [{ name: 'tinyllama' }], scaleToZero };

interface Scaled extends KubeObject {
  readonly spec: { readonly replicas: number };
}

describe('scale to zero', function () {
  this.timeout(120_000);
  let bed: OperatorBed;
  let namespace = '';

  before(async function () {
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
  });

  after(async () => bed.stop());
  // One that is still on its way somewhere would write in the time of the next.
  afterEach(async () => {
    for (const chat of await bed.list('ChatApp', namespace)) {
      await bed.client.ok('DELETE', pathTo('ChatApp', namespace, chat.metadata.name));
    }
  });

  const open = async (name: string, spec: object): Promise<string> => {
    namespace = await bed.namespace(name);
    await bed.create(namespace, 'demo', spec);
    return namespace;
  };

  const report = (ns: string, data: { demand?: DemandReport; probe?: ProbeReport }): Promise<void> => {
    const texts = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)]));
    return bed.patch('ConfigMap', ns, 'demo-reports', { data: texts });
  };
  const ask = (ns: string, agoSeconds = 0): Promise<void> =>
    report(ns, { demand: { time: new Date(Date.now() - agoSeconds * 1_000).toISOString() } });
  const replicas = async (ns: string): Promise<number> =>
    (await bed.get<Scaled>('StatefulSet', ns, 'demo-ollama'))!.spec.replicas;
  const scaled = (ns: string, to: number): Promise<true> =>
    until(`${to} Ollama servers`, async () => (await replicas(ns)) === to, soon);
  const condition = ({ status }: ChatApp, type: string): string => {
    const found = status?.conditions?.find((each) => each.type === type);
    return `${found?.status} ${found?.reason}`;
  };
  const becomes = (ns: string, ollamaReady: string, models = '1/1'): Promise<ChatApp> =>
    bed.chatWhen(`OllamaReady is ${ollamaReady}, models ${models}`, ns, 'demo', (chat) => {
      return condition(chat, 'OllamaReady') === ollamaReady && chat.status?.modelsSummary === models;
    });
  const sleeps = async (ns: string, models?: string): Promise<ChatApp> => {
    await scaled(ns, 0);
    return becomes(ns, 'True Asleep', models);
  };

  it('sleeps on the word of a backend only, which is no trouble; wakes at once, and sleeps again after its time', async () => {
    const ns = await open('falls-asleep', { ollama });
    await bed.settled(ns, 'demo');
    const claim = (await bed.get('PersistentVolumeClaim', ns, 'data-demo-ollama-0'))!.metadata.uid;
    // Long after its pull, but no backend has said a word.
    await delay(11_000);
    assert.equal(await replicas(ns), 1);
    await ask(ns, 60);
    await sleeps(ns);
    const isGone = ({ status }: ChatApp): boolean => status?.ollama?.summary === '0/0';
    const chat = await bed.chatWhen('no server is left', ns, 'demo', isGone);
    const types = ['OllamaReady', 'ModelsReady', 'Ready', 'Degraded', 'Progressing'];
    assert.deepEqual(
      types.map((type) => condition(chat, type)),
      ['True Asleep', 'True Asleep', 'True Available', 'False AsExpected', 'False Complete'],
    );
    const asked = Date.now();
    await ask(ns);
    await scaled(ns, 1);
    assert.ok(Date.now() - asked < 5_000, `it woke after ${Date.now() - asked} ms`);
    await becomes(ns, 'True Available');
    await sleeps(ns);
    assert.ok(Date.now() - asked >= 9_900, `it slept after ${Date.now() - asked} ms`);
    assert.equal((await bed.get('PersistentVolumeClaim', ns, 'data-demo-ollama-0'))!.metadata.uid, claim);
    assert.equal((await bed.list('Job', ns)).length, 1, 'no second pull');
    await bed.patch('ChatApp', ns, 'demo', { spec: { ollama: { scaleToZero: { enabled: false } } } });
    await scaled(ns, 1);
  });

  it('hands the number of servers to nobody, and writes nothing while it sleeps, nor after a restart', async () => {
    const ns = await open('sleeps-on', { ollama: { ...ollama, replicas: 2 } });
    await bed.settled(ns, 'demo');
    await ask(ns, 60);
    await sleeps(ns);
    await until('no pod is left', async () => (await bed.get('Pod', ns, 'demo-ollama-0')) === undefined, soon);
    await bed.patch('StatefulSet', ns, 'demo-ollama', { spec: { replicas: 1 } });
    await sleeps(ns);
    await until('it is quiet', () => bed.writesSince(new Date(Date.now() - 3_000)).length === 0, soon);
    await bed.stopOperator();
    const since = new Date();
    await bed.startOperator();
    const chats = (await bed.client.ok<{ items: unknown[] }>('GET', '/apis/chatapp.dev/v1alpha1/chatapps')).items
      .length;
    await until('all ChatApps are reconciled again', async () => (await bed.successes()) >= chats, soon);
    assert.deepEqual(
      bed.writesSince(since).filter((line) => !line.includes(' events')),
      [],
    );
    // Somebody asked while there was no operator.
    await bed.stopOperator();
    await ask(ns);
    await bed.startOperator();
    await scaled(ns, 2);
  });

  it('never sleeps during a pull; a pull that is due wakes it', async () => {
    bed.plane.nodeHelper!.setRule((pod) => (pod.metadata.name.includes('-pull-') ? 'Ready' : usualOutcome(pod)));
    const ns = await open('pulls', { ollama });
    await until('there is a pull', async () => (await bed.list('Job', ns)).length === 1, soon);
    await ask(ns, 600);
    await delay(2_000);
    assert.equal(await replicas(ns), 1, 'it is pulled');
    bed.plane.nodeHelper!.setRule(usualOutcome);
    await sleeps(ns);
    bed.plane.nodeHelper!.setRule((pod) => (pod.metadata.name.includes('-pull-') ? 'Ready' : usualOutcome(pod)));
    const two = [...ollama.models, { name: 'second' }];
    await bed.patch('ChatApp', ns, 'demo', { spec: { ollama: { models: two } } });
    await scaled(ns, 1);
    bed.plane.nodeHelper!.setRule(usualOutcome);
    await sleeps(ns, '2/2');
  });

  it('shows what a probe came to, and that one was not answered', async () => {
    const ns = await open('probed', { monitoring: { probe: { enabled: true } } });
    await bed.settled(ns, 'demo');
    const time = new Date().toISOString();
    await report(ns, { probe: { time, ok: true, firstTokenSeconds: 0.5 } });
    const chat = await bed.chatWhen('the probe shows', ns, 'demo', ({ status }) => status?.probe !== undefined);
    assert.deepEqual(chat.status?.probe, { time, ok: true, firstTokenSeconds: 0.5 });
    await report(ns, { probe: { time, ok: false, firstTokenSeconds: 30, message: 'no word within 30 s' } });
    await bed.chatWhen('it failed', ns, 'demo', (now) => condition(now, 'OllamaReady') === 'False ProbeFailed');
    await report(ns, { probe: { time, ok: true, firstTokenSeconds: 1 } });
    await bed.chatWhen('it is mended', ns, 'demo', (now) => condition(now, 'OllamaReady') === 'True Available');
  });
});
