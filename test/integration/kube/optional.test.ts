import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { crdType } from '../../../operator/kube/dynamic.ts';
import type { Manager } from '../../../operator/kube/manager.ts';
import { apiVersionOf, type KubeObject, type ResourceType } from '../../../operator/kube/object.ts';
import { createTransport, type Transport } from '../../../operator/kube/transport.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import * as plane from './plane.ts';
import { configMaps, create, destroy, until } from './plane.ts';
import { ownerMap, toy } from './toy.ts';

const gadgetsOf = (group: string): ResourceType => ({ group, version: 'v1', plural: 'gadgets', kind: 'Gadget' });

const definitionOf = ({ group, plural, kind }: ResourceType): KubeObject & Record<string, unknown> => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: 'gadget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});

describe('an optional kind', function () {
  this.timeout(30_000);
  let control: ControlPlane;
  let transport: Transport;
  let manager: Manager | undefined;

  before(async function () {
    this.timeout(plane.buildTimeout);
    control = await plane.sharedPlane();
    transport = plane.admin(control);
  });
  afterEach(async () => {
    await manager?.stop();
  });
  after(() => transport.close());

  for (const discovery of ['watch', 'poll'] as const) {
    it(`comes and goes while the controller runs (${discovery})`, async () => {
      const namespace = await plane.newNamespace(transport);
      const gadgets = gadgetsOf(`${discovery}.example.dev`);
      const definition = definitionOf(gadgets);
      // Somebody who may only see one namespace can still poll.
      const rules = [
        { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch', 'patch', 'create'] },
        { apiGroups: [gadgets.group], resources: ['gadgets'], verbs: ['list', 'watch'] },
      ];
      const limited = createTransport(await plane.limitedConfig(control, transport, namespace, rules));
      const made = toy(discovery === 'poll' ? limited : plane.admin(control), namespace, {
        discovery,
        discoveryPollMs: 200,
      });
      manager = made.manager;
      const optional = manager.watchOptional(gadgets, { namespace });
      await create(transport, configMaps, ownerMap(namespace, 'one', { children: 'a', value: 'x' }));
      await manager.start();
      await until('the rest works without it', () => made.children.size === 1);
      assert.equal(optional.isAvailable, false);

      made.runs.length = 0;
      await create(transport, crdType, definition);
      await until('it is found', () => optional.isAvailable);
      await until('owners are told', () => made.runs.includes(`${namespace}/one`));
      const gadget = { apiVersion: apiVersionOf(gadgets), kind: 'Gadget', metadata: { name: 'g', namespace } };
      await create(transport, gadgets, gadget);
      await until('its objects are seen', () => optional.store.size === 1);

      made.runs.length = 0;
      await destroy(transport, crdType, definition);
      await until('it is gone, and its objects', () => !optional.isAvailable && optional.store.size === 0);
      await until('owners are told', () => made.runs.includes(`${namespace}/one`));

      await until('it can come back', () => create(transport, crdType, definition));
      await until('it is found again', () => optional.isAvailable);
      await limited.close();
    });
  }
});
