import assert from 'node:assert/strict';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import { specSchema } from '../../../operator/api/spec.ts';
import type { KubeObject } from '../../testbed/kube-client.ts';
import { usualOutcome } from '../../testbed/node-helper.ts';
import { until } from '../../testbed/wait.ts';
import { CHILD_KINDS, OperatorBed, pathTo } from './operator.ts';

const soon = { timeout: 15_000 };

/** A child, as far as these tests look into it. */
interface Child extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly replicas?: number; readonly ports?: readonly { readonly port: number }[] };
  readonly rules?: readonly unknown[];
}

describe('operator on a real API server', function () {
  this.timeout(60_000);
  let bed: OperatorBed;

  before(async function () {
    // Building etcd and the API server once takes minutes.
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
  });

  after(async () => bed.stop());

  it('makes a whole chat of the smallest ChatApp, with the rights of config/rbac, where Pod Security is "restricted"', async () => {
    const ns = await bed.namespace('whole');
    await bed.create(ns, 'demo');
    const { status } = await bed.settled(ns, 'demo');
    assert.equal(status?.backend?.summary, '3/3');
    assert.equal(status.frontend?.summary, '2/2');
    assert.equal(status.modelsSummary, '1/1');
    for (const { type, reason, message, observedGeneration } of status.conditions!) {
      assert.ok(reason !== '' && message !== '' && observedGeneration === 1, type);
    }
    const expected: [string, number][] = [
      ['Service', 5],
      ['NetworkPolicy', 7],
      ['PodDisruptionBudget', 2],
      ['StatefulSet', 2],
      ['Deployment', 2],
      ['Job', 1],
      ['Role', 3],
    ];
    for (const [kind, count] of expected) assert.equal((await bed.list(kind, ns)).length, count, kind);
  });

  it('fills in the same defaults as the schema says', async () => {
    const ns = await bed.namespace('defaults');
    await bed.create(ns, 'demo', { suspend: true });
    const chat = (await bed.get<KubeObject & { spec: object }>('ChatApp', ns, 'demo'))!;
    assert.deepEqual(chat.spec, specSchema.parse({ suspend: true, ollama: { models: [{ name: 'tinyllama' }] } }));
  });

  /** A restart lists everything and reconciles it: whatever it would still write, it writes then. */
  async function writesOfRestart(ns: string): Promise<string[]> {
    await bed.stopOperator();
    const since = new Date();
    await bed.startOperator();
    await until(
      'all ChatApps are reconciled again',
      async () => (await bed.successes()) >= (await bed.list('ChatApp', ns)).length,
      soon,
    );
    return bed.writesSince(since).filter((line) => !line.includes(' events'));
  }

  it('writes nothing once everything is as it should be, nor after a restart', async () => {
    const ns = await bed.namespace('still');
    await bed.create(ns, 'demo');
    await bed.settled(ns, 'demo');
    assert.deepEqual(await writesOfRestart(ns), []);
  });

  it('writes nothing after a restart about a ChatApp in trouble either', async () => {
    const ns = await bed.namespace('troubled');
    bed.plane.nodeHelper!.setRule((pod) => (pod.metadata.namespace === ns ? 'CrashLoopBackOff' : usualOutcome(pod)));
    await bed.create(ns, 'demo');
    await bed.chatWhen('it tells of crashes', ns, 'demo', ({ status }) =>
      status!.conditions!.some(({ type, reason }) => type === 'BackendReady' && reason === 'ContainerCrashing'),
    );
    const since = Date.now();
    const isQuiet = () => Date.now() - since > 2_000 && bed.writesSince(new Date(Date.now() - 2_000)).length === 0;
    await until('nothing moves', isQuiet, { timeout: 30_000 });
    assert.deepEqual(await writesOfRestart(ns), []);
    bed.plane.nodeHelper!.setRule(usualOutcome);
  });

  it('brings back every child that is deleted', async () => {
    const ns = await bed.namespace('deleted');
    await bed.create(ns, 'demo');
    await bed.settled(ns, 'demo');
    for (const kind of [...CHILD_KINDS, 'Job']) {
      for (const { metadata } of await bed.list(kind, ns)) {
        if (metadata.ownerReferences?.[0]?.kind !== 'ChatApp') continue;
        await bed.client.ok('DELETE', pathTo(kind, ns, metadata.name), { propagationPolicy: 'Background' });
        await until(
          `${kind} ${metadata.name} is back`,
          async () => {
            const live = await bed.get(kind, ns, metadata.name);
            return live !== undefined && live.metadata.uid !== metadata.uid;
          },
          soon,
        );
      }
    }
    await bed.settled(ns, 'demo');
  });

  it('puts back what somebody changed, and leaves what is theirs', async () => {
    const ns = await bed.namespace('drift');
    await bed.create(ns, 'demo');
    await bed.settled(ns, 'demo');
    const theirs = { metadata: { annotations: { 'example.org/theirs': 'stays' } } };
    const heals = async (kind: string, name: string, patch: object, isHealed: (live: Child) => boolean) => {
      await bed.patch(kind, ns, name, theirs);
      await bed.patch(kind, ns, name, patch);
      const live = await until(
        `${kind} ${name} is healed`,
        async () => {
          const found = await bed.get<Child>(kind, ns, name);
          return found !== undefined && isHealed(found) && found;
        },
        soon,
      );
      assert.equal(live.metadata.annotations?.['example.org/theirs'], 'stays');
    };
    const port = { port: 1, targetPort: 'redis', name: 'redis' };
    await heals('Service', 'demo-redis', { spec: { ports: [port] } }, ({ spec }) => spec?.ports?.[0]?.port === 6379);
    await heals('Deployment', 'demo-backend', { spec: { replicas: 1 } }, ({ spec }) => spec?.replicas === 3);
    await heals('StatefulSet', 'demo-ollama', { spec: { replicas: 0 } }, ({ spec }) => spec?.replicas === 1);
    await heals('Role', 'demo-puller', { rules: [] }, ({ rules }) => rules?.length === 1);
    const managed = 'app.kubernetes.io/managed-by';
    await heals('Service', 'demo-backend', { metadata: { labels: { [managed]: null } } }, ({ metadata }) => {
      return metadata.labels?.[managed] === 'chatapp-operator';
    });
  });

  it('rolls the backends when the settings change, and keeps the old settings for the old pods', async () => {
    const ns = await bed.namespace('settings');
    await bed.create(ns, 'demo');
    await bed.settled(ns, 'demo');
    const configs = async () =>
      (await bed.list('ConfigMap', ns))
        .map(({ metadata }) => metadata.name)
        .filter((name) => name.includes('-config-'));
    const [before] = await configs();
    await bed.patch('ChatApp', ns, 'demo', { spec: { chat: { title: 'Another title' } } });
    await until('there are two configurations', async () => (await configs()).length === 2, soon);
    assert.ok((await configs()).includes(before!));
    await bed.settled(ns, 'demo');
  });

  it('does not say that a change is complete before it is', async () => {
    const ns = await bed.namespace('honest');
    await bed.create(ns, 'demo');
    const { metadata } = await bed.settled(ns, 'demo');
    const said: (string | undefined)[] = [];
    await bed.client.follow(pathTo('ChatApp', ns), (_type, item) => {
      const { status } = item as ChatApp;
      if (status?.observedGeneration === metadata.generation) return;
      said.push(status?.conditions?.find(({ type }) => type === 'Progressing')?.status);
    });
    await bed.patch('ChatApp', ns, 'demo', { spec: { chat: { title: 'Another title' }, frontend: { replicas: 3 } } });
    await until('it is complete', () => said.at(-1) === 'False', soon);
    assert.equal(said[0], 'True', 'at first it was told as complete');
  });

  it('leaves a suspended ChatApp as it is', async () => {
    const ns = await bed.namespace('suspended');
    await bed.create(ns, 'demo', { suspend: true });
    await bed.chatWhen('phase is Suspended', ns, 'demo', ({ status }) => status?.phase === 'Suspended');
    assert.deepEqual(await bed.list('Deployment', ns), []);
    await bed.patch('ChatApp', ns, 'demo', { spec: { suspend: false } });
    await bed.settled(ns, 'demo');
  });

  it("never takes over what is somebody else's, and says so", async () => {
    const ns = await bed.namespace('conflict');
    const theirs = { metadata: { name: 'demo-redis' }, spec: { ports: [{ port: 1234 }] } };
    await bed.client.ok('POST', pathTo('Service', ns), theirs);
    await bed.create(ns, 'demo');
    const chat = await bed.chatWhen('Degraded', ns, 'demo', ({ status }) => {
      return (
        status?.conditions?.some(
          ({ type, status: is, reason }) => type === 'Degraded' && is === 'True' && reason === 'NameConflict',
        ) === true
      );
    });
    assert.match(chat.status!.conditions!.find(({ type }) => type === 'Degraded')!.message, /demo-redis/);
    const live = await bed.get<KubeObject & { spec: { ports: { port: number }[] } }>('Service', ns, 'demo-redis');
    assert.equal(live?.spec.ports[0]?.port, 1234);
    assert.equal((await bed.list('Deployment', ns)).length, 2);
  });

  it('deletes everything with the ChatApp but the data', async () => {
    const ns = await bed.namespace('gone');
    await bed.create(ns, 'demo');
    await bed.settled(ns, 'demo');
    await bed.client.ok('DELETE', pathTo('ChatApp', ns, 'demo'));
    await until(
      'the workloads are gone',
      async () => {
        const left = await Promise.all(
          ['Deployment', 'StatefulSet', 'Service', 'Job'].map((kind) => bed.list(kind, ns)),
        );
        return left.flat().length === 0;
      },
      { timeout: 30_000 },
    );
    assert.equal((await bed.list('PersistentVolumeClaim', ns)).length, 2);
  });

  it('says within seconds that an image cannot be had', async () => {
    const ns = await bed.namespace('image');
    bed.plane.nodeHelper!.setRule((pod) => {
      return pod.spec.containers.some(({ image }) => image === 'nobody/has:this')
        ? 'ImagePullBackOff'
        : usualOutcome(pod);
    });
    await bed.create(ns, 'demo', { image: 'nobody/has:this' });
    const chat = await bed.chatWhen('it says so', ns, 'demo', ({ status }) => {
      return (
        status?.conditions?.some(({ type, reason }) => type === 'BackendReady' && reason === 'ImageUnavailable') ===
        true
      );
    });
    assert.equal(chat.status?.phase, 'Degraded');
    bed.plane.nodeHelper!.setRule(usualOutcome);
  });

  it('shows the progress that a puller reports', async () => {
    const ns = await bed.namespace('progress');
    bed.plane.nodeHelper!.setRule((pod) =>
      pod.metadata.namespace === ns && pod.metadata.name.includes('-pull-') ? 'Ready' : usualOutcome(pod),
    );
    await bed.create(ns, 'demo');
    await bed.chatWhen('it pulls', ns, 'demo', ({ status }) => status?.modelsSummary === '0/1 0 %');
    const [job] = await bed.list('Job', ns);
    const progress = {
      model: 'tinyllama',
      completedBytes: 43,
      totalBytes: 100,
      speedBytesPerSecond: 1,
      remainingSeconds: 57,
      time: 'now',
    };
    const key = job!.metadata.annotations!['chatapp.dev/pull']!;
    await bed.patch('ConfigMap', ns, 'demo-reports', { data: { [key]: JSON.stringify(progress) } });
    await bed.chatWhen('43 %, while people chat', ns, 'demo', ({ status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return status?.modelsSummary === '0/1 43 %' && ready?.status === 'True';
    });
    bed.plane.nodeHelper!.setRule(usualOutcome);
  });

  for (const [what, spec, words] of [
    ['no model at all', { ollama: { models: [] } }, /spec\.ollama\.models/],
    ['too many backends', { backend: { replicas: 101 } }, /should be less than or equal to 100/],
    [
      'a default model that is not declared',
      { chat: { defaultModel: 'other' } },
      /chat\.defaultModel must be one of ollama\.models/,
    ],
    [
      'a room whose model is not declared',
      { chat: { rooms: [{ name: 'a', model: 'other' }] } },
      /the model of each room must be one of ollama\.models/,
    ],
    [
      'a port of the node without its type',
      { frontend: { service: { nodePort: 30080 } } },
      /nodePort needs type NodePort or LoadBalancer/,
    ],
    ['a duration that is none', { chat: { queue: { waitTimeout: 'soon' } } }, /waitTimeout/],
  ] as const) {
    it(`has the API server refuse ${what} in words`, async () => {
      const chat = {
        apiVersion: 'chatapp.dev/v1alpha1',
        kind: 'ChatApp',
        metadata: { name: 'bad' },
        spec: { ollama: { models: [{ name: 'tinyllama' }] }, ...spec },
      };
      const { status, text } = await bed.client.send('POST', pathTo('ChatApp', 'default'), chat);
      assert.equal(status, 422);
      assert.match(text, words);
    });
  }

  it('has the API server refuse a smaller volume and a name that is too long', async () => {
    const ns = await bed.namespace('immutable');
    await bed.create(ns, 'demo', { suspend: true });
    const patch = { spec: { redis: { storage: { size: '1Gi' } } } };
    const answer = await bed.client.send('PATCH', pathTo('ChatApp', ns, 'demo'), patch, 'application/merge-patch+json');
    assert.equal(answer.status, 422);
    assert.match(answer.text, /a volume can grow, not shrink/);
    await assert.rejects(bed.create(ns, 'a'.repeat(51)), /at most 50 lower case letters/);
  });

  it('ends cleanly on SIGTERM', async () => {
    const ended = await bed.stopOperator();
    assert.match(ended ?? '', /0/);
    await bed.startOperator();
  });

  it('writes no password to its log', async () => {
    const secrets = await bed.list<KubeObject & { data: Record<string, string> }>('Secret', 'whole');
    const password = Buffer.from(secrets[0]!.data['redis-password']!, 'base64').toString();
    assert.ok(!bed.log.includes(password) && !bed.log.includes(secrets[0]!.data['redis-password']!));
  });
});
