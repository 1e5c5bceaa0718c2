import assert from 'node:assert/strict';
import { mentioned } from '../../../../runtime/rooms/mentions.ts';

const PEOPLE = [
  { id: 'a', name: 'Ann' },
  { id: 'as', name: 'Ann Smith' },
  { id: 'z', name: 'Zoë (night)' },
];

describe('people whom a text names', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['Hello Ann', []],
    ['Hello @Ann', ['a']],
    ['@ann: hello', ['a']],
    ['@Ann Smith, hello', ['as']],
    ['@Ann Smith and @Ann', ['as', 'a']],
    ['@Anna is somebody else', []],
    ['write to me@Ann', []],
    ['(@Zoë (night))', ['z']],
    ['@Ann @Ann @Ann', ['a']],
  ];
  for (const [text, ids] of cases) {
    it(`are ${ids.length === 0 ? 'none' : ids.join(' and ')} in "${text}"`, () => {
      assert.deepEqual(mentioned(text, PEOPLE), ids);
    });
  }
});
