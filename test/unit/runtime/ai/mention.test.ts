import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isAddressed } from '../../../../runtime/ai/mention.ts';

const CASES: readonly [text: string, addressed: boolean][] = [
  ['@Assistant hello', true],
  ['hello @assistant', true],
  ['(@Assistant) hello', true],
  ['Assistant, what is this?', true],
  ['  assistant: help', true],
  ['my assistant said so', false],
  ['the Assistant, they say, is kind', false],
  ['write to me@assistant please', false],
  ['@AssistantManager hello', false],
  ['', false],
];

describe('mention', () => {
  for (const [text, addressed] of CASES) {
    it(`${addressed ? 'is' : 'is not'} in "${text}"`, () => {
      assert.equal(isAddressed(text, 'Assistant'), addressed);
    });
  }

  it('takes a name as it is written, whatever its letters', () => {
    assert.equal(isAddressed('@Ms. Zoë+ hi', 'Ms. Zoë+'), true);
    assert.equal(isAddressed('@MsX Zoë+ hi', 'Ms. Zoë+'), false);
  });
});
