import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'mocha';
import { systemClock } from '../../../operator/kube/clock.ts';
import { Metrics } from '../../../operator/kube/metrics.ts';
import { pathOf } from '../../../operator/kube/object.ts';
import { References, type ObjectReference } from '../../../operator/kube/references.ts';
import { createTransport, type Transport } from '../../../operator/kube/transport.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import { FaultProxy } from './fault-proxy.ts';
import * as plane from './plane.ts';
import { change, configMap, configMaps, create, destroy, quietFor, until, type ConfigMap } from './plane.ts';

describe('references', function () {
  this.timeout(60_000);
  let control: ControlPlane;
  let transport: Transport;
  let proxy: FaultProxy;
  const running: References[] = [];

  before(async function () {
    this.timeout(plane.buildTimeout);
    control = await plane.sharedPlane();
    transport = plane.admin(control);
    proxy = await FaultProxy.start(control.kubeconfig);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((references) => references.stop()));
  });
  after(async () => {
    await transport.close();
    await proxy.stop();
  });

  /** References over a transport, and whom they told of a change. */
  function watching(over: Transport = transport, patienceMs = 5_000) {
    const told: string[] = [];
    const metrics = new Metrics();
    const references = new References({
      transport: over,
      onChange: (user) => told.push(user),
      patienceMs,
      log: plane.quiet,
      metricsOf: (resource) => metrics.reflector(resource),
      clock: systemClock,
    });
    running.push(references);
    const counted = async (): Promise<number | undefined> => {
      const { values } = await metrics.registry.getSingleMetric('kube_cache_objects')!.get();
      return values[0]?.value;
    };
    return { references, told, counted };
  }

  const to = (namespace: string, name: string): ObjectReference => ({ type: configMaps, namespace, name });

  /** The value of a ConfigMap that is followed; the state where there is none. */
  function valueOf(references: References, reference: ObjectReference): string {
    const known = references.get(reference);
    return known.state === 'present' ? ((known.object as ConfigMap).data?.['value'] ?? '') : known.state;
  }

  /** Watches of single ConfigMaps of a namespace that are open, or have ended, since the control plane began. */
  function audited(namespace: string): { open: number; ended: number; all: number } {
    const events = readFileSync(control.auditLog, 'utf8')
      .split('\n')
      .filter((line) => line.includes(`/namespaces/${namespace}/configmaps?`) && line.includes('"verb":"watch"'))
      .map((line) => JSON.parse(line) as { stage: string; auditID: string; requestURI: string });
    for (const { requestURI } of events) assert.match(requestURI, /fieldSelector=metadata\.name%3D/);
    const ended = new Set(events.filter(({ stage }) => stage === 'ResponseComplete').map(({ auditID }) => auditID));
    const all = new Set(events.map(({ auditID }) => auditID));
    return { open: all.size - ended.size, ended: ended.size, all: all.size };
  }

  it('know what is there and what is not, and tell whoever refers to it of each change and of nothing else', async () => {
    const namespace = await plane.newNamespace(transport);
    const { references, told, counted } = watching();
    const [here, gone] = [to(namespace, 'here'), to(namespace, 'gone')];
    const made = await create(transport, configMaps, configMap(namespace, 'here', { data: { value: '1' } }));
    await references.follow('a', [here, gone]);
    assert.deepEqual([valueOf(references, here), valueOf(references, gone)], ['1', 'absent']);
    assert.deepEqual(told, [], 'who asks is not told as well');

    await change(transport, configMaps, made, { data: { value: '2' } });
    await until('the change is seen', () => valueOf(references, here) === '2');
    await create(transport, configMaps, configMap(namespace, 'gone', { data: { value: 'new' } }));
    await until('it appears', () => valueOf(references, gone) === 'new');
    await destroy(transport, configMaps, made);
    await until('it goes', () => valueOf(references, here) === 'absent');
    await create(transport, configMaps, configMap(namespace, 'here', { data: { value: '3' } }));
    await until('it comes back', () => valueOf(references, here) === '3');
    assert.deepEqual(told, ['a', 'a', 'a', 'a']);
    assert.equal(await counted(), 2);

    await create(transport, configMaps, configMap(namespace, 'other'));
    await quietFor(200);
    assert.equal(told.length, 4, 'nobody refers to the other one');
  });

  it('share one watch of an object, open it once, and close it when nobody refers to it any more', async () => {
    const namespace = await plane.newNamespace(transport);
    const { references, told, counted } = watching();
    const [one, two] = [to(namespace, 'one'), to(namespace, 'two')];
    const made = await create(transport, configMaps, configMap(namespace, 'one', { data: { value: '1' } }));
    await references.follow('a', [one]);
    await references.follow('b', [one, two, one]);
    await until('both watches are open', () => audited(namespace).open === 2);
    for (let again = 0; again < 5; again += 1) await references.follow('b', [two, one]);
    await change(transport, configMaps, made, { data: { value: '2' } });
    await until('both are told', () => told.sort().join() === 'a,b');

    await references.follow('a', []);
    await references.follow('b', [two]);
    await until('one is closed', () => audited(namespace).ended === 1);
    assert.equal(references.size, 1);
    assert.equal(references.get(one).state, 'unknown');
    assert.equal(await counted(), 0);
    await change(transport, configMaps, made, { data: { value: '3' } });
    await quietFor(200);
    assert.equal(told.length, 2, 'nobody is told any more');

    await references.follow('a', [one]);
    assert.equal(valueOf(references, one), '3', 'a new look, not what was known');
    await until('it is watched again', () => audited(namespace).open === 2);
    await references.stop();
    await until('all are closed', () => audited(namespace).open === 0);
    assert.equal(audited(namespace).all, 3);
  });

  it('say that they may not look, without waiting, and tell once they may', async () => {
    const namespace = await plane.newNamespace(transport);
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch'] }];
    const limited = createTransport(await plane.limitedConfig(control, transport, namespace, rules));
    const { references, told } = watching(limited);
    const reference = to(namespace, 'absent');
    const began = performance.now();
    await references.follow('a', [reference]);
    assert.ok(performance.now() - began < 4_000, 'a refusal is an answer');
    const known = references.get(reference);
    assert.equal(known.state, 'unknown');
    assert.match(known.error, /403 Forbidden/);
    const role = '/apis/rbac.authorization.k8s.io/v1';
    await transport.request('PATCH', `${role}/namespaces/${namespace}/roles/limited`, {
      body: { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }] },
      contentType: 'application/merge-patch+json',
    });
    await until('it can be said that it is not there', () => references.get(reference).state === 'absent', 30_000);
    assert.deepEqual(told, ['a']);
    await limited.close();
  });

  it('keep what they know while the API server restarts, and see what happened meanwhile', async () => {
    const namespace = await plane.newNamespace(transport);
    const { references, told } = watching();
    const reference = to(namespace, 'kept');
    await create(transport, configMaps, configMap(namespace, 'kept', { data: { value: '1' } }));
    await references.follow('a', [reference]);
    await control.restartApiServer();
    assert.equal(valueOf(references, reference), '1');
    const body = { data: { value: '2' } };
    await until('a change is made', () => change(transport, configMaps, configMap(namespace, 'kept'), body));
    await until('it is seen', () => valueOf(references, reference) === '2', 40_000);
    assert.deepEqual(told, ['a']);
  });

  it('wait no longer than they have patience where the server says nothing, and tell once it does', async () => {
    const namespace = await plane.newNamespace(transport);
    const over = createTransport(proxy.config);
    const { references, told } = watching(over, 300);
    const path = pathOf(configMaps, namespace);
    const left = proxy.arm((request) => request.path === path, { kind: 'status', status: 500 });
    const reference = to(namespace, 'late');
    await create(transport, configMaps, configMap(namespace, 'late', { data: { value: '1' } }));
    await references.follow('a', [reference]);
    const known = references.get(reference);
    assert.ok(known.state === 'unknown' && /500/.test(known.error), JSON.stringify(known));
    await until('it is known at last', () => valueOf(references, reference) === '1', 40_000);
    assert.equal(left(), 0);
    assert.deepEqual(told, ['a']);
    await over.close();
  });
});
