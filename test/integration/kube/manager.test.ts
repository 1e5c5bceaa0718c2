import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { ManagerOptions } from '../../../operator/kube/manager.ts';
import { createTransport, type Method, type Transport } from '../../../operator/kube/transport.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import { FaultProxy, watches, type Fault } from './fault-proxy.ts';
import * as plane from './plane.ts';
import { change, configMaps, create, destroy, until, via, type ConfigMap } from './plane.ts';
import { ownerMap, toy, type Toy } from './toy.ts';

describe('a controller', function () {
  this.timeout(30_000);
  let control: ControlPlane;
  let transport: Transport;
  let namespace: string;
  const started: Toy[] = [];

  before(async function () {
    this.timeout(plane.buildTimeout);
    control = await plane.sharedPlane();
    transport = plane.admin(control);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ manager }) => manager.stop()));
  });
  after(() => transport.close());

  /** A toy in a namespace of its own, and what it asked for. */
  async function startToy(more: Parameters<typeof toy>[2] & { transport?: Transport } = {}) {
    namespace = await plane.newNamespace(transport);
    const own = more.transport ?? plane.admin(control);
    const sent: Method[] = [];
    const counting = via(own, {
      request: (method, path, options) => {
        sent.push(method);
        return own.request(method, path, options);
      },
    });
    const made = toy(counting, namespace, { ...more, transport: counting });
    started.push(made);
    await made.manager.start();
    return { ...made, sent };
  }

  const owner = (name: string, children = 'a b', value = 'x'): Promise<ConfigMap> =>
    create(transport, configMaps, ownerMap(namespace, name, { children, value }));

  /** What the API server has of the children, as `name=value`. */
  async function inServer(): Promise<string[]> {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const query = { labelSelector: 'toy=child' };
    const { items } = await transport.request<{ items: ConfigMap[] }>('GET', path, { query });
    return items.map(({ metadata, data }) => `${metadata.name}=${data?.value}`).sort();
  }

  const settled = (wanted: string[]): Promise<true> =>
    until(`the children ${wanted.join()}`, async () => (await inServer()).join() === wanted.join());

  /** Resolves when nothing has run for a while. */
  const rest = (runs: string[]): Promise<true> =>
    until('rest', async () => {
      const before = runs.length;
      await plane.quietFor(150);
      return runs.length === before;
    });

  it('makes children, one request each and no read; then nothing moves', async () => {
    const { sent, runs, manager } = await startToy();
    sent.length = 0;
    await owner('one', 'a b c d');
    await settled(['one-a=x', 'one-b=x', 'one-c=x', 'one-d=x']);
    await until('a last look after the events of its own writes', () => runs.length >= 2);
    assert.deepEqual(sent, ['PATCH', 'PATCH', 'PATCH', 'PATCH']);
    manager.enqueue(`${namespace}/one`);
    await until('one more look', () => runs.length >= 3);
    await plane.quietFor(100);
    assert.equal(sent.length, 4);
  });

  it('heals what is deleted or changed, follows its owner, and removes what is not wanted', async () => {
    const { children } = await startToy();
    const object = await owner('two');
    await settled(['two-a=x', 'two-b=x']);
    const child = await until('the child in the cache', () => children.get(`${namespace}/two-a`));
    await destroy(transport, configMaps, child);
    await settled(['two-a=x', 'two-b=x']);
    const other = await until('the other child', () => children.get(`${namespace}/two-b`));
    await change(transport, configMaps, other, { data: { value: 'changed' } });
    await settled(['two-a=x', 'two-b=x']);
    await change(transport, configMaps, object, { data: { children: 'b', value: 'y' } });
    await settled(['two-b=y']);
    await destroy(transport, configMaps, object);
    await settled([]);
  });

  it('writes nothing after a restart', async () => {
    const { manager } = await startToy();
    await owner('three');
    await settled(['three-a=x', 'three-b=x']);
    await manager.stop();
    const sent: string[] = [];
    const own = plane.admin(control);
    const again = toy(
      via(own, {
        request: (method, path, options) => {
          sent.push(method);
          return own.request(method, path, options);
        },
      }),
      namespace,
    );
    started.push(again);
    await again.manager.start();
    await until('it has looked', () => again.runs.length > 0);
    await plane.quietFor(100);
    assert.deepEqual([...new Set(sent)], ['GET']);
  });

  it('tells both the old and the new owner when a child changes hands', async () => {
    const { runs, children } = await startToy();
    const [from, to] = [await owner('from', 'a'), await owner('to', '')];
    const child = await until('the child', () => children.get(`${namespace}/from-a`));
    await rest(runs);
    runs.length = 0;
    const ownerReferences = [{ ...child.metadata.ownerReferences?.[0], name: 'to', uid: to.metadata.uid }];
    await change(transport, configMaps, child, { metadata: { ownerReferences } });
    const keys = [from, to].map(({ metadata }) => `${namespace}/${metadata.name}`);
    await until('both', () => keys.every((key) => runs.includes(key)));
  });

  describe('own writes', () => {
    let proxy: FaultProxy;
    before(async () => {
      proxy = await FaultProxy.start(control.kubeconfig);
    });
    afterEach(() => proxy.thaw());
    after(() => proxy.stop());

    /** The cache of children is fed by way of the proxy, which can hold back its news. */
    function childrenByProxy(): Transport {
      const [direct, proxied] = [plane.admin(control), createTransport(proxy.config)];
      return via(direct, {
        stream: (path, options) =>
          (options?.query?.labelSelector === 'toy=child' ? proxied : direct).stream(path, options),
        close: async () => {
          await Promise.all([direct.close(), proxied.close()]);
        },
      });
    }

    async function startFrozen(ownWritesTimeoutMs: number) {
      const watched = proxy.requests.length;
      const made = await startToy({ transport: childrenByProxy(), ownWritesTimeoutMs });
      await until('the watch is open', () => proxy.requests.length > watched);
      proxy.freeze();
      await owner('own');
      await settled(['own-a=x', 'own-b=x']);
      await plane.quietFor(50);
      const before = made.runs.length;
      made.manager.enqueue(`${namespace}/own`);
      return { ...made, before };
    }

    it('keep a key waiting until the caches have seen them', async () => {
      const { runs, before, sent } = await startFrozen(30_000);
      await plane.quietFor(200);
      assert.equal(runs.length, before);
      proxy.thaw();
      await until('a look once they have', () => runs.length > before);
      assert.equal(sent.filter((method) => method === 'PATCH').length, 2);
    });

    it('do not wedge a key when the news never comes', async () => {
      const { runs, before, children } = await startFrozen(500);
      await until('a look after a fresh list', () => runs.length > before);
      assert.equal(children.size, 2);
    });
  });

  describe('reaches the same end in spite of', () => {
    const faults: [string, Fault, Partial<ManagerOptions>?][] = [
      ['lost answers to writes', { kind: 'lost-reply' }],
      ['HTTP 409', { kind: 'status', status: 409, reason: 'Conflict' }],
      ['HTTP 429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
      ['HTTP 500', { kind: 'status', status: 500 }],
      ['HTTP 503', { kind: 'status', status: 503 }],
    ];
    for (const [what, fault] of faults) {
      it(what, async () => {
        const proxy = await FaultProxy.start(control.kubeconfig);
        try {
          const { runs, metrics } = await startToy({ transport: createTransport(proxy.config) });
          const left = proxy.arm(({ method }) => method === 'PATCH', fault, 3);
          const began = performance.now();
          const object = await owner('faulty', 'a b c');
          await settled(['faulty-a=x', 'faulty-b=x', 'faulty-c=x']);
          await change(transport, configMaps, object, { data: { value: 'y' } });
          await settled(['faulty-a=y', 'faulty-b=y', 'faulty-c=y']);
          assert.equal(left(), 0);
          if (what.includes('Retry-After')) assert.ok(performance.now() - began >= 1_000);
          await rest(runs);
          const text = await metrics.text();
          assert.match(text, /controller_runtime_reconcile_errors_total\{controller="toy"\} [1-9]/);
        } finally {
          await Promise.all(started.splice(0).map(({ manager }) => manager.stop()));
          await proxy.stop();
        }
      });
    }

    it('watches that break, are cut in mid-line and forget their place', async () => {
      const proxy = await FaultProxy.start(control.kubeconfig);
      try {
        const made = await startToy({ transport: createTransport(proxy.config) });
        proxy.arm(watches, { kind: 'truncated-line' }, 2);
        proxy.cut();
        const object = await owner('shaky');
        await settled(['shaky-a=x', 'shaky-b=x']);
        proxy.arm(watches, { kind: 'watch-error', code: 410, reason: 'Expired' }, 2);
        proxy.cut();
        await change(transport, configMaps, object, { data: { value: 'y' } });
        await settled(['shaky-a=y', 'shaky-b=y']);
        assert.equal(made.children.size, 2);
      } finally {
        await Promise.all(started.splice(0).map(({ manager }) => manager.stop()));
        await proxy.stop();
      }
    });
  });

  describe('stop', () => {
    it('lets work under way finish and starts no more', async () => {
      let finish = (): void => undefined;
      const gate = new Promise<void>((resolve) => (finish = resolve));
      let entered = 0;
      const left: string[] = [];
      const { manager } = await startToy({
        around: () => async (_key, signal) => {
          entered++;
          await gate;
          left.push(signal.aborted ? 'cut short' : 'in peace');
        },
        workers: 1,
      });
      await owner('busy');
      await until('work', () => entered === 1);
      const stopped = manager.stop();
      await owner('late');
      finish();
      await stopped;
      assert.deepEqual([entered, left], [1, ['in peace']]);
      assert.equal(await manager.ended, 'stopped');
    });

    it('cuts short what takes longer than the drain', async () => {
      let reason: unknown;
      let entered = false;
      const { manager } = await startToy({
        around: () => (_key, signal) =>
          new Promise<void>((_resolve, reject) => {
            entered = true;
            signal.addEventListener('abort', () => {
              reason = signal.reason;
              reject(new Error('cut short'));
            });
          }),
        drainMs: 100,
      });
      await owner('slow');
      await until('work', () => entered);
      await manager.stop();
      assert.match(String(reason), /stopped/);
    });
  });

  it('says in words which cache cannot be filled', async () => {
    const ours = await plane.newNamespace(transport);
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch'] }];
    const limited = createTransport(await plane.limitedConfig(control, transport, ours, rules));
    const made = toy(limited, ours, { syncTimeoutMs: 1_200 });
    started.push(made);
    await assert.rejects(
      made.manager.start(),
      /nothing came for the caches within 1 s: configmaps \(v1\): .*403 Forbidden.*cannot list/,
    );
  });

  it('serves probes and metrics, all of them there from the start', async () => {
    const ours = await plane.newNamespace(transport);
    const proxy = await FaultProxy.start(control.kubeconfig);
    const made = toy(createTransport(proxy.config), ours, { health: { port: 0, host: '127.0.0.1' } });
    started.push(made);
    const { healthPort } = await made.manager.start();
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${healthPort}${path}`);
      return { status: response.status, text: await response.text() };
    };
    assert.deepEqual(await get('/healthz'), { status: 200, text: 'ok\n' });
    assert.deepEqual(await get('/readyz?verbose'), { status: 200, text: '[+] caches ok\n[+] running ok\nok\n' });
    const { text } = await get('/metrics');
    for (const line of [
      'controller_runtime_reconcile_total{controller="toy",result="error"} 0',
      'controller_runtime_reconcile_errors_total{controller="toy"} 0',
      'controller_runtime_reconcile_time_seconds_count{controller="toy"} 0',
      'controller_runtime_max_concurrent_reconciles{controller="toy"} 8',
      'workqueue_depth{name="toy",controller="toy"} 0',
      'workqueue_retries_total{name="toy",controller="toy"} 0',
      'workqueue_longest_running_processor_seconds{name="toy",controller="toy"} 0',
      'kube_watch_restarts_total{resource="configmaps",reason="expired"} 0',
      'kube_cache_objects{resource="configmaps"} 0',
      'kube_applies_total{resource="configmaps",action="skipped"} 0',
    ]) {
      assert.ok(text.includes(line), `${line} is missing:\n${text}`);
    }
    await proxy.stop();
  });
});
