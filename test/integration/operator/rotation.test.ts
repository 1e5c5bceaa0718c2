/** A new password of Redis: who gets it when, and what somebody may do to the Secret by hand. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../testbed/kube-client.ts';
import { usualOutcome, type Pod } from '../../testbed/node-helper.ts';
import { until } from '../../testbed/wait.ts';
import { OperatorBed, pathTo } from './operator.ts';

const soon = { timeout: 30_000 };
const few = { backend: { replicas: 2 }, frontend: { replicas: 1 } };
const HASH = 'chatapp.dev/secret-hash';

interface Secret extends KubeObject {
  readonly data: Readonly<Record<string, string>>;
}

interface Labelled extends Pod {
  readonly metadata: Pod['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
}

interface Workload extends KubeObject {
  readonly spec: {
    readonly template: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const componentOf = ({ metadata }: Pod) => (metadata as Labelled['metadata']).labels?.['app.kubernetes.io/component'];
const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;

describe('the password of Redis', function () {
  this.timeout(120_000);
  let bed: OperatorBed;

  before(async function () {
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
  });

  after(async () => bed.stop());

  const secret = async (ns: string) => (await bed.get<Secret>('Secret', ns, 'demo-secret'))!;
  const hashOf = async (kind: 'StatefulSet' | 'Deployment', ns: string, name: string) =>
    (await bed.get<Workload>(kind, ns, name))?.spec.template.metadata.annotations?.[HASH];

  async function pods(ns: string, component: string): Promise<string[]> {
    const all = (await bed.list<Pod>('Pod', ns)).filter((pod) => componentOf(pod) === component);
    return all
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.uid!)
      .sort();
  }

  async function settledWith(ns: string, hash: string): Promise<void> {
    await until(
      'all backends have it',
      async () => {
        const all = (await bed.list<Pod>('Pod', ns)).filter((pod) => componentOf(pod) === 'backend');
        return (
          all.length === few.backend.replicas && all.every(({ metadata }) => metadata.annotations?.[HASH] === hash)
        );
      },
      soon,
    );
    await bed.chatWhen('it is rolled out', ns, 'demo', ({ status }) => {
      const is = (type: string) => status?.conditions?.find((each) => each.type === type)?.status;
      return status?.phase === 'Ready' && is('Progressing') === 'False';
    });
  }

  /** Writes about the password, in their order. */
  const writes = (since: Date) =>
    bed.writesSince(since).filter((line) => /secrets |statefulsets |deployments /.test(line));

  it('goes to Redis first and to the backends once Redis works with it, whenever the operator is restarted', async () => {
    const ns = await bed.namespace('steps');
    await bed.create(ns, 'demo', few);
    await bed.settled(ns, 'demo');
    const old = await secret(ns);
    const [redis, backends, others] = await Promise.all([
      pods(ns, 'redis'),
      pods(ns, 'backend'),
      Promise.all([pods(ns, 'frontend'), pods(ns, 'ollama')]),
    ]);
    const oldHash = await hashOf('Deployment', ns, 'demo-backend');
    const isNewRedis = (pod: Pod) =>
      pod.metadata.namespace === ns && componentOf(pod) === 'redis' && !redis.includes(pod.metadata.uid!);
    bed.plane.nodeHelper!.setRule((pod) => (isNewRedis(pod) ? 'NotReady' : usualOutcome(pod)));
    const since = new Date();

    await bed.stopOperator();
    await bed.client.ok('DELETE', pathTo('Secret', ns, 'demo-secret'));
    await bed.startOperator();
    const made = await until(
      'there is a new one',
      async () => {
        const now = await bed.get<Secret>('Secret', ns, 'demo-secret');
        return now !== undefined && now.metadata.uid !== old.metadata.uid && now;
      },
      soon,
    );
    assert.notEqual(made.data['redis-password'], old.data['redis-password']);
    await until('Redis starts with it', async () => (await bed.list<Pod>('Pod', ns)).some(isNewRedis), soon);
    const newHash = await hashOf('StatefulSet', ns, 'demo-redis');
    assert.notEqual(newHash, oldHash);

    await bed.stopOperator();
    await bed.startOperator();
    await bed.patch('ChatApp', ns, 'demo', { spec: { networkPolicy: { enabled: false } } });
    await bed.chatWhen('the change is seen', ns, 'demo', ({ status, metadata }) => {
      return status?.observedGeneration === metadata.generation;
    });
    assert.equal(await hashOf('Deployment', ns, 'demo-backend'), oldHash);
    assert.deepEqual(await pods(ns, 'backend'), backends, 'they wait for Redis');

    await bed.stopOperator();
    bed.plane.nodeHelper!.setRule(usualOutcome);
    await until(
      'Redis is ready',
      async () => (await bed.list<Pod>('Pod', ns)).some((pod) => isNewRedis(pod) && isReady(pod)),
      soon,
    );
    await bed.startOperator();
    await settledWith(ns, newHash!);
    assert.ok((await pods(ns, 'backend')).every((uid) => !backends.includes(uid)));
    assert.deepEqual([await pods(ns, 'frontend'), await pods(ns, 'ollama')], others);
    assert.equal((await secret(ns)).metadata.uid, made.metadata.uid);
    assert.deepEqual(writes(since), [
      'create secrets demo-secret',
      'patch statefulsets demo-redis',
      'patch deployments demo-backend',
    ]);
  });

  it('may be chosen by hand: Redis has it and is ready before the first backend starts with it', async () => {
    const ns = await bed.namespace('chosen');
    await bed.create(ns, 'demo', few);
    await bed.settled(ns, 'demo');
    const before = await hashOf('StatefulSet', ns, 'demo-redis');
    const seen: string[] = [];
    await bed.client.follow(pathTo('Pod', ns), (type, item) => {
      const pod = item as Pod;
      const hash = pod.metadata.annotations?.[HASH];
      if (type === 'DELETED' || hash === undefined || hash === before) return;
      if (componentOf(pod) === 'redis' && isReady(pod)) seen.push('redis');
      if (componentOf(pod) === 'backend') seen.push('backend');
    });
    const since = new Date();
    const password = base64('a-password-of-their-own');
    await bed.patch('Secret', ns, 'demo-secret', { data: { 'redis-password': password } });
    await until('Redis rolls', async () => (await hashOf('StatefulSet', ns, 'demo-redis')) !== before, soon);
    await settledWith(ns, (await hashOf('StatefulSet', ns, 'demo-redis'))!);
    const { 'frontend-key': key, ...data } = (await secret(ns)).data;
    assert.match(key ?? '', /^[A-Za-z0-9+/=]{40,}$/);
    assert.deepEqual(data, {
      'redis-password': password,
      'redis.conf': base64('requirepass a-password-of-their-own\n'),
    });
    assert.deepEqual([...new Set(seen)], ['redis', 'backend']);
    assert.deepEqual(writes(since), [
      'patch secrets demo-secret',
      'patch statefulsets demo-redis',
      'patch deployments demo-backend',
    ]);
  });

  it('is made anew where it was taken out of the Secret; what follows from it is put right and rolls nothing', async () => {
    const ns = await bed.namespace('broken');
    await bed.create(ns, 'demo', few);
    await bed.settled(ns, 'demo');
    const { data } = await secret(ns);
    const hash = (await hashOf('StatefulSet', ns, 'demo-redis'))!;
    const since = new Date();
    const note = base64('ours');
    for (const broken of [{ 'redis.conf': base64('requirepass other\n') }, { 'redis.conf': null, note }]) {
      await bed.patch('Secret', ns, 'demo-secret', { data: broken });
      const conf = async () => (await secret(ns)).data['redis.conf'];
      await until('it is put right', async () => (await conf()) === data['redis.conf'], soon);
    }
    assert.deepEqual(writes(since), ['patch secrets demo-secret', 'patch secrets demo-secret']);
    await bed.patch('Secret', ns, 'demo-secret', { data: { 'redis-password': null } });
    await until('Redis rolls', async () => (await hashOf('StatefulSet', ns, 'demo-redis')) !== hash, soon);
    await settledWith(ns, (await hashOf('StatefulSet', ns, 'demo-redis'))!);
    const now = (await secret(ns)).data;
    assert.notEqual(now['redis-password'], data['redis-password']);
    assert.equal(now['note'], note, 'what others put there stays');
    assert.equal(
      Buffer.from(now['redis.conf']!, 'base64').toString(),
      `requirepass ${Buffer.from(now['redis-password']!, 'base64').toString()}\n`,
    );
  });
});
