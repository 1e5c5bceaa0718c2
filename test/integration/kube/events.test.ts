import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { EventRecorder } from '../../../operator/kube/events.ts';
import type { KubeObject } from '../../../operator/kube/object.ts';
import { createTransport, type Transport } from '../../../operator/kube/transport.ts';
import { FaultProxy } from './fault-proxy.ts';
import * as plane from './plane.ts';
import { configMap, configMaps, create } from './plane.ts';

interface Event extends KubeObject {
  reason: string;
  note: string;
  type: string;
  regarding: { uid: string };
  series?: { count: number };
}

describe('events', () => {
  let transport: Transport;
  let proxy: FaultProxy;

  before(async function () {
    this.timeout(plane.buildTimeout);
    const control = await plane.sharedPlane();
    transport = plane.admin(control);
    proxy = await FaultProxy.start(control.kubeconfig);
  });
  after(async () => {
    await transport.close();
    await proxy.stop();
  });

  it('are written once and counted, for many equal ones; a flood is cut; a busy server is tried again', async () => {
    const namespace = await plane.newNamespace(transport);
    const regarding = await create(transport, configMaps, configMap(namespace, 'subject'));
    const proxied = createTransport(proxy.config);
    proxy.arm(({ method }) => method === 'POST', { kind: 'status', status: 429 });
    const options = { transport: proxied, controller: 'example.dev/toy', instance: 'toy-0', log: plane.quiet };
    const recorder = new EventRecorder(options);
    const message = { type: 'Warning', reason: 'Broken', note: 'It is broken.' } as const;
    for (let i = 0; i < 5; i++) recorder.record(regarding, message);
    for (let i = 0; i < 60; i++) recorder.record(regarding, { type: 'Normal', reason: 'Flood', note: `Drop ${i}` });
    await recorder.stop(5_000);
    const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    const { items } = await transport.request<{ items: Event[] }>('GET', path);
    const broken = items.filter(({ reason }) => reason === 'Broken');
    assert.equal(broken.length, 1);
    assert.equal(broken[0]?.series?.count, 5);
    assert.equal(broken[0].regarding.uid, regarding.metadata.uid);
    assert.equal(items.filter(({ reason }) => reason === 'Flood').length, 24);
    await proxied.close();
  });
});
