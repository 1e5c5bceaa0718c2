/** Children that a ChatApp may or may not have: they come, they heal, and they go with what asked for them. */
import assert from 'node:assert/strict';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import type { KubeObject } from '../../testbed/kube-client.ts';
import { until } from '../../testbed/wait.ts';
import { OperatorBed, pathTo } from './operator.ts';
import { CRDS, MONITORS, ROUTES, SCALED } from './optional-kinds.ts';

const soon = { timeout: 20_000 };

interface Ingress extends KubeObject {
  readonly spec: { readonly rules: readonly object[] };
}

interface HTTPRoute extends KubeObject {
  readonly spec: { readonly rules: readonly { readonly matches?: readonly object[] }[] };
}

interface Scalable extends KubeObject {
  readonly spec: { readonly replicas: number };
}

describe('children of a ChatApp that asks for more', function () {
  this.timeout(60_000);
  let bed: OperatorBed;

  before(async function () {
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
  });

  after(async () => bed.stop());

  const condition = (chat: ChatApp, type: string) => chat.status?.conditions?.find((each) => each.type === type);
  const there = (kind: string, ns: string, name: string) =>
    until(`${kind} ${name} is there`, () => bed.get<KubeObject & { spec: never }>(kind, ns, name), soon);
  const gone = (kind: string, ns: string, name: string) =>
    until(`${kind} ${name} is gone`, async () => (await bed.get(kind, ns, name)) === undefined, soon);

  it('makes everything of a ChatApp that asks for everything, and removes what it does not ask for any more', async () => {
    const ns = await bed.namespace('everything');
    const autoscaling = { minReplicas: 2, maxReplicas: 6 };
    const service = { name: 'demo-frontend', port: { number: 80 } };
    await bed.create(ns, 'demo', {
      commonLabels: { team: 'blue' },
      backend: { autoscaling, podTemplate: { env: [{ name: 'LOG_LEVEL', value: 'debug' }] } },
      frontend: { autoscaling, service: { type: 'LoadBalancer', loadBalancerSourceRanges: ['192.0.2.0/24'] } },
      ollama: { models: [{ name: 'tinyllama' }], replicas: 2 },
      ingress: {
        mode: 'Ingress',
        host: 'chat.example.org',
        path: '/team/chat',
        assetBaseURL: 'https://cdn.example.org',
        tls: { secretName: 'tls', issuerRef: { name: 'ca' } },
      },
      networkPolicy: { allowedFrom: [{ ipBlock: { cidr: '192.0.2.0/24' } }], monitoringNamespace: 'monitoring' },
    });
    const chat = await bed.settled(ns, 'demo');
    assert.equal(chat.status?.url, 'https://chat.example.org/team/chat');
    assert.equal(condition(chat, 'Degraded')?.status, 'False', 'nothing of it is not implemented');
    assert.deepEqual((await bed.client.ok<Ingress>('GET', pathTo('Ingress', ns, 'demo-frontend'))).spec.rules, [
      { host: 'chat.example.org', http: { paths: [{ path: '/team/chat', pathType: 'Prefix', backend: { service } }] } },
    ]);
    const made: [string, string[]][] = [
      ['PodDisruptionBudget', ['demo-backend', 'demo-frontend', 'demo-ollama']],
      ['HorizontalPodAutoscaler', ['demo-backend', 'demo-frontend']],
      ['Ingress', ['demo-frontend']],
      [
        'NetworkPolicy',
        ['backend', 'default-deny', 'frontend', 'ollama', 'preflight', 'puller', 'redis'].map((part) => `demo-${part}`),
      ],
    ];
    for (const [kind, names] of made) {
      const live = await bed.list<KubeObject & { metadata: { labels?: Record<string, string> } }>(kind, ns);
      assert.deepEqual(live.map(({ metadata }) => metadata.name).sort(), names, kind);
      for (const { metadata } of live) assert.equal(metadata.labels?.['team'], 'blue', `${kind} ${metadata.name}`);
    }
    await bed.patch('ChatApp', ns, 'demo', {
      spec: {
        backend: { autoscaling: null, podDisruptionBudget: { enabled: false } },
        frontend: { autoscaling: null, replicas: 1 },
        ollama: { replicas: 1 },
        ingress: { mode: 'None' },
        networkPolicy: { enabled: false },
      },
    });
    for (const [kind, names] of made) for (const name of names) await gone(kind, ns, name);
    await bed.settled(ns, 'demo');
    assert.equal((await bed.list('PersistentVolumeClaim', ns)).length, 3, 'volumes stay');
  });

  it('hands the number of pods over to an autoscaler without a dip, leaves it alone, and takes it back', async () => {
    const ns = await bed.namespace('scaled');
    await bed.create(ns, 'demo', { backend: { replicas: 3 } });
    await bed.settled(ns, 'demo');
    const path = pathTo('Deployment', ns, 'demo-backend');
    const replicas = async () => (await bed.client.ok<Scalable>('GET', path)).spec.replicas;
    const seen: number[] = [];
    await bed.client.follow(pathTo('Deployment', ns), (_type, item) => {
      if (item.metadata.name === 'demo-backend') seen.push((item as Scalable).spec.replicas);
    });
    await bed.patch('ChatApp', ns, 'demo', { spec: { backend: { autoscaling: { minReplicas: 2, maxReplicas: 8 } } } });
    await there('HorizontalPodAutoscaler', ns, 'demo-backend');
    const marked = async () => {
      const { metadata } = await bed.client.ok<{ metadata: { annotations?: Record<string, string> } }>('GET', path);
      return metadata.annotations?.['chatapp.dev/scaled-by'] === 'HPA';
    };
    await until('the Deployment says who scales it', marked, soon);
    assert.equal(await replicas(), 3);
    // As an autoscaler does it.
    await bed.client.ok('PATCH', `${path}/scale`, { spec: { replicas: 5 } }, { type: 'application/merge-patch+json' });
    await bed.patch('ChatApp', ns, 'demo', { spec: { chat: { title: 'Other' } } });
    await bed.settled(ns, 'demo');
    assert.equal(await replicas(), 5);
    assert.equal((await bed.get<ChatApp>('ChatApp', ns, 'demo'))?.status?.backend?.summary, '5/5');
    await bed.patch('ChatApp', ns, 'demo', { spec: { backend: { autoscaling: null } } });
    await until('it is as the spec says again', async () => (await replicas()) === 3, soon);
    await gone('HorizontalPodAutoscaler', ns, 'demo-backend');
    await until('all of it is seen', () => seen.at(-1) === 3, soon);
    assert.deepEqual([...new Set(seen)], [3, 5], 'it never dropped to 1');
  });

  it('refuses kubectl scale while an autoscaler decides, in words', async () => {
    const ns = await bed.namespace('refused');
    await bed.create(ns, 'demo', { suspend: true, backend: { autoscaling: {} } });
    const scale = `${pathTo('ChatApp', ns, 'demo')}/scale`;
    const type = 'application/merge-patch+json';
    const { status, body } = await bed.client.send<{ message: string }>(
      'PATCH',
      scale,
      { spec: { replicas: 7 } },
      type,
    );
    assert.equal(status, 422);
    assert.match(body.message, /autoscaling decides how many there are/);
  });

  it('makes objects of optional kinds as soon as their kind comes, and goes on without it when it goes', async () => {
    const ns = await bed.namespace('optional');
    await bed.create(ns, 'demo', {
      ingress: { mode: 'Gateway', host: 'chat.example.org', path: '/chat', gateway: { name: 'public' } },
      monitoring: { serviceMonitor: { enabled: 'Always', labels: { release: 'prometheus' } } },
      backend: { autoscaling: { keda: { serverAddress: 'http://prometheus:9090' } } },
    });
    const without = await bed.chatWhen('it tells what is missing', ns, 'demo', (chat) => {
      return condition(chat, 'Degraded')?.reason === 'KindMissing' && condition(chat, 'Ready')?.status === 'True';
    });
    assert.equal(condition(without, 'MonitoringReady')?.reason, 'KindMissing');
    for (const crd of [ROUTES, MONITORS, SCALED]) await bed.client.ok('POST', CRDS, crd);
    await there('HTTPRoute', ns, 'demo-frontend');
    const route = () => bed.client.ok<HTTPRoute>('GET', pathTo('HTTPRoute', ns, 'demo-frontend'));
    assert.deepEqual((await route()).spec.rules[0]?.matches, [{ path: { type: 'PathPrefix', value: '/chat' } }]);
    await there('ServiceMonitor', ns, 'demo');
    await there('ScaledObject', ns, 'demo-backend');
    await bed.chatWhen('it is monitored', ns, 'demo', (chat) => condition(chat, 'MonitoringReady')?.status === 'True');
    const { status } = await bed.settled(ns, 'demo');
    assert.equal(status?.url, 'http://chat.example.org/chat');
    // It heals there as everywhere.
    await bed.client.ok('DELETE', pathTo('ServiceMonitor', ns, 'demo'));
    await there('ServiceMonitor', ns, 'demo');
    await bed.client.ok('DELETE', `${CRDS}/${MONITORS.metadata.name}`);
    await bed.chatWhen('it tells that the kind is gone', ns, 'demo', (chat) => {
      return (
        condition(chat, 'MonitoringReady')?.reason === 'KindMissing' && condition(chat, 'Ready')?.status === 'True'
      );
    });
    await bed.patch('ChatApp', ns, 'demo', { spec: { monitoring: { serviceMonitor: { enabled: 'Auto' } } } });
    await bed.chatWhen('nothing is missing', ns, 'demo', (chat) => {
      return condition(chat, 'MonitoringReady')?.reason === 'Disabled';
    });
    await bed.patch('ChatApp', ns, 'demo', { spec: { ingress: { mode: 'None', gateway: null } } });
    await gone('HTTPRoute', ns, 'demo-frontend');
  });

  it('keeps two ChatApps in one namespace apart', async () => {
    const ns = await bed.namespace('two');
    await Promise.all(['one', 'two'].map((name) => bed.create(ns, name)));
    await Promise.all(['one', 'two'].map((name) => bed.settled(ns, name)));
    await bed.client.ok('DELETE', pathTo('ChatApp', ns, 'one'), { propagationPolicy: 'Background' });
    const policies = async () => (await bed.list('NetworkPolicy', ns)).map(({ metadata }) => metadata.name);
    // The garbage collector takes them one by one.
    await until('all of one are gone', async () => !(await policies()).some((name) => name.startsWith('one-')), soon);
    const two = await bed.settled(ns, 'two');
    assert.equal(two.status?.backend?.summary, '3/3');
    assert.equal((await policies()).length, 7);
  });
});
