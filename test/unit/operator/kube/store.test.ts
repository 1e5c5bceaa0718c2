import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { KubeObject } from '../../../../operator/kube/object.ts';
import { foldManagedFields, ownershipOf } from '../../../../operator/kube/ownership.ts';
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

/** What a whole list brings. */
function replace(store: Store<KubeObject>, objects: readonly KubeObject[], initial: boolean): Change<KubeObject>[] {
  const listing = store.listing(initial);
  return [...listing.take(objects), ...listing.end()];
}

describe('store', () => {
  let store: Store<KubeObject>;
  beforeEach(() => {
    store = new Store({ index: ({ metadata }) => Object.values(metadata.labels ?? {}) });
  });

  it('never goes back by a watch, but believes a list', () => {
    store.put(object('a', '100'));
    assert.deepEqual(store.put(object('a', '99')), []);
    assert.deepEqual(store.remove(object('a', '99')), []);
    assert.deepEqual(told(replace(store, [object('a', '9')], false)), ['updated a']);
    assert.equal(store.get('n/a')?.metadata.resourceVersion, '9');
  });

  it('takes another UID under one name for two objects', () => {
    store.put(object('a', '1', 'old'));
    assert.deepEqual(told(store.put(object('a', '2', 'new'))), ['deleted old', 'added new']);
    assert.deepEqual(store.remove(object('a', '1', 'old')), [], 'the end of the old one comes late');
    assert.equal(store.size, 1);
  });

  it('finds out from a list what came, changed and went, and only that is news', () => {
    replace(
      store,
      [object('same', '1'), object('changes', '1'), object('goes', '1'), object('again', '1', 'u1')],
      true,
    );
    const list = [object('same', '1'), object('changes', '2'), object('comes', '3'), object('again', '4', 'u2')];
    assert.deepEqual(told(replace(store, list, false)), [
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

  it('takes in a list page by page; one that ends early has taken nothing away', () => {
    replace(store, [object('a', '1'), object('b', '1'), object('c', '1')], true);
    const early = store.listing(false);
    assert.deepEqual(told(early.take([object('a', '2'), object('d', '2')])), ['updated a', 'added d']);
    assert.equal(store.size, 4);
    const whole = store.listing(false);
    assert.deepEqual(told(whole.take([object('a', '2')])), []);
    assert.deepEqual(told(whole.take([object('b', '3')])), ['updated b']);
    assert.deepEqual(told(whole.end()), ['deleted c', 'deleted d']);
    assert.deepEqual(told(early.end()), ['deleted b'], 'and says nothing of what went meanwhile');
  });

  it('keeps objects, whatever sort they are of, as they were, long after they were last used', () => {
    const text = (i: number): string => `${'"\\n\u2028\ud800 – 你好'.repeat(i % 7)}${i}`;
    const made = (i: number): KubeObject => {
      const managedFields = [{ manager: `m${i % 3}`, operation: 'Apply', fieldsV1: {} }];
      const { metadata, ...rest } = object(`o${i}`, String(i), `u${i}`, `owner${i % 10}`);
      const labels = { sort: String(i % 4), text: text(i) };
      const more = { data: { [text(i)]: [i, null, true, { a: {} }] } };
      return { ...rest, ...more, metadata: { ...metadata, labels, ...(i % 2 === 0 && { managedFields }) } };
    };
    const sorted = new Store<KubeObject>({ kinOf: ({ metadata }) => metadata.labels?.sort ?? '' });
    const all = Array.from({ length: 1_500 }, (_, i) => i);
    for (const i of all) sorted.put(made(i));
    for (const i of all) {
      const [kept, wanted] = [sorted.get(`n/o${i}`)!, foldManagedFields(made(i))];
      assert.deepEqual(kept, wanted);
      assert.equal(ownershipOf(kept), ownershipOf(wanted));
      assert.ok(Object.isFrozen(kept) && Object.isFrozen(kept.metadata.labels));
    }
    assert.equal(sorted.ownedBy('owner3').length, 150);
    assert.deepEqual(told(sorted.put(object('o0', '9999', 'u0'))), ['updated u0']);
    assert.deepEqual(told(sorted.remove(object('o1', '9999', 'u1'))), ['deleted u1']);
    assert.deepEqual([sorted.ownedBy('owner0').length, sorted.ownedBy('owner1').length], [149, 149]);
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
