import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../operator/kube/object.ts';
import { missingOf, referenceAnnotation, wordsOf, type Resolved } from '../../../../operator/resources/resolved.ts';
import { chatApp } from '../chatapp.ts';

const holding = (kind: string, data: Record<string, string>): KubeObject & { data: Record<string, string> } => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x' },
  data,
});

const secret = (data: Record<string, string> | undefined, more: Partial<Resolved> = {}): Resolved => ({
  kind: 'Secret',
  name: 'tokens',
  key: 'a',
  optional: false,
  field: 'backend.podTemplate.env[A]',
  component: 'backend',
  object: data && holding('Secret', data),
  ...more,
});

describe('resolved references', () => {
  it('are missing without their object or key, unless pods start without; not to be seen is missing too', () => {
    const cases: [Resolved, 'missing' | 'there'][] = [
      [secret({ a: 'x' }), 'there'],
      [secret({ a: '' }), 'there'],
      [secret({ b: 'x' }), 'missing'],
      [secret(undefined), 'missing'],
      [secret(undefined, { optional: true }), 'there'],
      [secret({ b: 'x' }, { optional: true }), 'there'],
      [secret(undefined, { optional: true, error: '403' }), 'missing'],
      [secret({}, { key: undefined }), 'there'],
    ];
    for (const [reference, expected] of cases) {
      assert.equal(missingOf([reference]).length, expected === 'missing' ? 1 : 0, JSON.stringify(reference));
    }
  });

  it('say what is missing and what to do', () => {
    assert.equal(
      wordsOf(secret(undefined)),
      'backend.podTemplate.env[A] needs key a of Secret tokens, which does not exist: create it, or change backend.podTemplate.env[A]',
    );
    assert.match(wordsOf(secret({})), /which has no such key: add the key, or change/);
    assert.match(wordsOf(secret(undefined, { error: '403 Forbidden' })), /which cannot be read: 403 Forbidden$/);
    const claim = secret(undefined, { kind: 'PersistentVolumeClaim', name: 'data', key: undefined, field: 'f' });
    assert.equal(wordsOf(claim), 'f needs PersistentVolumeClaim data, which does not exist: create it, or change f');
  });

  it('have a fingerprint by component: of the values used and nothing else', () => {
    const of = (...references: Resolved[]) => referenceAnnotation(chatApp(), references, 'backend');
    const base = of(secret({ a: '1' }));
    assert.match(base?.['chatapp.dev/reference-hash'] ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(of(secret({ a: '1', b: '2' })), base, 'another key');
    assert.deepEqual(of(secret({ a: '1' }), secret({ a: '1' }, { field: 'elsewhere' })), base, 'the same value twice');
    assert.notDeepEqual(of(secret({ a: '2' })), base);
    assert.notDeepEqual(of(secret({ a: '1' }, { kind: 'ConfigMap' })), base);
    const both = [secret({ a: '1' }), secret({ b: '1' }, { key: 'b' })];
    assert.deepEqual(of(...both), of(...both.toReversed()), 'their order');
    assert.notDeepEqual(of(secret(undefined, { optional: true })), of(secret({ a: '' }, { optional: true })));
    assert.equal(of(secret({ a: '1' }, { component: 'redis' })), undefined);
    assert.equal(of(secret({}, { key: undefined })), undefined);
  });
});
