import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Fifo } from '../../../../operator/kube/fifo.ts';

describe('fifo', () => {
  it('does what a plain list does, whatever the order of operations', () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), key: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant('remove' as const), key: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant('shift' as const), key: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const fifo = new Fifo();
        let list: string[] = [];
        operations.forEach(({ kind, key }, at) => {
          const name = String(key);
          if (kind === 'push' && !list.includes(name)) {
            fifo.push(name, at);
            list.push(name);
          } else if (kind === 'remove') {
            fifo.remove(name);
            list = list.filter((each) => each !== name);
          } else if (kind === 'shift') {
            assert.equal(fifo.shift()?.key, list.shift());
          }
          assert.equal(fifo.size, list.length);
          assert.equal(fifo.firstSince === undefined, list.length === 0);
        });
      }),
    );
  });

  it('keeps no room for what has left', () => {
    const fifo = new Fifo();
    for (let i = 0; i < 100_000; i++) {
      fifo.push(`k${i}`, i);
      if (i >= 10) assert.equal(fifo.shift()?.key, `k${i - 10}`);
    }
    assert.equal(fifo.size, 10);
  });
});
