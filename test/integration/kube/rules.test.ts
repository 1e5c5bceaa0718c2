/** Rules of the controller runtime that only time or order shows: a clock that is turned by hand, and the real API server. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Query, Transport } from '../../../operator/kube/transport.ts';
import { createTransport } from '../../../operator/kube/transport.ts';
import { Reflector } from '../../../operator/kube/reflector.ts';
import { Store } from '../../../operator/kube/store.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import { ManualClock, settle } from '../../unit/operator/kube/manual-clock.ts';
import * as plane from './plane.ts';
import { configMaps, create, until, via, type ConfigMap } from './plane.ts';
import { ownerMap, toy, type Toy } from './toy.ts';

describe('the rules of a controller', function () {
  this.timeout(30_000);
  let control: ControlPlane;
  let transport: Transport;
  let namespace: string;
  const ends: (() => Promise<unknown>)[] = [];

  before(async function () {
    this.timeout(plane.buildTimeout);
    control = await plane.sharedPlane();
    transport = plane.admin(control);
  });
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()));
  });
  after(() => transport.close());

  const owner = (name: string): Promise<ConfigMap> =>
    create(transport, configMaps, ownerMap(namespace, name, { children: '', value: 'x' }));

  function managed(more: Parameters<typeof toy>[2], by: Transport = plane.admin(control)): Toy {
    const made = toy(by, namespace, more);
    ends.push(() => made.manager.stop());
    return made;
  }

  it('takes a change before what the first list brought', async () => {
    namespace = await plane.newNamespace(transport);
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => owner(`old-${name}`)));
    const order: string[] = [];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { manager, owners } = managed({
      workers: 1,
      around: () => async (key) => {
        order.push(key.split('/')[1]!);
        await gate;
      },
    });
    await manager.start();
    await until('work', () => order.length === 1);
    await owner('news');
    await until('the news', () => owners.get(`${namespace}/news`));
    open();
    await until('all of it', () => order.length === 5);
    assert.deepEqual([order[1], order.length], ['news', 5]);
  });

  it('starts its workers only when every cache is filled', async () => {
    namespace = await plane.newNamespace(transport);
    await owner('early');
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const own = plane.admin(control);
    let asked = false;
    const slow = via(own, {
      request: async (method, path, options) => {
        if (options?.query?.labelSelector === 'toy=child') {
          asked = true;
          await gate;
        }
        return own.request(method, path, options);
      },
    });
    const { manager, owners, runs } = managed({}, slow);
    const started = manager.start();
    await until('the first cache', () => asked && owners.size === 1);
    await plane.quietFor(100);
    assert.deepEqual(runs, []);
    open();
    await started;
    await until('work', () => runs.length === 1);
  });

  it('waits for its caches as long as something comes', async () => {
    namespace = await plane.newNamespace(transport);
    await owner('early');
    const clock = new ManualClock();
    const gate = Promise.withResolvers<undefined>();
    const own = plane.admin(control);
    const slow = via(own, {
      request: async (method, path, options) => {
        if (options?.query?.labelSelector === 'toy=child') await gate.promise;
        return own.request(method, path, options);
      },
    });
    const { manager, owners } = managed({ clock }, slow);
    let end: unknown;
    const started = manager.start().catch((error: unknown) => (end = error));
    await until('the first cache', () => owners.size === 1);
    await clock.advance(121_000);
    await plane.quietFor(50);
    assert.equal(end, undefined);
    gate.resolve(undefined);
    await started;
    assert.equal(end, undefined);
  });

  it('ends in words when nothing comes for its caches in two minutes', async () => {
    namespace = await plane.newNamespace(transport);
    const clock = new ManualClock();
    const nowhere = createTransport(plane.tokenConfig(control, 'x', 'https://127.0.0.1:1'));
    const { manager } = managed({ clock, drainMs: 0 }, nowhere);
    let end: unknown;
    const started = manager.start().catch((error: unknown) => (end = error));
    for (let seconds = 0; seconds < 119; seconds += 1) {
      await clock.advance(1_000);
      await plane.quietFor(2);
    }
    assert.equal(end, undefined);
    await clock.advance(1_000);
    await started;
    assert.match(String(end), /nothing came for the caches within 120 s: configmaps \(v1\): .*ECONNREFUSED/);
    // The clock stands still otherwise, and with it whoever waits for it to end.
    const stopped = manager.stop();
    for (let turn = 0; turn < 50; turn += 1) await clock.advance(1_000);
    await stopped;
  });

  it('says on /healthz that its queue does not move', async () => {
    namespace = await plane.newNamespace(transport);
    const clock = new ManualClock();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let entered = 0;
    const { manager, owners } = managed({
      workers: 1,
      clock,
      health: { port: 0, host: '127.0.0.1' },
      around: () => async () => {
        entered += 1;
        await gate;
      },
    });
    const { healthPort } = await manager.start();
    const health = async () => {
      const response = await fetch(`http://127.0.0.1:${healthPort}/healthz`);
      return `${response.status} ${await response.text()}`;
    };
    await owner('stuck');
    await until('work', () => entered === 1);
    await owner('waits');
    await until('the other', () => owners.size === 2);
    await settle();
    await clock.advance(120_000);
    assert.match(await health(), /^200 /);
    await clock.advance(1);
    assert.match(await health(), /^503 \[-\] queue: no key was taken from the queue for 120 s/);
    open();
    await until('it moves again', () => entered === 2);
    assert.match(await health(), /^200 /);
    const stopped = manager.stop();
    for (let turn = 0; turn < 40; turn += 1) await clock.advance(1_000);
    await stopped;
  });

  describe('a reflector', () => {
    function reflected(by: Transport, random: () => number, clock?: ManualClock): Reflector<ConfigMap> {
      const reflector = new Reflector<ConfigMap>({
        transport: by,
        type: configMaps,
        namespace,
        store: new Store<ConfigMap>(),
        onEvent: () => undefined,
        log: plane.quiet,
        random,
        ...(clock === undefined ? {} : { clock }),
      });
      reflector.start();
      return reflector;
    }

    for (const [random, timeoutSeconds] of [
      [0, 300],
      [0.5, 450],
      [1, 600],
    ] as const) {
      it(`has the server end a watch after ${timeoutSeconds} s, and gives it up after 70 s of silence`, async () => {
        namespace = await plane.newNamespace(transport);
        const asked: { query?: Query; inactivityMs?: number }[] = [];
        const noted = via(transport, {
          stream: (path, options) => {
            asked.push(options ?? {});
            return transport.stream(path, options);
          },
        });
        const reflector = reflected(noted, () => random);
        ends.push(() => reflector.stop());
        const { query, inactivityMs } = await until('a watch', () => asked[0]);
        assert.deepEqual(
          [query?.timeoutSeconds, query?.allowWatchBookmarks, inactivityMs],
          [timeoutSeconds, true, 70_000],
        );
      });
    }

    it('waits from 0.8 to 30 s between attempts, with jitter', async () => {
      const clock = new ManualClock();
      const waits: number[] = [];
      const after = clock.after.bind(clock);
      clock.after = (ms, run) => {
        waits.push(ms);
        return after(ms, run);
      };
      const nowhere = createTransport(plane.tokenConfig(control, 'x', 'https://127.0.0.1:1'));
      let toss = 0;
      const reflector = reflected(nowhere, () => (toss++ % 2 === 0 ? 0 : 0.5), clock);
      ends.push(() => reflector.stop());
      for (let attempt = 1; attempt <= 8; attempt += 1) {
        await until('an attempt', () => waits.length >= attempt);
        await clock.advance(30_000);
      }
      assert.deepEqual(waits.slice(0, 8), [800, 2_400, 3_200, 9_600, 12_800, 30_000, 30_000, 30_000]);
      await nowhere.close();
    });
  });
});
