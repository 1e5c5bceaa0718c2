import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { folded, wordsOf } from '../../../../runtime/rooms/search.ts';

describe('words of a search', () => {
  it('are compared without case, accents and forms that only look different', () => {
    assert.equal(folded('ÉCOLE'), folded('école'));
    assert.equal(folded('e\u0301cole'), folded('\u00e9cole'));
    assert.equal(folded('ﬁn'), 'fin');
    assert.equal(folded('مُحَمَّد'), folded('محمد'));
  });

  it('count once each, at most ten, and none of a question without any', () => {
    assert.deepEqual(wordsOf('  Two  two\tthree '), ['two', 'three']);
    assert.equal(wordsOf(Array.from({ length: 50 }, (_, n) => `w${n}`).join(' ')).length, 10);
    assert.deepEqual(wordsOf(' \u0301 '), []);
  });
});
