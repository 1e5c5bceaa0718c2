import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { candidates, names, queryAt, withName } from '../../../ui/state/mention.ts';

const people = ['Ann', 'Ánna Berg', 'Bob', 'Bernd Anders'].map((name) => ({ id: name, name }));

describe('a name after an @', () => {
  it('is what stands between the @ and the caret', () => {
    assert.deepEqual(queryAt('Hi @an', 6), { start: 3, end: 6, words: 'an' });
    assert.deepEqual(queryAt('@', 1), { start: 0, end: 1, words: '' });
    assert.deepEqual(queryAt('@Anna Be and more', 8), { start: 0, end: 8, words: 'Anna Be' });
  });

  it('is none in an address, behind a space, on another line, or where no @ is', () => {
    for (const text of ['me@example', 'Hi @ an', '@an\nb', 'plain', `@${'x'.repeat(60)}`]) {
      assert.equal(queryAt(text, text.length), undefined, text);
    }
    assert.equal(queryAt('Hi', 0), undefined);
  });

  it('offers those whose name begins so, then those with such a word in it', () => {
    const offered = (words: string): string[] =>
      candidates({ start: 0, end: 0, words }, people).map(({ name }) => name);
    assert.deepEqual(offered('an'), ['Ann', 'Ánna Berg', 'Bernd Anders']);
    assert.deepEqual(offered('BER'), ['Bernd Anders', 'Ánna Berg']);
    assert.deepEqual(offered('zz'), []);
  });

  it('takes the place of what was written, with one space behind it', () => {
    const text = 'Hi @an there';
    assert.deepEqual(withName(text, { start: 3, end: 6, words: 'an' }, 'Ann'), { text: 'Hi @Ann there', caret: 8 });
    assert.deepEqual(withName('@', { start: 0, end: 1, words: '' }, 'Ann'), { text: '@Ann ', caret: 5 });
  });

  it('names somebody only as a whole', () => {
    assert.ok(names('ask @ANN, please', 'Ann'));
    assert.ok(names('(@C++)', 'C++'));
    assert.equal(names('@Anna', 'Ann'), false);
    assert.equal(names('x@Ann', 'Ann'), false);
    assert.equal(names('Ann', 'Ann'), false);
  });
});
