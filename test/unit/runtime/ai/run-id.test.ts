import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withTag } from '../../../../runtime/ai/models.ts';
import { firstRun, nextRun, questionOf } from '../../../../runtime/ai/run-id.ts';
import { runIdSchema } from '../../../../runtime/protocol/entries.ts';

describe('run ids', () => {
  const longest = `${'9'.repeat(16)}-${'9'.repeat(10)}`;

  it('follow from the message, differ by room and attempt, and are run ids of the protocol', () => {
    const ids = [
      firstRun('general', '5-0'),
      firstRun('other', '5-0'),
      firstRun('general', '5-1'),
      firstRun('x', longest),
    ];
    ids.push(nextRun('general', ids[0]!)!, nextRun('general', nextRun('general', ids[0]!)!)!);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) runIdSchema.parse(id);
    assert.equal(firstRun('general', '5-0'), ids[0]);
  });

  it('say what they answer', () => {
    const first = firstRun('general', '5-7');
    assert.equal(questionOf('general', nextRun('general', first)!), '5-7');
    assert.equal(questionOf('other', first), undefined);
    assert.equal(questionOf('general', first.replace('5-7', 'a-b')), undefined);
  });

  it('of one room are not those of another', () => {
    assert.equal(nextRun('other', firstRun('general', '5-0')), undefined);
    assert.equal(nextRun('general', 'made-up-id'), undefined);
  });
});

describe('model names', () => {
  for (const [name, whole] of [
    ['tinyllama', 'tinyllama:latest'],
    ['tinyllama:1b', 'tinyllama:1b'],
    ['host:5000/library/model', 'host:5000/library/model:latest'],
    ['host:5000/library/model:x', 'host:5000/library/model:x'],
  ] as const) {
    it(`${name} is ${whole}`, () => {
      assert.equal(withTag(name), whole);
    });
  }
});
