/** What a ChatApp refers to: what changes with it, what waits for it, and what does not care. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import type { KubeObject } from '../../testbed/kube-client.ts';
import { until } from '../../testbed/wait.ts';
import { OperatorBed, pathTo } from './operator.ts';

const soon = { timeout: 30_000 };
const few = { backend: { replicas: 2 }, frontend: { replicas: 1 } };

interface Pod extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
}

interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly volumeClaimTemplates?: readonly unknown[];
    readonly template: {
      readonly spec: {
        readonly volumes: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
      };
    };
  };
}

describe('what a ChatApp refers to', function () {
  this.timeout(90_000);
  let bed: OperatorBed;

  before(async function () {
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
  });

  after(async () => bed.stop());

  const make = (kind: string, ns: string, name: string, more: object) =>
    bed.client.ok('POST', pathTo(kind, ns), { metadata: { name }, ...more });
  const remove = (kind: string, ns: string, name: string) => bed.client.ok('DELETE', pathTo(kind, ns, name));
  const condition = ({ status }: ChatApp, type: string) => status?.conditions?.find((each) => each.type === type);
  const isMissing = (chat: ChatApp) => condition(chat, 'Degraded')?.reason === 'MissingReference';
  const fromSecret = (name: string, key: string) => ({ valueFrom: { secretKeyRef: { name, key } } });

  const COMPONENTS = ['backend', 'frontend', 'redis', 'ollama'];

  /** Pods that stay, by component. */
  async function everyPod(ns: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const all = (await bed.list<Pod>('Pod', ns)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const of = (component: string) =>
      all.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === component);
    return new Map(
      COMPONENTS.map((each) => [
        each,
        of(each)
          .map(({ metadata }) => metadata.uid!)
          .sort(),
      ]),
    );
  }

  /** Does something; then all pods of these components are others, and all others are the same. */
  async function rolledBy(ns: string, act: () => Promise<unknown>, expected: readonly string[]): Promise<void> {
    const before = await everyPod(ns);
    await act();
    const isDone = async () => {
      const now = await everyPod(ns);
      const isRolled = (component: string) =>
        now.get(component)?.length === before.get(component)?.length &&
        now.get(component)?.every((uid) => before.get(component)?.includes(uid) === false) === true;
      return expected.every(isRolled) && now;
    };
    const now = await until(`all pods of ${expected.join()} are others`, isDone, soon);
    for (const component of COMPONENTS.filter((each) => !expected.includes(each))) {
      assert.deepEqual(now.get(component), before.get(component), component);
    }
    await bed.settled(ns, 'demo');
  }

  it('rolls the pods that use a value when it changes, and nothing else; writes nothing for what nobody uses', async () => {
    const ns = await bed.namespace('values');
    await make('Secret', ns, 'tokens', { stringData: { used: '1', unused: '1' } });
    const settings = { configMapKeyRef: { name: 'settings', key: 'level', optional: true } };
    await bed.create(ns, 'demo', {
      backend: { replicas: 2, podTemplate: { env: [{ name: 'TOKEN', ...fromSecret('tokens', 'used') }] } },
      frontend: { replicas: 1, podTemplate: { env: [{ name: 'LOG_LEVEL', valueFrom: settings }] } },
    });
    await bed.settled(ns, 'demo');
    const since = new Date();
    await bed.patch('Secret', ns, 'tokens', { stringData: { unused: '2' }, metadata: { labels: { a: 'b' } } });
    await bed.patch('ChatApp', ns, 'demo', { metadata: { annotations: { 'example.org/look': 'again' } } });
    await bed.settled(ns, 'demo');
    await rolledBy(ns, () => bed.patch('Secret', ns, 'tokens', { stringData: { used: '2' } }), ['backend']);
    const writes = bed.writesSince(since).filter((line) => !/ (chatapps|events) ?/.test(line));
    assert.deepEqual(writes, ['patch deployments demo-backend']);
    await rolledBy(ns, () => make('ConfigMap', ns, 'settings', { data: { level: 'debug' } }), ['frontend']);
    await rolledBy(ns, () => remove('ConfigMap', ns, 'settings'), ['frontend']);
  });

  it('watches what is referred to by its name, and of Secrets and ConfigMaps nothing but that and its own', async () => {
    const ns = await bed.namespace('names');
    await make('Secret', ns, 'tokens', { stringData: { used: '1' } });
    await make('Secret', ns, 'other', { stringData: { used: '1' } });
    const backend = (name: string) => ({
      replicas: 1,
      podTemplate: { env: [{ name: 'TOKEN', ...fromSecret(name, 'used') }] },
    });
    await bed.create(ns, 'demo', { ...few, backend: backend('tokens') });
    await bed.create(ns, 'second', { ...few, backend: backend('tokens') });
    await bed.settled(ns, 'demo');
    await bed.settled(ns, 'second');
    const watches = () =>
      fs
        .readFileSync(bed.plane.auditLog, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"verb":"watch"') && line.includes(':chatapp-operator"'))
        .map((line) => JSON.parse(line) as { stage: string; requestURI: string })
        .filter(({ requestURI }) => /\/(secrets|configmaps)\?/.test(requestURI));
    const named = (name: string, stage: string) =>
      watches().filter((each) => {
        return each.stage === stage && each.requestURI.includes(`/namespaces/${ns}/secrets?`) && isOf(each, name);
      }).length;
    const isOf = ({ requestURI }: { requestURI: string }, name: string) =>
      new URL(requestURI, 'http://x').searchParams.get('fieldSelector') === `metadata.name=${name}`;
    assert.equal(named('tokens', 'ResponseStarted'), 1, 'two ChatApps, one watch');
    await bed.patch('ChatApp', ns, 'demo', { spec: { backend: backend('other') } });
    await until('the new one is watched', () => named('other', 'ResponseStarted') === 1, soon);
    await bed.settled(ns, 'demo');
    assert.equal(named('tokens', 'ResponseComplete'), 0, 'the second ChatApp still refers to it');
    await Promise.all(['demo', 'second'].map((name) => remove('ChatApp', ns, name)));
    const closed = () => named('other', 'ResponseComplete') + named('tokens', 'ResponseComplete');
    await until('both watches are closed', () => closed() === 2, soon);
    for (const { requestURI } of watches()) {
      assert.match(requestURI, /labelSelector=app\.kubernetes\.io%2Fmanaged-by|fieldSelector=metadata\.name%3D/);
    }
  });

  it('says within 5 s what is missing, makes the rest, and goes on by itself once it is there', async () => {
    const ns = await bed.namespace('missing');
    const began = Date.now();
    const env = [{ name: 'TOKEN', ...fromSecret('tokens', 'used') }];
    await bed.create(ns, 'demo', { ...few, backend: { replicas: 2, podTemplate: { env } } });
    const first = await bed.chatWhen('it says what is missing', ns, 'demo', isMissing);
    assert.ok(Date.now() - began < 5_000);
    const words =
      'backend.podTemplate.env[TOKEN] needs key used of Secret tokens, which does not exist: create it, or change backend.podTemplate.env[TOKEN]';
    assert.equal(condition(first, 'Degraded')?.message, words);
    const rest = await bed.chatWhen('the rest is there', ns, 'demo', (chat) =>
      ['FrontendReady', 'RedisReady', 'OllamaReady'].every((type) => condition(chat, type)?.status === 'True'),
    );
    const { status, reason } = condition(rest, 'BackendReady')!;
    assert.deepEqual([status, reason], ['False', 'MissingReference']);
    assert.equal(await bed.get('Deployment', ns, 'demo-backend'), undefined, 'no pod waits in an error');

    await make('Secret', ns, 'tokens', { stringData: { unused: '1' } });
    await bed.chatWhen('it says that the key is missing', ns, 'demo', (chat) =>
      /which has no such key: add the key/.test(condition(chat, 'Degraded')?.message ?? ''),
    );
    await bed.patch('Secret', ns, 'tokens', { stringData: { used: '1' } });
    await bed.settled(ns, 'demo');

    const other = { podTemplate: { env: [{ name: 'TOKEN', ...fromSecret('other', 'used') }] } };
    const before = await everyPod(ns);
    await bed.patch('ChatApp', ns, 'demo', { spec: { backend: other } });
    const changed = await bed.chatWhen('it says what the change lacks', ns, 'demo', isMissing);
    assert.equal(condition(changed, 'Ready')?.status, 'True');
    assert.match(
      condition(changed, 'Progressing')?.message ?? '',
      /^backend waits: .* of Secret other, which does not/,
    );
    const trials = (await bed.list('Job', ns)).filter(({ metadata }) => metadata.name.includes('-preflight-'));
    assert.deepEqual(trials, [], 'what cannot start is not tried');
    assert.deepEqual(await everyPod(ns), before);
    await rolledBy(ns, () => make('Secret', ns, 'other', { stringData: { used: '1' } }), ['backend']);
  });

  it('leaves pods that run alone when what they use goes, and does not roll them when it comes back the same', async () => {
    const ns = await bed.namespace('goes');
    const env = [{ name: 'TOKEN', ...fromSecret('tokens', 'used') }];
    await make('Secret', ns, 'tokens', { stringData: { used: '1' } });
    await bed.create(ns, 'demo', { ...few, redis: { podTemplate: { env } } });
    await bed.settled(ns, 'demo');
    const before = await everyPod(ns);
    await remove('Secret', ns, 'tokens');
    const chat = await bed.chatWhen('it says so', ns, 'demo', isMissing);
    assert.equal(condition(chat, 'Ready')?.status, 'True', 'people chat on');
    assert.match(condition(chat, 'RedisReady')?.message ?? '', /^1 of 1 ready; redis\.podTemplate\.env\[TOKEN\] needs/);
    await bed.patch('ChatApp', ns, 'demo', {
      spec: { redis: { podTemplate: { annotations: { 'example.org/a': 'b' } } } },
    });
    await bed.chatWhen('the change is seen', ns, 'demo', ({ status, metadata }) => {
      return status?.observedGeneration === metadata.generation;
    });
    await bed.stopOperator();
    await bed.startOperator();
    await bed.patch('ChatApp', ns, 'demo', { spec: { redis: { podTemplate: { annotations: null } } } });
    const again = await bed.chatWhen('it still says so', ns, 'demo', ({ status, metadata }) => {
      return status?.observedGeneration === metadata.generation;
    });
    assert.ok(isMissing(again));
    const since = new Date();
    await make('Secret', ns, 'tokens', { stringData: { used: '1' } });
    await bed.settled(ns, 'demo');
    assert.deepEqual(await everyPod(ns), before);
    const writes = bed.writesSince(since).filter((line) => !/ (chatapps|events) ?/.test(line));
    assert.deepEqual(writes, []);
    await remove('Secret', ns, 'tokens');
    await rolledBy(ns, () => make('Secret', ns, 'tokens', { stringData: { used: '2' } }), ['redis']);
  });

  it('tells of a missing pull Secret and starts the pods nevertheless, as Kubernetes does', async () => {
    const ns = await bed.namespace('pull');
    await bed.create(ns, 'demo', { ...few, imagePullSecrets: [{ name: 'registry' }] });
    const chat = await bed.chatWhen('it is there and says so', ns, 'demo', (each) => {
      return isMissing(each) && condition(each, 'Ready')?.status === 'True';
    });
    assert.match(condition(chat, 'Degraded')!.message, /^imagePullSecrets\[0\] needs Secret registry, which does not/);
    const before = await everyPod(ns);
    await make('Secret', ns, 'registry', { stringData: { any: 'thing' } });
    await bed.settled(ns, 'demo');
    assert.deepEqual(await everyPod(ns), before);
  });

  it('uses claims that are there already, waits for one that is not, and deletes none', async () => {
    const ns = await bed.namespace('claims');
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '' };
    await make('PersistentVolumeClaim', ns, 'models', { spec });
    await bed.create(ns, 'demo', {
      ...few,
      redis: { storage: { existingClaim: 'messages', retention: 'Delete' } },
      ollama: { models: [{ name: 'tinyllama' }], storage: { existingClaim: 'models', retention: 'Delete' } },
    });
    const chat = await bed.chatWhen('it says which claim is missing', ns, 'demo', (each) => {
      return isMissing(each) && condition(each, 'ModelsReady')?.status === 'True';
    });
    assert.match(
      condition(chat, 'Degraded')!.message,
      /^redis\.storage\.existingClaim needs PersistentVolumeClaim mess/,
    );
    assert.equal(condition(chat, 'RedisReady')?.reason, 'MissingReference');
    await make('PersistentVolumeClaim', ns, 'messages', { spec });
    const settled = await bed.settled(ns, 'demo');
    assert.equal(condition(settled, 'StorageReady')?.message, '2 volumes are bound');
    for (const [name, claim] of [
      ['demo-redis', 'messages'],
      ['demo-ollama', 'models'],
    ] as const) {
      const live = await bed.get<StatefulSet>('StatefulSet', ns, name);
      assert.equal(live?.spec.volumeClaimTemplates, undefined);
      assert.equal(live?.spec.template.spec.volumes[0]?.persistentVolumeClaim?.claimName, claim);
    }
    await bed.stopOperator();
    const since = new Date();
    await bed.startOperator();
    await bed.patch('ChatApp', ns, 'demo', { metadata: { annotations: { 'example.org/look': 'again' } } });
    await bed.settled(ns, 'demo');
    assert.deepEqual(bed.writesSince(since), []);
    await remove('ChatApp', ns, 'demo');
    await until('all else is gone', async () => (await bed.list('Pod', ns)).length === 0, soon);
    const claims = (await bed.list('PersistentVolumeClaim', ns)).map(({ metadata }) => metadata);
    assert.deepEqual(claims.map(({ name, deletionTimestamp }) => [name, deletionTimestamp]).sort(), [
      ['messages', undefined],
      ['models', undefined],
    ]);
  });
});
