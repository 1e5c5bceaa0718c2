import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { beforeEach, describe, it } from 'mocha';
import type { KubeObject } from '../../../../operator/kube/object.ts';
import { Store, type Change } from '../../../../operator/kube/store.ts';

const object = (name: string, resourceVersion: string, uid = name, owner?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: 'n',
    uid,
    resourceVersion,
    ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'v1', kind: 'Owner', name: 'o', uid: owner }] }),
  },
});

const told = (changes: Change<KubeObject>[]): string[] =>
  changes.map((change) => `${change.type} ${(change.type === 'deleted' ? change.old : change.new).metadata.uid}`);

describe('store', () => {
  let store: Store<KubeObject>;
  beforeEach(() => {
    store = new Store({ index: ({ metadata }) => Object.values(metadata.labels ?? {}) });
  });

  it('never goes back by a watch, but believes a list', () => {
    store.put(object('a', '100'));
    assert.deepEqual(store.put(object('a', '99')), []);
    assert.deepEqual(store.remove(object('a', '99')), []);
    assert.deepEqual(told(store.replace([object('a', '9')], false)), ['updated a']);
    assert.equal(store.get('n/a')?.metadata.resourceVersion, '9');
  });

  it('takes another UID under one name for two objects', () => {
    store.put(object('a', '1', 'old'));
    assert.deepEqual(told(store.put(object('a', '2', 'new'))), ['deleted old', 'added new']);
    assert.deepEqual(store.remove(object('a', '1', 'old')), [], 'the end of the old one comes late');
    assert.equal(store.size, 1);
  });

  it('finds out from a list what came, changed and went, and only that is news', () => {
    store.replace([object('same', '1'), object('changes', '1'), object('goes', '1'), object('again', '1', 'u1')], true);
    const list = [object('same', '1'), object('changes', '2'), object('comes', '3'), object('again', '4', 'u2')];
    assert.deepEqual(told(store.replace(list, false)), [
      'updated changes',
      'added comes',
      'deleted u1',
      'added u2',
      'deleted goes',
    ]);
    assert.equal(store.size, 4);
  });

  it('finds objects by owner and by its own index, through every change', () => {
    const names = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name);
    const labelled = (name: string, resourceVersion: string, label: string): KubeObject => {
      const plain = object(name, resourceVersion, name, 'o1');
      return { ...plain, metadata: { ...plain.metadata, labels: { a: label } } };
    };
    store.put(labelled('a', '1', 'x'));
    store.put(object('b', '1', 'b', 'o1'));
    assert.deepEqual(names(store.ownedBy('o1')), ['a', 'b']);
    assert.deepEqual(names(store.indexedBy('x')), ['a']);
    store.put(labelled('a', '2', 'y'));
    store.put(object('b', '2', 'b', 'o2'));
    assert.deepEqual([names(store.ownedBy('o1')), names(store.ownedBy('o2'))], [['a'], ['b']]);
    assert.deepEqual([names(store.indexedBy('x')), names(store.indexedBy('y'))], [[], ['a']]);
    store.remove(labelled('a', '3', 'y'));
    assert.deepEqual([names(store.ownedBy('o1')), names(store.indexedBy('y'))], [[], []]);
  });

  it('prepares an object of a page once, and takes it in as it is', () => {
    const prepared = store.prepare(object('a', '1'));
    assert.ok(Object.isFrozen(prepared.metadata));
    store.replace([prepared], true);
    assert.equal(store.get('n/a'), prepared);
  });

  it('keeps objects in the form that takes least memory', () => {
    setFlagsFromString('--allow-natives-syntax');
    const isCompact = runInThisContext('(object) => %HasFastProperties(object)') as (object: unknown) => boolean;
    const managedFields = [{ manager: 'm', operation: 'Apply', fieldsV1: {} }];
    const { metadata, ...rest } = object('a', '1', 'a', 'o');
    const full = { ...metadata, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z', labels: {}, managedFields };
    const kept = store.prepare(JSON.parse(JSON.stringify({ ...rest, metadata: full })) as KubeObject);
    assert.deepEqual([isCompact(kept), isCompact(kept.metadata)], [true, true]);
  });

  it('keeps objects that nobody can change, trimmed and without managedFields', () => {
    const trimming = new Store<KubeObject & { big?: string }>({
      trim: (each) => {
        delete each.big;
        return each;
      },
    });
    const metadata = {
      ...object('a', '1').metadata,
      managedFields: [{ manager: 'm', operation: 'Apply', fieldsV1: {} }],
    };
    trimming.put({ ...object('a', '1'), big: 'x', metadata });
    const kept = trimming.get('n/a');
    assert.deepEqual(Object.keys(kept ?? {}), ['apiVersion', 'kind', 'metadata']);
    assert.ok(!('managedFields' in (kept?.metadata ?? {})));
    assert.throws(() => {
      if (kept !== undefined) kept.metadata.name = 'b';
    }, TypeError);
  });
});
