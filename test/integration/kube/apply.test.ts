import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { Applier, NameConflictError, type ApplierOptions } from '../../../operator/kube/apply.ts';
import { isApiError } from '../../../operator/kube/errors.ts';
import { ownerReferenceTo, pathOfObject, type KubeObject, type ResourceType } from '../../../operator/kube/object.ts';
import { foldManagedFields } from '../../../operator/kube/ownership.ts';
import { StatusWriter } from '../../../operator/kube/status.ts';
import { createTransport, type Transport } from '../../../operator/kube/transport.ts';
import { FaultProxy } from './fault-proxy.ts';
import * as plane from './plane.ts';
import { change, configMap, configMaps, create, destroy, type ConfigMap } from './plane.ts';

interface Workload extends KubeObject {
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}

const deployments: ResourceType = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
const services: ResourceType = { group: '', version: 'v1', plural: 'services', kind: 'Service' };
const policies: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'networkpolicies',
  kind: 'NetworkPolicy',
};
const ingresses: ResourceType = { ...policies, plural: 'ingresses', kind: 'Ingress' };
const hashAnnotation = 'toy.example.dev/applied-hash';

describe('apply', function () {
  this.timeout(20_000);
  let transport: Transport;
  let proxy: FaultProxy;
  let namespace: string;
  let owner: ConfigMap;
  let applier: Applier;
  let sent: string[];

  before(async function () {
    this.timeout(plane.buildTimeout);
    const control = await plane.sharedPlane();
    transport = plane.admin(control);
    proxy = await FaultProxy.start(control.kubeconfig);
    namespace = await plane.newNamespace(transport);
    owner = await create(transport, configMaps, configMap(namespace, 'owner'));
  });
  after(async () => {
    await transport.close();
    await proxy.stop();
  });
  beforeEach(() => {
    sent = [];
    applier = newApplier();
  });

  /** Counts what it sends. */
  function newApplier(more: Partial<ApplierOptions> = {}): Applier {
    const counting: Transport = {
      request: (method, path, options) => {
        sent.push(method);
        return (more.transport ?? transport).request(method, path, options);
      },
      stream: (path, options) => transport.stream(path, options),
      close: () => transport.close(),
    };
    return new Applier({ fieldManager: 'toy', hashAnnotation, ...more, transport: counting });
  }

  /** The object as a cache would have it. */
  async function read<T extends KubeObject>(type: ResourceType, object: T): Promise<T> {
    return foldManagedFields(await transport.request<T>('GET', pathOfObject(type, object)));
  }

  const metadata = (name: string) => ({ name, namespace, ownerReferences: [ownerReferenceTo(owner)] });

  const workload = (name: string, image = 'example.dev/app:1'): Workload => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata(name), labels: { app: name }, annotations: {} },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { note: 'ours' } },
        spec: {
          nodeSelector: { disk: 'ssd' },
          tolerations: [{ key: 'a', operator: 'Exists' }],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: { app: name } },
            },
          ],
          securityContext: { runAsNonRoot: true },
          containers: [
            {
              name: 'app',
              image,
              args: ['one', 'two'],
              env: [
                { name: 'A', value: '1' },
                { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              ],
              ports: [{ name: 'http', containerPort: 8080 }],
              resources: { requests: { cpu: '0.5', memory: '1024Mi' }, limits: { memory: '1Gi' } },
              volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '0.5Gi' } }],
        },
      },
    },
  });

  const policy = (name: string): Workload => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(name),
    spec: {
      podSelector: { matchLabels: { app: name } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 8080 }] }],
    },
  });

  it('creates with one request, writes nothing while nothing differs, nor after a restart', async () => {
    const service: Workload = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('steady'),
      spec: { selector: { app: 'steady' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: metadata('steady'), stringData: { password: 'x' } };
    const secrets: ResourceType = { ...configMaps, plural: 'secrets', kind: 'Secret' };
    const all: [ResourceType, KubeObject][] = [
      [deployments, workload('steady')],
      [services, service],
      [policies, policy('steady')],
      [secrets, secret],
      [configMaps, { ...configMap(namespace, 'steady', { data: { a: '1' } }), metadata: metadata('steady') }],
    ];
    for (const [type, desired] of all) {
      assert.equal((await applier.apply(type, desired, undefined)).action, 'created', type.kind);
    }
    assert.deepEqual(sent, ['PATCH', 'PATCH', 'PATCH', 'PATCH', 'PATCH']);
    sent = [];
    const restarted = newApplier();
    for (const [type, desired] of all) {
      const live = await read(type, desired);
      assert.equal((await applier.apply(type, desired, live)).action, 'unchanged', type.kind);
      const again = await restarted.apply(type, desired, live);
      assert.deepEqual([again.action, again.differing], ['unchanged', undefined], type.kind);
    }
    assert.deepEqual(sent, []);
  });

  const drifts: [string, object][] = [
    ['metadata.labels.app', { metadata: { labels: { app: 'other' } } }],
    ['spec.replicas', { spec: { replicas: 7 } }],
    ['spec.template.metadata.annotations.note', { spec: { template: { metadata: { annotations: { note: null } } } } }],
    ['spec.template.spec.nodeSelector.disk', { spec: { template: { spec: { nodeSelector: { disk: 'hdd' } } } } }],
    ['spec.template.spec.nodeSelector.more', { spec: { template: { spec: { nodeSelector: { more: 'yes' } } } } }],
    ['spec.template.spec.tolerations', { spec: { template: { spec: { tolerations: [] } } } }],
    [
      'spec.template.spec.securityContext.runAsNonRoot',
      { spec: { template: { spec: { securityContext: { runAsNonRoot: false } } } } },
    ],
    [`metadata.annotations[${hashAnnotation}]`, { metadata: { annotations: { [hashAnnotation]: 'x' } } }],
    ['metadata.ownerReferences', { metadata: { ownerReferences: [{ blockOwnerDeletion: false }] } }],
    ...(
      [
        ['image', { image: 'evil' }],
        ['args', { args: ['one', 'two', 'three'] }],
        ['env[name=A].value', { env: [{ name: 'A', value: '2' }] }],
        ['env[name=POD]', { env: [{ name: 'A', value: '1' }] }],
        ['ports[containerPort=8080,protocol=TCP].name', { ports: [{ name: 'web', containerPort: 8080 }] }],
        ['resources.requests.memory', { resources: { requests: { memory: '512Mi' } } }],
        ['volumeMounts', { volumeMounts: [] }],
        ['securityContext.capabilities.drop', { securityContext: { capabilities: { drop: [] } } }],
      ] as const
    ).map(([path, patch]): [string, object] => [
      `spec.template.spec.containers[name=app].${path}`,
      { container: patch },
    ]),
  ];

  for (const [path, patch] of drifts) {
    it(`heals what somebody did to ${path}`, async () => {
      const name = `drift-${drifts.findIndex(([each]) => each === path)}`;
      const desired = workload(name);
      const { object } = await applier.apply(deployments, desired, undefined);
      await change(transport, deployments, object, patchFor(object, patch));
      const live = await read(deployments, object);
      for (const one of [applier, newApplier()]) {
        sent = [];
        const healed = await one.apply(deployments, desired, live);
        assert.equal(sent.length, 1);
        assert.ok(
          healed.differing?.some((each) => each.startsWith(path)),
          `differing: ${healed.differing?.join(', ')}`,
        );
      }
      sent = [];
      const after = await read(deployments, object);
      assert.equal((await newApplier().apply(deployments, desired, after)).action, 'unchanged');
      assert.deepEqual(sent, []);
    });
  }

  /** Completes the short forms above: a merge patch replaces lists as a whole. */
  function patchFor(live: Workload, patch: object): object {
    if ('container' in patch) {
      const { containers } = (live.spec.template as { spec: { containers: object[] } }).spec;
      const merged = merge(containers[0]!, patch.container as object);
      return { spec: { template: { spec: { containers: [merged] } } } };
    }
    const { ownerReferences } = (patch as { metadata?: { ownerReferences?: object[] } }).metadata ?? {};
    if (ownerReferences === undefined) return patch;
    return { metadata: { ownerReferences: [{ ...live.metadata.ownerReferences?.[0], ...ownerReferences[0] }] } };
  }

  it('heals a key added within a list that is ours as a whole, known only from who owns it', async () => {
    const desired = policy('narrowed');
    const { object } = await applier.apply(policies, desired, undefined);
    const ingress = [{ ports: [{ port: 8080 }], from: [{ podSelector: {} }] }];
    await change(transport, policies, object, { spec: { ingress } });
    const healed = await applier.apply(policies, desired, await read(policies, object));
    assert.equal(healed.action, 'configured');
    assert.deepEqual(healed.object.spec.ingress, [{ ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  it('leaves what others add: annotations, labels, the mark of a rollout restart', async () => {
    const desired = workload('foreign');
    const { object } = await applier.apply(deployments, desired, undefined);
    const restart = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
    await change(transport, deployments, object, {
      metadata: { annotations: { foreign: 'yes' }, labels: { foreign: 'yes' } },
      spec: { replicas: 9, template: { metadata: { annotations: restart } } },
    });
    const healed = await applier.apply(deployments, desired, await read(deployments, object));
    assert.deepEqual(healed.differing, ['spec.replicas']);
    assert.equal(healed.object.metadata.annotations?.foreign, 'yes');
    assert.equal(healed.object.metadata.labels?.foreign, 'yes');
    const template = healed.object.spec.template as Workload;
    assert.deepEqual(template.metadata.annotations, { note: 'ours', ...restart });
  });

  it('takes away what is not wanted any more', async () => {
    const desired = workload('less');
    const { object } = await applier.apply(deployments, desired, undefined);
    const less = structuredClone(desired);
    delete (less.spec.template as Workload).spec.nodeSelector;
    delete less.metadata.labels;
    const { object: live, action } = await applier.apply(deployments, less, await read(deployments, object));
    assert.equal(action, 'configured');
    assert.equal((live.spec.template as Workload).spec.nodeSelector, undefined);
    assert.equal(live.metadata.labels, undefined);
  });

  it('remembers what the server writes in another way, so that it is no drift for ever', async () => {
    // An empty string is left out by the server.
    const body = configMap(namespace, 'normal', { data: { a: '1' } });
    const desired = { ...body, metadata: { ...metadata('normal'), generateName: '' } };
    const { object } = await applier.apply(configMaps, desired, undefined);
    sent = [];
    assert.equal((await applier.apply(configMaps, desired, object)).action, 'unchanged');
    assert.deepEqual(sent, []);
    // A restart forgets it, tries once, and sees that nothing changed.
    const restarted = newApplier();
    assert.equal((await restarted.apply(configMaps, desired, object)).action, 'unchanged');
    assert.equal((await restarted.apply(configMaps, desired, object)).action, 'unchanged');
    assert.deepEqual(sent, ['PATCH']);
  });

  describe('never adopts', () => {
    const desired = (name: string): ConfigMap => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata(name),
      data: { ours: 'yes' },
    });
    const refused = (error: unknown): boolean =>
      error instanceof NameConflictError && /ConfigMap .* exists and is not ours/.test(error.message);

    it('an object that nobody owns, whether the cache knows it or not', async () => {
      const theirs = await create(transport, configMaps, configMap(namespace, 'theirs', { data: { theirs: 'yes' } }));
      await assert.rejects(applier.apply(configMaps, desired('theirs'), undefined), refused);
      await assert.rejects(applier.apply(configMaps, desired('theirs'), theirs), refused);
      assert.deepEqual((await read(configMaps, theirs)).data, { theirs: 'yes' });
    });

    it('an object that belongs to somebody else, even when it may adopt', async () => {
      const other = await create(transport, configMaps, configMap(namespace, 'other-owner'));
      const ownerReferences = [ownerReferenceTo(other)];
      const body = configMap(namespace, 'owned', { metadata: { name: 'owned', ownerReferences } });
      await create(transport, configMaps, body);
      await assert.rejects(applier.apply(configMaps, desired('owned'), undefined, { adopt: 'unowned' }), (error) => {
        assert.match(String(error), /belongs to ConfigMap other-owner/);
        return refused(error);
      });
    });

    it('unless told to, an object that nobody owns', async () => {
      await create(transport, configMaps, configMap(namespace, 'orphan', { data: { theirs: 'yes' } }));
      const { action, object } = await applier.apply(configMaps, desired('orphan'), undefined, { adopt: 'unowned' });
      assert.equal(action, 'configured');
      assert.deepEqual(object.data, { theirs: 'yes', ours: 'yes' });
      assert.equal(object.metadata.ownerReferences?.[0]?.uid, owner.metadata.uid);
    });

    it('an object that took the name of ours meanwhile', async () => {
      const { object: ours } = await applier.apply(configMaps, desired('taken'), undefined);
      await destroy(transport, configMaps, ours);
      const theirs = await create(transport, configMaps, configMap(namespace, 'taken', { data: { theirs: 'yes' } }));
      const drifted = { ...ours, data: {} };
      await assert.rejects(applier.apply(configMaps, desired('taken'), drifted), (error) =>
        isApiError(error, 409, 422),
      );
      await assert.rejects(applier.remove(configMaps, ours), (error) => isApiError(error, 409));
      assert.deepEqual((await read(configMaps, theirs)).data, { theirs: 'yes' });
    });
  });

  it('of several at once, one creates and the others find it made', async () => {
    const desired = workload('concurrent');
    const results = await Promise.all(
      Array.from({ length: 6 }, () => newApplier().apply(deployments, desired, undefined)),
    );
    const actions = results.map(({ action }) => action).sort();
    assert.deepEqual(actions, ['created', ...Array<string>(5).fill('unchanged')]);
    assert.equal(new Set(results.map(({ object }) => object.metadata.uid)).size, 1);
  });

  it('finds its own object when the answer to the create was lost', async () => {
    const proxied = createTransport(proxy.config);
    const patches = ({ method }: { method: string }): boolean => method === 'PATCH';
    proxy.arm(patches, { kind: 'lost-reply' });
    const one = newApplier({ transport: proxied });
    await assert.rejects(one.apply(deployments, workload('lost'), undefined), /no usable answer/);
    assert.equal((await one.apply(deployments, workload('lost'), undefined)).action, 'unchanged');
    await proxied.close();
  });

  it('removes the very object, and does not mind that it is gone', async () => {
    const { object } = await applier.apply(deployments, workload('gone'), undefined);
    await applier.remove(deployments, object, { propagation: 'Foreground' });
    await plane.until('it is gone', () =>
      read(deployments, object).then(
        () => false,
        (error: unknown) => isApiError(error, 404),
      ),
    );
    await applier.remove(deployments, object);
  });

  it('leaves an object alone that is being deleted', async () => {
    const { object } = await applier.apply(deployments, workload('going'), undefined);
    await change(transport, deployments, object, { metadata: { finalizers: ['example.dev/wait'] } });
    await destroy(transport, deployments, object);
    sent = [];
    const live = await read(deployments, object);
    assert.ok(live.metadata.deletionTimestamp);
    assert.equal((await applier.apply(deployments, workload('going', 'new'), live)).action, 'unchanged');
    assert.deepEqual(sent, []);
    await change(transport, deployments, object, { metadata: { finalizers: null } });
  });

  it('writes a status once, only when it differs, and never over a newer object', async () => {
    const backend = { service: { name: 'none', port: { number: 80 } } };
    const body: Workload = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'status', namespace },
      spec: { defaultBackend: backend },
    };
    const ingress = await create(transport, ingresses, body);
    const writer = new StatusWriter({ transport, fieldManager: 'toy' });
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1', ports: undefined }] } };
    const written = await writer.writeStatus(ingresses, ingress, status);
    assert.equal(written.action, 'updated');
    assert.deepEqual(written.object.status, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
    const { resourceVersion } = written.object.metadata;
    const again = await writer.writeStatus(ingresses, written.object, written.object.status ?? {});
    assert.deepEqual([again.action, again.object.metadata.resourceVersion], ['unchanged', resourceVersion]);
    await assert.rejects(writer.writeStatus(ingresses, ingress, {}), (error) => isApiError(error, 409));
    const less = await writer.writeStatus(ingresses, written.object, {});
    assert.deepEqual(less.object.status, { loadBalancer: {} });
  });
});

function merge(base: object, patch: object): object {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(patch) as [string, unknown][]) {
    const old = merged[name];
    const both = isMap(value) && isMap(old);
    merged[name] = both ? merge(old, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
