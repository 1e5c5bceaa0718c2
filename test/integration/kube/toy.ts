import { all, type Reconcile } from '../../../operator/kube/controller.ts';
import { quiet, configMaps, type ConfigMap } from './config-map.ts';
import { Manager, type ManagerOptions } from '../../../operator/kube/manager.ts';
import { Metrics } from '../../../operator/kube/metrics.ts';
import { ownerReferenceTo, type ResourceType } from '../../../operator/kube/object.ts';
import type { ReadonlyStore } from '../../../operator/kube/store.ts';
import type { Transport } from '../../../operator/kube/transport.ts';

/** The children of the toy: the same kind as its owner, told apart by a label. */
export const children: ResourceType = { ...configMaps };
export const hashAnnotation = 'toy.example.dev/applied-hash';

export interface Toy {
  manager: Manager;
  metrics: Metrics;
  owners: ReadonlyStore<ConfigMap>;
  children: ReadonlyStore<ConfigMap>;
  /** The keys reconciled, in order. */
  runs: string[];
}

/**
 * The smallest whole controller: a ConfigMap labelled `toy=owner` with `data: {children: "a b", value: "x"}` becomes one
 * ConfigMap `<owner>-<child>` with `data: {value: "x"}` for each child; what is not wanted any more goes.
 */
export function toy(
  transport: Transport,
  namespace: string,
  more: Partial<ManagerOptions> & { around?: (reconcile: Reconcile) => Reconcile } = {},
): Toy {
  const metrics = new Metrics();
  const runs: string[] = [];
  const { around = (reconcile: Reconcile) => reconcile, ...options } = more;
  const reconcile: Reconcile = async (key) => {
    runs.push(key);
    const owner = owners.get(key);
    if (owner === undefined) return;
    const desired = (owner.data?.children ?? '').split(' ').filter((name) => name !== '');
    const wanted = desired.map((name) => childOf(owner, name));
    const names = new Set(wanted.map(({ metadata }) => metadata.name));
    const surplus = kept.ownedBy(owner.metadata.uid ?? '').filter(({ metadata }) => !names.has(metadata.name));
    await all<unknown>([
      ...wanted.map((child) => manager.applier.apply(children, child, kept.get(`${namespace}/${child.metadata.name}`))),
      ...surplus.map((child) => manager.applier.remove(children, child)),
    ]);
  };
  const manager = new Manager({
    name: 'toy',
    primary: configMaps,
    reconcile: around(reconcile),
    transport,
    fieldManager: 'toy',
    apply: { hashAnnotation },
    instance: 'toy-0',
    log: quiet,
    metrics,
    ...options,
  });
  const owners = manager.watch<ConfigMap>(configMaps, { namespace, labelSelector: 'toy=owner' });
  const kept = manager.watch<ConfigMap>(children, { namespace, labelSelector: 'toy=child' });
  return { manager, metrics, owners, children: kept, runs };
}

/** A ConfigMap that the toy takes for an owner. */
export function ownerMap(namespace: string, name: string, data: { children: string; value: string }): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels: { toy: 'owner' } }, data };
}

/** What the toy wants for one child. */
export function childOf(owner: ConfigMap, child: string): ConfigMap {
  const { name, namespace } = owner.metadata;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `${name}-${child}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { toy: 'child' },
      ownerReferences: [ownerReferenceTo(owner)],
    },
    data: { value: owner.data?.value ?? '' },
  };
}
