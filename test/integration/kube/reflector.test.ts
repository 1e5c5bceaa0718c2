import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { Metrics } from '../../../operator/kube/metrics.ts';
import { pathOf } from '../../../operator/kube/object.ts';
import { Reflector, type ReflectorOptions } from '../../../operator/kube/reflector.ts';
import { Store, type Change } from '../../../operator/kube/store.ts';
import { createTransport, type Transport } from '../../../operator/kube/transport.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import { FaultProxy, watches } from './fault-proxy.ts';
import * as plane from './plane.ts';
import { configMap, configMaps, create, destroy, until, type ConfigMap } from './plane.ts';

describe('a reflector', function () {
  this.timeout(30_000);
  let control: ControlPlane;
  let transport: Transport;
  let proxy: FaultProxy;
  let proxied: Transport;
  const running: Reflector<ConfigMap>[] = [];

  before(async function () {
    this.timeout(plane.buildTimeout);
    control = await plane.sharedPlane();
    transport = plane.admin(control);
    proxy = await FaultProxy.start(control.kubeconfig);
    proxied = createTransport(proxy.config);
  });
  afterEach(async () => {
    proxy.thaw();
    await Promise.all(running.splice(0).map((reflector) => reflector.stop()));
  });
  after(async () => {
    await transport.close();
    await proxied.close();
    await proxy.stop();
  });

  function reflect(namespace: string, more: Partial<ReflectorOptions<ConfigMap>> = {}) {
    const store = new Store<ConfigMap>();
    const changes: Change<ConfigMap>[] = [];
    const metrics = new Metrics();
    const reflector = new Reflector<ConfigMap>({
      transport: proxied,
      type: configMaps,
      namespace,
      labelSelector: 'seen=yes',
      store,
      onEvent: (change) => changes.push(change),
      log: plane.quiet,
      metrics: metrics.reflector('configmaps'),
      random: () => 0,
      ...more,
    });
    running.push(reflector);
    reflector.start();
    const ends = async (reason: string): Promise<number> => {
      const { values } = await metrics.registry.getSingleMetric('kube_watch_restarts_total')!.get();
      return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
    };
    const names = (): string[] => [...store.keys()].map((key) => key.split('/')[1]!).sort();
    return { store, changes, reflector, ends, names };
  }

  const seen = (namespace: string, name: string, data: Record<string, string> = {}): ConfigMap =>
    configMap(namespace, name, { metadata: { name, labels: { seen: 'yes' } }, data });

  /** Resolves once the proxy has passed on this many more watches, so that what follows comes by watch and not by list. */
  async function watching(
    reflector: Reflector<ConfigMap>,
    namespace: string,
    act: () => Promise<unknown> = () => reflector.synced,
  ) {
    const path = `GET ${pathOf(configMaps, namespace)}`;
    const count = (): number => proxy.requests.filter((request) => request === path).length;
    const before = count();
    await act();
    await until('the watch is open', () => count() >= before + 2);
  }

  it('lists in pages, then follows every change; what it keeps is frozen and without managedFields', async () => {
    const namespace = await plane.newNamespace(transport);
    await Promise.all(
      Array.from({ length: 503 }, (_, i) => create(transport, configMaps, seen(namespace, `many-${i}`))),
    );
    await create(transport, configMaps, configMap(namespace, 'unlabelled'));
    const from = proxy.requests.length;
    const { store, changes, reflector } = reflect(namespace);
    await reflector.synced;
    assert.equal(store.size, 503);
    assert.ok(changes.every((change) => change.type === 'added' && change.initial));
    await until('a watch after two pages', () => proxy.requests.length === from + 3);
    const first = store.get(`${namespace}/many-0`)!;
    assert.ok(Object.isFrozen(first.metadata.labels));
    assert.ok(!('managedFields' in first.metadata));
    assert.equal(first.kind, 'ConfigMap');
    await plane.change(transport, configMaps, first, { data: { a: '1' } });
    await until('the change', () => store.get(`${namespace}/many-0`)?.data?.a === '1');
    await plane.change(transport, configMaps, first, { metadata: { labels: { seen: null } } });
    await until('an object that no longer matches is gone', () => store.size === 502);
    assert.deepEqual(
      changes.slice(503).map(({ type, initial }) => ({ type, initial })),
      [
        { type: 'updated', initial: false },
        { type: 'deleted', initial: false },
      ],
    );
  });

  it('goes on from where it was when the server ends a watch, without a list', async () => {
    const namespace = await plane.newNamespace(transport);
    // A reflector asks the server for five minutes and more; this test has one second.
    const short = plane.via(proxied, {
      stream: (path, options) => proxied.stream(path, { ...options, query: { ...options?.query, timeoutSeconds: 1 } }),
    });
    const { names, reflector, ends, changes } = reflect(namespace, { transport: short });
    await reflector.synced;
    await until('three watches ended by the server', async () => (await ends('timeout')) >= 3);
    await create(transport, configMaps, seen(namespace, 'late'));
    await until('the object', () => names().includes('late'));
    assert.equal(changes.length, 1);
    assert.equal(await ends('error'), 0);
  });

  it('sees a delete and a create under one name as two things', async () => {
    const namespace = await plane.newNamespace(transport);
    const { changes, reflector } = reflect(namespace);
    await watching(reflector, namespace);
    const one = await create(transport, configMaps, seen(namespace, 'same', { n: '1' }));
    await until('the first', () => changes.length === 1);
    proxy.freeze();
    await destroy(transport, configMaps, one);
    const two = await create(transport, configMaps, seen(namespace, 'same', { n: '2' }));
    await plane.quietFor(50);
    assert.equal(changes.length, 1, 'nothing gets through a frozen watch');
    proxy.thaw();
    await until('the second', () => changes.length === 3);
    assert.deepEqual(
      changes.map((change) => [change.type, (change.type === 'deleted' ? change.old : change.new).metadata.uid]),
      [
        ['added', one.metadata.uid],
        ['deleted', one.metadata.uid],
        ['added', two.metadata.uid],
      ],
    );
  });

  it('finds out what it missed when a watch stays silent too long, and takes nothing old afterwards', async () => {
    const namespace = await plane.newNamespace(transport);
    const { changes, reflector, store, ends } = reflect(namespace, { inactivityMs: 900 });
    await watching(reflector, namespace);
    const one = await create(transport, configMaps, seen(namespace, 'same', { n: '1' }));
    await create(transport, configMaps, seen(namespace, 'other'));
    await until('both', () => store.size === 2);
    proxy.freeze();
    await destroy(transport, configMaps, one);
    const two = await create(transport, configMaps, seen(namespace, 'same', { n: '2' }));
    await until('the list after the silence', () => store.get(`${namespace}/same`)?.metadata.uid === two.metadata.uid);
    assert.ok((await ends('inactive')) >= 1);
    const known = changes.length;
    proxy.thaw();
    await create(transport, configMaps, seen(namespace, 'last'));
    await until('what comes later', () => store.size === 3);
    assert.equal(changes.length, known + 1, 'the thawed watch told old news');
  });

  it('lists anew at once when its place in history is gone (410), and only what changed is news', async () => {
    const namespace = await plane.newNamespace(transport);
    await create(transport, configMaps, seen(namespace, 'keep'));
    const go = await create(transport, configMaps, seen(namespace, 'go'));
    const { changes, reflector, names, ends } = reflect(namespace);
    await watching(reflector, namespace);
    await plane.quietFor(1_000);
    proxy.arm(watches, { kind: 'watch-error', code: 410, reason: 'Expired' });
    const news = changes.length;
    proxy.cut();
    await destroy(transport, configMaps, go);
    await create(transport, configMaps, seen(namespace, 'new'));
    await until('the list', async () => (await ends('expired')) === 1 && names().join() === 'keep,new');
    assert.deepEqual(
      changes
        .slice(news)
        .map(({ type }) => type)
        .sort(),
      ['added', 'deleted'],
    );
  });

  it('lists anew when a watch ends with any other error of the server', async () => {
    const namespace = await plane.newNamespace(transport);
    const { reflector, changes, ends } = reflect(namespace);
    await watching(reflector, namespace);
    const path = pathOf(configMaps, namespace);
    proxy.arm((request) => watches(request) && request.path === path, { kind: 'watch-error', code: 500, reason: 'X' });
    const asked = proxy.requests.length;
    proxy.cut();
    await until('the error', async () => (await ends('error')) >= 2);
    await create(transport, configMaps, seen(namespace, 'new'));
    await until('the object', () => changes.length === 1);
    const mine = (): number => proxy.requests.slice(asked).filter((request) => request === `GET ${path}`).length;
    // The object may have come with the list: the watch after it is then still on its way.
    await until('a watch again', () => mine() >= 3);
    assert.equal(mine(), 3, 'the watch with the error, a list, a watch');
  });

  it('does not take half a line for an object', async () => {
    const namespace = await plane.newNamespace(transport);
    const { reflector, names, ends } = reflect(namespace);
    const left = proxy.arm((request) => watches(request) && request.path.includes(namespace), {
      kind: 'truncated-line',
    });
    await watching(reflector, namespace);
    assert.equal(left(), 0);
    await create(transport, configMaps, seen(namespace, 'whole'));
    await until('the object, by the next watch', () => names().join() === 'whole');
    assert.equal(await ends('error'), 1);
  });

  for (const status of [403, 429, 500, 503]) {
    it(`tries again after HTTP ${status}, with growing waits`, async () => {
      const namespace = await plane.newNamespace(transport);
      const headers: Record<string, string> = status === 429 ? { 'retry-after': '2' } : {};
      const mine = proxy.arm(({ path }) => path.includes(namespace), { kind: 'status', status, headers }, 2);
      const started = performance.now();
      const { reflector } = reflect(namespace);
      await until('an error in words', () => reflector.lastError?.includes(String(status)));
      await reflector.synced;
      const took = performance.now() - started;
      assert.equal(mine(), 0);
      assert.ok(took >= (status === 429 ? 4_000 : 2_400), `came back after ${took} ms`);
      assert.equal(reflector.lastError, undefined);
    });
  }

  it('a kind that may not be read does not disturb another', async () => {
    const namespace = await plane.newNamespace(transport);
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }];
    const limited = createTransport(await plane.limitedConfig(control, transport, namespace, rules));
    const allowed = reflect(namespace, { transport: limited });
    const type = { ...configMaps, plural: 'secrets', kind: 'Secret' };
    const forbidden = reflect(namespace, { transport: limited, type });
    await allowed.reflector.synced;
    await until('words', () => /secrets.*403 Forbidden.*cannot list/.test(forbidden.reflector.lastError ?? ''));
    await create(transport, configMaps, seen(namespace, 'one'));
    await until('the object', () => allowed.names().join() === 'one');
    await limited.close();
  });

  it('relists when asked, even while a list is under way', async () => {
    const namespace = await plane.newNamespace(transport);
    const { reflector, changes } = reflect(namespace);
    await watching(reflector, namespace);
    proxy.freeze();
    await create(transport, configMaps, seen(namespace, 'hidden'));
    await Promise.all([reflector.relist(), reflector.relist()]);
    assert.equal(changes.length, 1);
  });

  it('survives a restart of the API server', async () => {
    const namespace = await plane.newNamespace(transport);
    const { reflector, names } = reflect(namespace, { transport });
    await reflector.synced;
    await control.restartApiServer('SIGKILL');
    await until('a create', () => create(transport, configMaps, seen(namespace, 'after')));
    await until('the object', () => names().join() === 'after', 20_000);
  });

  it('says nothing after stop', async () => {
    const namespace = await plane.newNamespace(transport);
    const { reflector, changes } = reflect(namespace);
    await watching(reflector, namespace);
    const stopped = reflector.stop();
    await create(transport, configMaps, seen(namespace, 'late'));
    await stopped;
    await plane.quietFor(100);
    assert.equal(changes.length, 0);
  });
});
