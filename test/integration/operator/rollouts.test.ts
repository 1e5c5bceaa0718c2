/** How changes reach backends and frontends: tried first, taken back when they do not work, gone on with after a restart. */
import assert from 'node:assert/strict';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import type { Deployment, PodTemplateSpec } from '../../../operator/resources/kubernetes.ts';
import type { KubeObject } from '../../testbed/kube-client.ts';
import { usualOutcome, type Fate, type Pod, type PodOutcome } from '../../testbed/node-helper.ts';
import { until } from '../../testbed/wait.ts';
import { OperatorBed, pathTo } from './operator.ts';

const soon = { timeout: 30_000 };
const OLD = 'runtime:test';

interface Ingress extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly annotations?: Record<string, string> };
  readonly spec: { readonly rules: { readonly http: { readonly paths: { readonly path: string }[] } }[] };
}

describe('rollouts', function () {
  this.timeout(90_000);
  let bed: OperatorBed;

  before(async function () {
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
    bed.plane.nodeHelper!.setRule(fateOf);
  });

  after(async () => bed.stop());

  /** What becomes of pods by namespace, kind of pod and image, such as `broken preflight bad:1`; all others do well. */
  const fates = new Map<string, PodOutcome | Fate>();

  function fateOf(pod: Pod): PodOutcome | Fate {
    const [container] = pod.spec.containers;
    return fates.get(`${pod.metadata.namespace} ${container?.name} ${container?.image}`) ?? usualOutcome(pod);
  }

  function become(ns: string, container: string, image: string, fate: PodOutcome | Fate | undefined): void {
    const key = `${ns} ${container} ${image}`;
    if (fate === undefined) fates.delete(key);
    else fates.set(key, fate);
    bed.plane.nodeHelper!.setRule(fateOf);
  }

  const condition = ({ status }: ChatApp, type: string) => status?.conditions?.find((each) => each.type === type);
  const isFor = (chat: ChatApp, reason: string, type = 'Degraded') =>
    condition(chat, type)?.reason === reason && chat.status?.observedGeneration === chat.metadata.generation;
  const change = (ns: string, spec: object) => bed.patch('ChatApp', ns, 'demo', { spec });
  const when = (ns: string, what: string, holds: (chat: ChatApp) => boolean) => bed.chatWhen(what, ns, 'demo', holds);
  const jobs = async (ns: string) =>
    (await bed.list('Job', ns)).filter(({ metadata }) => metadata.name.includes('-preflight-'));

  async function template(ns: string, part: 'backend' | 'frontend'): Promise<PodTemplateSpec> {
    return (await bed.client.ok<Deployment>('GET', pathTo('Deployment', ns, `demo-${part}`))).spec.template;
  }

  async function images(ns: string): Promise<string[]> {
    const both = await Promise.all([template(ns, 'backend'), template(ns, 'frontend')]);
    return both.map(({ spec }) => spec.containers[0]!.image);
  }

  async function events(ns: string): Promise<string[]> {
    const { items } = await bed.client.ok<{ items: (KubeObject & { reason: string })[] }>(
      'GET',
      `/apis/events.k8s.io/v1/namespaces/${ns}/events`,
    );
    return items.map(({ reason }) => reason);
  }

  /** A ChatApp that works, and whose working state is remembered. */
  async function working(ns: string, spec: object = {}): Promise<void> {
    await bed.namespace(ns);
    await bed.create(ns, 'demo', spec);
    await bed.settled(ns, 'demo');
    await when(ns, 'what works is remembered', ({ status }) => status?.lastGoodImage === OLD);
  }

  /** The operator stops, what is said happens, and it starts again. */
  async function restarted(meanwhile?: () => Promise<void>): Promise<void> {
    await bed.stopOperator();
    await meanwhile?.();
    await bed.startOperator();
  }

  it('installs without a trial, and tries a change before backends and frontends get it', async () => {
    const ns = 'tried';
    await working(ns);
    assert.deepEqual(await jobs(ns), []);
    become(ns, 'preflight', 'good:2', 'Ready');
    await change(ns, { image: 'good:2', backend: { replicas: 4 } });
    const chat = await when(ns, 'it is tried', (now) => /preflight/.test(condition(now, 'Progressing')?.message ?? ''));
    assert.equal(chat.status?.image, OLD);
    await until('the rest is applied', async () => (await deployment(ns)).spec.replicas === 4, soon);
    assert.deepEqual(await images(ns), [OLD, OLD]);
    assert.equal((await jobs(ns)).length, 1);
    become(ns, 'preflight', 'good:2', { outcome: 'Succeeded', message: '{"ok":true,"version":"2.0.0"}' });
    const after = await when(ns, 'it is rolled out', ({ status }) => status?.lastGoodImage === 'good:2');
    assert.deepEqual(await images(ns), ['good:2', 'good:2']);
    assert.equal(after.status?.version, '2.0.0');
    assert.equal(after.status.image, 'good:2');
    await until('the Job is gone', async () => (await jobs(ns)).length === 0, soon);
    await until('people are told', async () => (await events(ns)).includes('RolledOut'), soon);
  });

  const deployment = (ns: string) => bed.client.ok<Deployment>('GET', pathTo('Deployment', ns, 'demo-backend'));

  it('tries neither replicas nor annotations, nor what others do, and writes nothing when nothing changes', async () => {
    const ns = 'untried';
    await working(ns);
    become(ns, 'preflight', OLD, 'Failed');
    await change(ns, { backend: { replicas: 2, podTemplate: { annotations: { 'example.org/note': 'x' } } } });
    const restart = {
      spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } },
    };
    await bed.patch('Deployment', ns, 'demo-backend', restart);
    await until(
      'both are there',
      async () => {
        const { annotations = {} } = (await template(ns, 'backend')).metadata;
        return annotations['example.org/note'] === 'x' && annotations['kubectl.kubernetes.io/restartedAt'] === 'now';
      },
      soon,
    );
    await bed.settled(ns, 'demo');
    assert.deepEqual(await jobs(ns), []);
  });

  it('blocks what fails its trial, says why, and goes on by itself when the cause is gone', async () => {
    const ns = 'broken';
    await working(ns);
    become(ns, 'preflight', 'bad:1', { outcome: 'Failed', message: '{"ok":false,"message":"no such setting"}' });
    await change(ns, { image: 'bad:1' });
    const chat = await when(ns, 'it is blocked', (now) => isFor(now, 'PreflightFailed'));
    assert.match(condition(chat, 'Degraded')!.message, /no such setting.*what ran before runs on/);
    const { status, reason } = condition(chat, 'Progressing')!;
    assert.deepEqual([status, reason], ['False', 'PreflightFailed']);
    assert.equal(condition(chat, 'Ready')?.status, 'True');
    assert.deepEqual(await images(ns), [OLD, OLD]);
    await until('people are told', async () => (await events(ns)).includes('PreflightFailed'), soon);
    // Deployment and settings that somebody deletes meanwhile come back as they were.
    const [volume] = (await template(ns, 'backend')).spec.volumes!;
    for (const [kind, name] of [
      ['ConfigMap', volume!.configMap!.name],
      ['Deployment', 'demo-backend'],
    ] as const) {
      const before = await bed.get(kind, ns, name);
      await bed.client.ok('DELETE', pathTo(kind, ns, name), { propagationPolicy: 'Background' });
      const isBack = async () => {
        const live = await bed.get(kind, ns, name);
        return live !== undefined && live.metadata.uid !== before?.metadata.uid;
      };
      await until(`${kind} ${name} is back`, isBack, soon);
    }
    assert.deepEqual(await images(ns), [OLD, OLD]);
    await restarted();
    become(ns, 'preflight', 'bad:1', undefined);
    const healed = await when(ns, 'it heals by itself', ({ status }) => status?.lastGoodImage === 'bad:1');
    assert.ok((await jobs(ns)).every(({ metadata }) => !metadata.name.endsWith('-1')));
    assert.equal(condition(healed, 'Degraded')?.reason === 'PreflightFailed', false);
  });

  it('keeps the way to the chat where the frontends are, until they are where the spec has them', async () => {
    const ns = 'moved';
    await working(ns, { ingress: { mode: 'Ingress', host: 'a.example', path: '/old' } });
    become(ns, 'preflight', OLD, 'Ready');
    await change(ns, { ingress: { path: '/new', annotations: { 'example.org/note': 'x' } } });
    const chat = await when(ns, 'it is tried', (now) => /preflight/.test(condition(now, 'Progressing')?.message ?? ''));
    const pathOf = async () => {
      const ingress = await bed.client.ok<Ingress>('GET', pathTo('Ingress', ns, 'demo-frontend'));
      const [main] = (await template(ns, 'frontend')).spec.containers;
      const served = main!.env?.find(({ name }) => name === 'BASE_PATH')?.value;
      assert.equal(ingress.metadata.annotations?.['example.org/note'], 'x', 'all else follows the spec at once');
      return [ingress.spec.rules[0]!.http.paths[0]!.path, served];
    };
    assert.equal(chat.status?.url, 'http://a.example/old');
    assert.deepEqual(await pathOf(), ['/old', '/old']);
    become(ns, 'preflight', OLD, undefined);
    const moved = await when(ns, 'it moves', ({ status }) => status?.url === 'http://a.example/new');
    assert.deepEqual(await pathOf(), ['/new', '/new']);
    await bed.settled(ns, 'demo');
    assert.equal(moved.status?.image, OLD);
  });

  it('counts an image that cannot be had at once, and tries the next change of the spec at once', async () => {
    const ns = 'missing';
    await working(ns);
    become(ns, 'preflight', 'bad:2', 'ImagePullBackOff');
    await change(ns, { image: 'bad:2' });
    const chat = await when(ns, 'it is blocked', (now) => isFor(now, 'PreflightFailed'));
    assert.match(condition(chat, 'Degraded')!.message, /Back-off pulling image "bad:2"/);
    await change(ns, { image: 'good:3' });
    await when(ns, 'the newest runs', ({ status }) => status?.lastGoodImage === 'good:3');
    await change(ns, { image: 'bad:2' });
    await when(ns, 'it is blocked again', (now) => isFor(now, 'PreflightFailed'));
    await change(ns, { image: 'good:3' });
    const back = await bed.settled(ns, 'demo');
    assert.equal(back.status?.rollback, undefined);
    await until('nothing is tried any more', async () => (await jobs(ns)).length === 0, soon);
  });

  it('goes back at once from what crashes, keeps to it over a restart, and tries again when the spec changes', async () => {
    const ns = 'crashing';
    await working(ns, { rollout: { preflight: false } });
    become(ns, 'backend', 'bad:3', { outcome: 'CrashLoopBackOff', message: 'cannot read the data' });
    const began = performance.now();
    await change(ns, { image: 'bad:3' });
    const chat = await when(ns, 'it goes back', ({ status }) => status?.rollback !== undefined);
    await until('the old image is back', async () => (await images(ns)).every((image) => image === OLD), soon);
    assert.ok(performance.now() - began < 20_000, 'at once');
    const { rollback } = chat.status!;
    assert.equal(rollback?.generation, chat.metadata.generation);
    assert.deepEqual([rollback.from, rollback.to, rollback.reason], ['bad:3', OLD, 'ContainerCrashing']);
    const told = await when(ns, 'it has gone back', (now) => isFor(now, 'RolledBack', 'Progressing'));
    assert.match(condition(told, 'Degraded')!.message, /bad:3 did not work.*cannot read the data.*The next change/);
    assert.equal(condition(told, 'Ready')?.status, 'True');
    assert.equal(told.status?.image, OLD);
    await until('people are told', async () => (await events(ns)).includes('RolledBack'), soon);
    const since = new Date();
    await restarted();
    await until('it has looked', async () => (await bed.successes()) > 0, soon);
    assert.deepEqual(await images(ns), [OLD, OLD]);
    const writes = bed.writesSince(since).filter((line) => line.includes('deployments') || line.includes('configmaps'));
    assert.deepEqual(writes, []);
    become(ns, 'backend', 'bad:3', undefined);
    await change(ns, { rollout: { progressDeadline: '9m' } });
    const again = await when(ns, 'it is tried again', ({ status }) => status?.lastGoodImage === 'bad:3');
    assert.equal(again.status?.rollback, undefined);
  });

  it('goes back from a frontend whose image cannot be had, and from settings that make no progress', async () => {
    const ns = 'late';
    await working(ns, { rollout: { preflight: false, progressDeadline: '3s' } });
    become(ns, 'frontend', 'bad:4', 'ImagePullBackOff');
    await change(ns, { image: 'bad:4' });
    const chat = await when(ns, 'it goes back', ({ status }) => status?.rollback !== undefined);
    assert.equal(chat.status?.rollback?.reason, 'ImageUnavailable');
    await change(ns, { image: null });
    const good = await bed.settled(ns, 'demo');
    assert.equal(good.status?.rollback, undefined);
    become(ns, 'backend', OLD, 'NotReady');
    // Only new pods are asked anew.
    const config = (await template(ns, 'backend')).spec.volumes![0]!.configMap!.name;
    const isOld = (pod: Pod) => JSON.stringify(pod.spec).includes(config);
    bed.plane.nodeHelper!.setRule((pod) => (isOld(pod) ? usualOutcome(pod) : fateOf(pod)));
    await change(ns, { chat: { title: 'Other' } });
    const late = await when(ns, 'it goes back', ({ status }) => status?.rollback !== undefined);
    assert.equal(late.status?.rollback?.reason, 'DeadlineExceeded');
    await until(
      'the old settings are back',
      async () => (await template(ns, 'backend')).spec.volumes![0]!.configMap!.name === config,
      soon,
    );
    fates.delete(`${ns} backend ${OLD}`);
  });

  it('leaves what does not work as it is where it is told so, and says it', async () => {
    const ns = 'left';
    await working(ns, { rollout: { preflight: false, automaticRollback: false } });
    become(ns, 'backend', 'bad:5', 'CrashLoopBackOff');
    await change(ns, { image: 'bad:5' });
    const chat = await when(ns, 'it is told', (now) => isFor(now, 'ContainerCrashing'));
    assert.match(condition(chat, 'Degraded')!.message, /automaticRollback is false: image runtime:test last worked/);
    assert.deepEqual(await images(ns), ['bad:5', 'bad:5']);
    assert.equal(condition(chat, 'Ready')?.status, 'True');
    assert.equal(chat.status?.lastGoodImage, OLD);
    await change(ns, { rollout: { automaticRollback: true } });
    await when(ns, 'it goes back', ({ status }) => status?.rollback?.to === OLD);
  });

  it('goes to the newest spec in mid-trial, in mid-rollout and while it goes back, each over a restart', async () => {
    const ns = 'hurry';
    await working(ns);
    become(ns, 'preflight', 'slow:1', 'Ready');
    await change(ns, { image: 'slow:1' });
    await until('it is tried', async () => (await jobs(ns)).length === 1, soon);
    become(ns, 'backend', 'slow:2', 'NotReady');
    await restarted(() => change(ns, { image: 'slow:2' }));
    await until('the second is rolled out', async () => (await images(ns))[0] === 'slow:2', soon);
    // The third is tried while the second is under way: until it passes, the second stays.
    become(ns, 'preflight', 'bad:6', 'Failed');
    await restarted(() => change(ns, { image: 'bad:6' }));
    await when(ns, 'the third is blocked', (now) => isFor(now, 'PreflightFailed'));
    assert.deepEqual(await images(ns), ['slow:2', 'slow:2']);
    // It crashes after all: back to what worked, with nothing held against the third.
    become(ns, 'backend', 'slow:2', 'CrashLoopBackOff');
    await until('what worked is back', async () => (await images(ns)).every((image) => image === OLD), soon);
    become(ns, 'backend', 'bad:7', 'CrashLoopBackOff');
    await change(ns, { image: 'bad:7' });
    await when(ns, 'the fourth goes back', ({ status }) => status?.rollback?.from === 'bad:7');
    await restarted(() => change(ns, { image: 'good:8' }));
    const chat = await when(ns, 'the newest runs', ({ status }) => status?.lastGoodImage === 'good:8');
    assert.equal(chat.status?.rollback, undefined);
    await bed.settled(ns, 'demo');
  });

  it('has nothing to go back to before anything worked, and mends a first install without a trial', async () => {
    const ns = await bed.namespace('first');
    become(ns, 'backend', 'bad:9', 'ImagePullBackOff');
    await bed.create(ns, 'demo', { image: 'bad:9' });
    const chat = await when(ns, 'it is told', (now) => isFor(now, 'ImageUnavailable'));
    assert.match(condition(chat, 'Degraded')!.message, /nothing worked before/);
    become(ns, 'preflight', 'good:9', 'Failed');
    await change(ns, { image: 'good:9' });
    await when(ns, 'it works', ({ status }) => status?.lastGoodImage === 'good:9');
  });

  it('remembers anew what somebody deleted or changed, and writes nothing afterwards', async () => {
    const ns = 'forgotten';
    await working(ns);
    await bed.client.ok('DELETE', pathTo('ConfigMap', ns, 'demo-rollout'));
    await until('it is back', () => bed.get('ConfigMap', ns, 'demo-rollout'), soon);
    await bed.patch('ConfigMap', ns, 'demo-rollout', { data: { 'good.json': '{"backend":{}}' } });
    await until(
      'it is right again',
      async () => {
        const live = await bed.get<KubeObject & { data: Record<string, string> }>('ConfigMap', ns, 'demo-rollout');
        return (JSON.parse(live!.data['good.json']!) as { image?: string }).image === OLD;
      },
      soon,
    );
    await bed.settled(ns, 'demo');
    const since = new Date();
    await restarted();
    await until('it has looked', async () => (await bed.successes()) >= (await allChats()), soon);
    assert.deepEqual(
      bed.writesSince(since).filter((line) => !line.includes(' events')),
      [],
    );
  });

  async function allChats(): Promise<number> {
    return (await bed.client.ok<{ items: unknown[] }>('GET', '/apis/chatapp.dev/v1alpha1/chatapps')).items.length;
  }
});
