/** Children over their lifetime: volumes that grow, what stays and what goes, many ChatApps at a time. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../testbed/kube-client.ts';
import { until } from '../../testbed/wait.ts';
import { OperatorBed, pathTo } from './operator.ts';

const soon = { timeout: 30_000 };

interface Claim extends KubeObject {
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}

interface Workload extends KubeObject {
  readonly spec: {
    readonly volumeClaimTemplates?: readonly Claim[];
    readonly template: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };
  };
}

interface Revision extends KubeObject {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly volumes?: readonly { readonly configMap?: { readonly name: string } }[] };
    };
  };
}

describe('children of a ChatApp over time', function () {
  this.timeout(90_000);
  let bed: OperatorBed;

  before(async function () {
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
    for (const [name, allowVolumeExpansion] of [
      ['grows', true],
      ['fixed', false],
    ] as const) {
      const storageClass = { metadata: { name }, provisioner: 'example.org/none', allowVolumeExpansion };
      await bed.client.ok('POST', '/apis/storage.k8s.io/v1/storageclasses', storageClass);
    }
  });

  after(async () => bed.stop());

  const storage = (size: string, storageClassName: string) => ({ redis: { storage: { size, storageClassName } } });
  const claimSize = async (ns: string) =>
    (await bed.get<Claim>('PersistentVolumeClaim', ns, 'data-demo-redis-0'))?.spec.resources.requests.storage;
  const templateSize = async (ns: string) => {
    const live = await bed.get<Workload>('StatefulSet', ns, 'demo-redis');
    return live?.spec.volumeClaimTemplates?.[0]?.spec.resources.requests.storage;
  };

  it('lets a volume grow: the claim first, then the StatefulSet anew, while its pod goes on and people chat', async () => {
    const ns = await bed.namespace('grow');
    await bed.create(ns, 'demo', storage('5Gi', 'grows'));
    await bed.settled(ns, 'demo');
    const pod = (await bed.get('Pod', ns, 'demo-redis-0'))?.metadata.uid;
    const before = (await bed.get('StatefulSet', ns, 'demo-redis'))?.metadata.uid;
    const ready: (string | undefined)[] = [];
    await bed.client.follow(pathTo('ChatApp', ns), (_type, item) => {
      const { status } = item as { status?: { conditions?: { type: string; status: string }[] } };
      ready.push(status?.conditions?.find(({ type }) => type === 'Ready')?.status);
    });
    await bed.patch('ChatApp', ns, 'demo', { spec: storage('8Gi', 'grows') });
    await until('the StatefulSet is of the new size', async () => (await templateSize(ns)) === '8Gi', soon);
    await bed.settled(ns, 'demo');
    assert.equal(await claimSize(ns), '8Gi');
    assert.notEqual((await bed.get('StatefulSet', ns, 'demo-redis'))?.metadata.uid, before);
    const owned = await until(
      'the pod belongs to it',
      async () => {
        const found = await bed.get('Pod', ns, 'demo-redis-0');
        return found?.metadata.ownerReferences?.length === 1 && found;
      },
      soon,
    );
    assert.equal(owned.metadata.uid, pod, 'the pod was not started again');
    assert.deepEqual([...new Set(ready)], ['True'], 'people could chat all the time');
    const since = new Date();
    await bed.patch('ChatApp', ns, 'demo', { metadata: { annotations: { 'example.org/look': 'again' } } });
    await bed.settled(ns, 'demo');
    assert.deepEqual(
      bed.writesSince(since).filter((line) => /statefulsets|persistentvolumeclaims/.test(line)),
      [],
    );
  });

  it('says so where a class lets no volume grow, changes what else is asked, and grows it once the class does', async () => {
    const ns = await bed.namespace('fixed');
    await bed.create(ns, 'demo', storage('5Gi', 'fixed'));
    await bed.settled(ns, 'demo');
    const spec = { redis: { storage: { size: '8Gi' }, podTemplate: { annotations: { 'example.org/note': 'x' } } } };
    await bed.patch('ChatApp', ns, 'demo', { spec });
    const chat = await bed.chatWhen('it says what to do', ns, 'demo', ({ status }) => {
      return status?.conditions?.some(({ type, reason }) => type === 'Degraded' && reason === 'ApplyFailed') === true;
    });
    const said = chat.status?.conditions?.find(({ type }) => type === 'Degraded')?.message ?? '';
    assert.match(said, /data-demo-redis-0 cannot grow to 8Gi: its StorageClass must have allowVolumeExpansion: true/);
    const note = async () =>
      (await bed.get<Workload>('StatefulSet', ns, 'demo-redis'))?.spec.template.metadata.annotations;
    await until('the rest is applied', async () => (await note())?.['example.org/note'] === 'x', soon);
    assert.equal(await templateSize(ns), '5Gi');
    const allow = { allowVolumeExpansion: true };
    const type = 'application/merge-patch+json';
    await bed.client.ok('PATCH', '/apis/storage.k8s.io/v1/storageclasses/fixed', allow, { type });
    await until('it has grown', async () => (await templateSize(ns)) === '8Gi', { timeout: 60_000 });
    await bed.settled(ns, 'demo');
  });

  it('deletes those volumes with the ChatApp whose retention says so, also after they grew', async () => {
    const ns = await bed.namespace('retention');
    const redis = { storage: { size: '5Gi', storageClassName: 'grows', retention: 'Delete' } };
    await bed.create(ns, 'demo', { redis });
    await bed.settled(ns, 'demo');
    const claim = async () => bed.get('PersistentVolumeClaim', ns, 'data-demo-redis-0');
    const before = (await claim())?.metadata.uid;
    await bed.patch('ChatApp', ns, 'demo', { spec: storage('6Gi', 'grows') });
    await until('it has grown', async () => (await templateSize(ns)) === '6Gi', soon);
    await bed.settled(ns, 'demo');
    const owned = async () => (await claim())?.metadata.ownerReferences?.[0]?.kind;
    await until('the claim belongs to the StatefulSet', async () => (await owned()) === 'StatefulSet', soon);
    assert.equal((await claim())?.metadata.uid, before, 'the data are where they were');
    await bed.client.ok('DELETE', pathTo('ChatApp', ns, 'demo'));
    const names = async () => (await bed.list('PersistentVolumeClaim', ns)).map(({ metadata }) => metadata.name);
    await until(
      'one volume is left',
      async () => {
        // Claims are protected while a pod uses them; nothing but their going is waited for.
        return (await names()).join() === 'data-demo-ollama-0';
      },
      { timeout: 60_000 },
    );
  });

  it('keeps the settings of every revision that the backend can go back to, and no others', async () => {
    const ns = await bed.namespace('revisions');
    await bed.create(ns, 'demo', { backend: { replicas: 1 }, frontend: { replicas: 0 } });
    for (const title of ['one', 'two', 'three', 'four', 'five']) {
      await bed.patch('ChatApp', ns, 'demo', { spec: { chat: { title } } });
      await bed.chatWhen(`${title} is rolled out`, ns, 'demo', ({ metadata, status }) => {
        const progressing = status?.conditions?.find(({ type }) => type === 'Progressing')?.status;
        return status?.observedGeneration === metadata.generation && progressing === 'False';
      });
    }
    const kept = async () =>
      (await bed.list('ConfigMap', ns))
        .map(({ metadata }) => metadata.name)
        .filter((name) => name.startsWith('demo-config-'))
        .sort();
    const used = async () => {
      const revisions = await bed.list<Revision>('ReplicaSet', ns);
      const names = revisions
        .flatMap(({ spec }) => spec.template.spec.volumes ?? [])
        .map((each) => each.configMap?.name);
      return [...new Set(names.filter((name) => name !== undefined))].sort();
    };
    await until(
      'only what revisions use is kept',
      async () => (await kept()).join() === (await used()).join() && (await kept()).length === 4,
      soon,
    );
  });

  it('leaves kubectl rollout restart and the labels of others alone, also when it heals', async () => {
    const ns = await bed.namespace('restart');
    await bed.create(ns, 'demo');
    await bed.settled(ns, 'demo');
    const restartedAt = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
    const theirs = { metadata: { labels: { team: 'blue' } } };
    for (const [kind, name] of [
      ['Deployment', 'demo-backend'],
      ['StatefulSet', 'demo-redis'],
    ] as const) {
      await bed.patch(kind, ns, name, { spec: { template: { metadata: { annotations: restartedAt } } }, ...theirs });
    }
    await bed.patch('ChatApp', ns, 'demo', {
      spec: { imagePullPolicy: 'Always', redis: { podTemplate: { annotations: { 'example.org/note': 'x' } } } },
    });
    await bed.settled(ns, 'demo');
    for (const [kind, name] of [
      ['Deployment', 'demo-backend'],
      ['StatefulSet', 'demo-redis'],
    ] as const) {
      const live = await bed.get<Workload & { metadata: { labels?: Record<string, string> } }>(kind, ns, name);
      const { annotations } = live!.spec.template.metadata;
      assert.equal(annotations?.['kubectl.kubernetes.io/restartedAt'], '2026-01-01T00:00:00Z', name);
      assert.equal(live!.metadata.labels?.['team'], 'blue', name);
    }
  });

  it('reports the status of a suspended ChatApp, which can be deleted', async () => {
    const ns = await bed.namespace('asleep');
    await bed.create(ns, 'demo');
    await bed.settled(ns, 'demo');
    await bed.patch('ChatApp', ns, 'demo', { spec: { suspend: true } });
    await bed.chatWhen('it is suspended', ns, 'demo', ({ status }) => status?.phase === 'Suspended');
    await bed.client.ok('DELETE', pathTo('Deployment', ns, 'demo-backend'), { propagationPolicy: 'Background' });
    await bed.chatWhen('it tells the truth', ns, 'demo', ({ status }) => {
      return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'False') === true;
    });
    assert.equal(await bed.get('Deployment', ns, 'demo-backend'), undefined, 'nothing is healed meanwhile');
    await bed.client.ok('DELETE', pathTo('ChatApp', ns, 'demo'));
    await until('its children go', async () => (await bed.list('StatefulSet', ns)).length === 0, soon);
  });

  it('makes twenty ChatApps in ten namespaces, and lets namespaces go with all that is in them', async () => {
    const few = { backend: { replicas: 1 }, frontend: { replicas: 1 } };
    const spaces = await Promise.all(Array.from({ length: 10 }, (_, i) => bed.namespace(`many-${i}`)));
    await Promise.all(spaces.flatMap((ns) => [bed.create(ns, 'one', few), bed.create(ns, 'two', few)]));
    await Promise.all(
      spaces.flatMap((ns) =>
        ['one', 'two'].map((name) =>
          until(
            `${ns}/${name} is settled`,
            async () =>
              (await bed.get<{ status?: { phase?: string } } & KubeObject>('ChatApp', ns, name))?.status?.phase ===
              'Ready',
            { timeout: 80_000, every: 500 },
          ),
        ),
      ),
    );
    const [first, second] = spaces as [string, string];
    const since = bed.log.length;
    for (const ns of [first, second]) await bed.client.ok('DELETE', `/api/v1/namespaces/${ns}`);
    await until(
      'the ChatApps of two of them are gone',
      async () => (await Promise.all([bed.list('ChatApp', first), bed.list('ChatApp', second)])).flat().length === 0,
      { timeout: 80_000, every: 250 },
    );
    const told = bed.log
      .slice(since)
      .split('\n')
      .filter((line) => line.includes('child failed') && line.includes('being terminated'));
    assert.deepEqual(told, [], 'nothing is said of what cannot be made any more');
    await bed.settled(spaces[2]!, 'one');
  });
});
