import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../../operator/kube/object.ts';
import { ownershipOf, withOwnership } from '../../../../operator/kube/ownership.ts';
import { Packer } from '../../../../operator/kube/packed.ts';
import { Warm } from '../../../../operator/kube/warm.ts';
import { children } from '../../../../operator/resources/children.ts';
import { chatApp, context } from '../chatapp.ts';

type Any = KubeObject & { readonly json?: unknown };

const kinOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name.replaceAll(/\d/g, '')}`;

describe('packed objects', () => {
  it('are what they were, whatever came before them', () => {
    const packer = new Packer<Any>(({ kind }) => kind);
    const any = fc.record({ json: fc.jsonValue(), kind: fc.constantFrom('A', 'B'), ownership: fc.base64String() });
    fc.assert(
      fc.property(any, ({ json, kind, ownership }) => {
        const object: Any = { apiVersion: 'v1', kind, metadata: { name: 'a' }, json: JSON.parse(JSON.stringify(json)) };
        const marked = ownership === '' ? object : withOwnership(object, ownership);
        const unpacked = packer.unpack(packer.pack(marked));
        assert.deepEqual(unpacked, marked);
        assert.equal(ownershipOf(unpacked), ownershipOf(marked));
      }),
      { numRuns: 500 },
    );
  });

  it('take little when there are others like them', () => {
    const packer = new Packer<KubeObject>(kinOf);
    const made = (i: number) => {
      const { metadata, ...chat } = chatApp({}, `chat${i}`);
      const own = { ...metadata, namespace: `n${i}`, uid: crypto.randomUUID() };
      return children({ ...chat, metadata: own }, context).flat();
    };
    const sizes = [1, 2, 3].map((i) => made(i).map(({ object }) => packer.pack(object).bytes.length));
    assert.ok(Math.max(...sizes[2]!) < 400, `the largest of ${sizes[2]!.join(', ')} bytes`);
  });

  it('can be read although the sample of their kin is another one by now, of which there are few', () => {
    const packer = new Packer<Any>(() => '');
    const random = () => Array.from({ length: 50 }, () => crypto.randomUUID());
    const objects = Array.from({ length: 40 }, () => {
      const object: Any = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, json: random() };
      return { object, packed: packer.pack(object) };
    });
    for (const { object, packed } of objects) assert.deepEqual(packer.unpack(packed), object);
    assert.ok(new Set(objects.map(({ packed }) => packed.sample)).size <= 8);
  });
});

describe('warm things', () => {
  it('are cooled in the order in which they came, once there are too many', () => {
    const warm = new Warm(2);
    const cooled: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) warm.add({ cool: () => cooled.push(name) });
    assert.deepEqual(cooled, ['a', 'b']);
  });
});
