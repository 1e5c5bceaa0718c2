/** The operator's rights: enough for everything it does, and none that it does not need. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { repository } from '../../testbed/folders.ts';
import type { KubeObject } from '../../testbed/kube-client.ts';
import { until } from '../../testbed/wait.ts';
import { isForbidden, rightsGranted, rightsUsed, wordsOf, type Rule } from './audit.ts';
import { COLLECTIONS, OperatorBed, pathTo, RIGHTS, SYSTEM } from './operator.ts';
import { AZURE_MONITORS, CRDS, MONITORS, ROUTES, SCALED } from './optional-kinds.ts';

const soon = { timeout: 40_000 };

/** Rights whose use no audit log shows. */
const UNSEEN: Readonly<Record<string, string>> = {
  'update chatapps/finalizers.chatapp.dev': 'asked for by the admission of owner references, which is on here',
};

type Mode = keyof typeof RIGHTS;
type Loose = Record<string, unknown>;
type Made = KubeObject & { metadata: Loose; spec?: Loose & { template?: { metadata?: Loose } } };

function granted(mode: Mode): Set<string> {
  const documents = RIGHTS[mode].flatMap((file) =>
    parseAllDocuments(fs.readFileSync(path.join(repository, 'config', file), 'utf8')).map(
      (document) => document.toJS() as { rules?: Rule[] },
    ),
  );
  return rightsGranted(documents.flatMap(({ rules }) => rules ?? []));
}

const storage = (size: string) => ({ size, storageClassName: 'grows' });
const models = (...names: string[]) => ({ models: names.map((name) => ({ name })) });

/** One of every kind that a ChatApp may have, in two specs, since some exclude each other. */
const FIRST = {
  backend: { autoscaling: { minReplicas: 2, maxReplicas: 6 } },
  ollama: models('tinyllama', 'second'),
  redis: { storage: storage('5Gi') },
  ingress: { mode: 'Ingress', host: 'chat.example.org' },
  monitoring: { serviceMonitor: { enabled: 'Always' } },
};
const SECOND = {
  backend: {
    autoscaling: { minReplicas: null, maxReplicas: null, keda: { serverAddress: 'http://prometheus:9090' } },
  },
  ollama: models('tinyllama'),
  redis: { storage: storage('8Gi') },
  ingress: { mode: 'Gateway', gateway: { name: 'public' } },
  monitoring: { serviceMonitor: { apiGroup: 'azmonitoring.coreos.com' } },
};
const NEITHER = {
  backend: { autoscaling: null, podDisruptionBudget: { enabled: false } },
  ollama: { ...models('tinyllama', 'second'), mode: 'External', external: { url: 'http://ollama.example.org' } },
  ingress: { mode: 'None', gateway: null },
  monitoring: { serviceMonitor: { enabled: 'Never' } },
  networkPolicy: { enabled: false },
};

function without(object: Loose, ...names: string[]): Loose {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** The same object as somebody else would make it: without owner, labels, and what the server fills in. */
function foreign(kind: string, { metadata, spec, ...rest }: Made): object {
  const object = { ...without(rest, 'status'), metadata: { name: metadata.name } };
  if (spec === undefined) return object;
  const own = without(spec, 'clusterIP', 'clusterIPs');
  if (kind !== 'Job') return { ...object, spec: own };
  // The server chooses the selector of a Job.
  return { ...object, spec: { ...without(own, 'selector'), template: { ...spec.template, metadata: {} } } };
}

/** Has the operator do, for one ChatApp, everything that it ever does. */
async function everything(bed: OperatorBed, ns: string): Promise<void> {
  const kinds = Object.keys(COLLECTIONS).filter((kind) => kind !== 'ChatApp');
  const made = new Map<string, object>();
  const owned = async (kind: string) =>
    (await bed.list<Made>(kind, ns)).filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'ChatApp');
  const remember = async () => {
    for (const kind of kinds) {
      for (const item of await owned(kind)) {
        made.set(`${pathTo(kind, ns)} ${item.metadata.name}`, foreign(kind, item));
      }
    }
  };
  const patch = async (spec: object) => {
    await bed.patch('ChatApp', ns, 'demo', { spec });
    await bed.settled(ns, 'demo');
  };
  await bed.create(ns, 'demo', FIRST);
  await bed.settled(ns, 'demo');
  await remember();
  await bed.patch('Secret', ns, 'demo-secret', { data: { 'redis.conf': null } });
  const file = async () => (await bed.get<Made & { data?: Loose }>('Secret', ns, 'demo-secret'))?.data?.['redis.conf'];
  await until('what is broken in the Secret is put right', async () => (await file()) !== undefined, soon);
  await patch(SECOND);
  await remember();
  await patch(NEITHER);
  // Settings go with the last revision of the backend that uses them.
  await patch({ chat: { title: 'Other' } });
  for (const { metadata } of await bed.list<Made & { spec: { replicas: number } }>('ReplicaSet', ns)) {
    await bed.client.ok('DELETE', pathTo('ReplicaSet', ns, metadata.name), undefined, { allow: [404] });
  }
  const settings = async () =>
    (await bed.list('ConfigMap', ns)).filter(({ metadata }) => metadata.name.startsWith('demo-config-'));
  await until('old settings are gone', async () => (await settings()).length === 1, soon);
  await bed.client.ok('DELETE', pathTo('ChatApp', ns, 'demo'));
  const left = async () => (await Promise.all(kinds.map(owned))).flat().length;
  await until('everything is gone', async () => (await left()) === 0, soon);

  for (const [id, object] of made) await bed.client.ok('POST', id.split(' ')[0]!, object);
  await bed.create(ns, 'demo', FIRST);
  // Every name is taken: each is looked at, and left alone.
  const conflict = () =>
    bed.chatWhen('it tells of names that are taken', ns, 'demo', ({ metadata, status }) => {
      const degraded = status?.conditions?.find(({ type }) => type === 'Degraded');
      return status?.observedGeneration === metadata.generation && degraded?.reason === 'NameConflict';
    });
  await conflict();
  // Without its Secret it makes nothing else.
  await bed.client.ok('DELETE', pathTo('Secret', ns, 'demo-secret'));
  await bed.patch('ChatApp', ns, 'demo', { spec: { chat: { title: 'Third' } } });
  await conflict();
  await bed.patch('ChatApp', ns, 'demo', { spec: SECOND });
  await conflict();
}

for (const mode of ['cluster', 'namespace'] as const) {
  describe(`rights of an operator that looks after ${mode === 'cluster' ? 'all namespaces' : 'its own namespace'}`, function () {
    this.timeout(120_000);
    let bed: OperatorBed;

    before(async function () {
      this.timeout(20 * 60_000);
      bed = await OperatorBed.start({ rights: mode });
      for (const crd of [ROUTES, MONITORS, AZURE_MONITORS, SCALED]) await bed.client.ok('POST', CRDS, crd);
      const grows = { metadata: { name: 'grows' }, provisioner: 'example.org/none', allowVolumeExpansion: true };
      await bed.client.ok('POST', '/apis/storage.k8s.io/v1/storageclasses', grows);
      // Without the right to watch which kinds there are, new ones are found within a minute only, or at the start.
      await bed.stopOperator();
      await bed.startOperator();
    });

    after(async () => bed.stop());

    it('are enough for everything that it does, and none is more than that', async () => {
      const ns = mode === 'cluster' ? await bed.namespace('rights') : SYSTEM;
      await everything(bed, ns);
      // Events that were told again are counted when it ends.
      await bed.stopOperator();
      const events = bed.audit().toArray();
      assert.deepEqual([...new Set(events.filter(isForbidden).map(wordsOf))], [], 'refused');
      const used = rightsUsed(events);
      const unused = [...granted(mode)].filter((right) => !used.has(right) && UNSEEN[right] === undefined);
      assert.deepEqual(
        unused,
        [],
        'granted, and not used: take it from operator/rbac/rights.ts, or use it in this test',
      );
      if (mode === 'namespace') {
        const elsewhere = events.filter(({ objectRef }) => objectRef !== undefined && objectRef.namespace !== SYSTEM);
        assert.deepEqual(elsewhere.map(wordsOf), [], 'asked of other namespaces');
      }
    });
  });
}
