import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { atEnd, further, MOST_SHOWN, partOf } from '../../../ui/state/window.ts';

const items = (count: number, from = 0): { key: string }[] =>
  Array.from({ length: count }, (_, index) => ({ key: `m${from + index}` }));

describe('the shown part of a room', () => {
  it('is the newest, and moves on with new ones', () => {
    assert.deepEqual(partOf(items(50), atEnd), { start: 0, end: 50 });
    assert.deepEqual(partOf(items(1000), atEnd), { start: 800, end: 1000 });
  });

  it('goes up and comes down again to the end', () => {
    const all = items(1000);
    let shown = atEnd;
    for (let i = 0; i < 8; i++) shown = further(all, shown, 'up');
    assert.deepEqual(partOf(all, shown), { start: 0, end: 400 });
    for (let i = 0; i < 8; i++) shown = further(all, shown, 'down');
    assert.deepEqual(partOf(all, shown).end, 1000);
  });

  it('stays where it is when older ones are loaded above', () => {
    const shown = further(items(100, 100), atEnd, 'up');
    assert.deepEqual(partOf(items(200), shown), { start: 100, end: 200 });
  });

  it('falls back to the newest when its first item is gone', () => {
    assert.deepEqual(partOf(items(10), { first: 'gone' }), { start: 0, end: 10 });
  });

  it('never has more than 400, and never loses sight of everything', () => {
    const moves = fc.array(fc.constantFrom('up' as const, 'down' as const), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), moves, (count, directions) => {
        const all = items(count);
        let shown = atEnd;
        for (const direction of directions) {
          shown = further(all, shown, direction);
          const { start, end } = partOf(all, shown);
          assert.ok(end - start <= MOST_SHOWN && start >= 0 && end <= count && (count === 0 || end > start));
        }
      }),
    );
  });
});
