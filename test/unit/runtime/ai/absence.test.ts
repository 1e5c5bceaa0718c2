import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Absence } from '../../../../runtime/ai/absence.ts';

type Look = [second: number, servers: 'up' | 'away', isWaitedFor: boolean];

const SEEN: [what: string, looks: Look[], awaySeconds: number, wakeSeconds: number | undefined][] = [
  ['servers that answer', [[0, 'up', true]], 0, undefined],
  [
    'a sleep that nobody breaks',
    [
      [0, 'away', false],
      [50, 'away', false],
    ],
    50,
    undefined,
  ],
  [
    'a sleep that ends by itself',
    [
      [0, 'away', false],
      [50, 'up', false],
    ],
    0,
    undefined,
  ],
  [
    'a question that wakes one',
    [
      [0, 'away', false],
      [50, 'away', true],
      [55, 'away', true],
      [62, 'up', true],
    ],
    0,
    12,
  ],
  [
    'a question that was given up',
    [
      [0, 'away', true],
      [60, 'away', false],
      [9_000, 'up', false],
    ],
    0,
    undefined,
  ],
  [
    'a later question',
    [
      [0, 'away', true],
      [60, 'away', false],
      [9_000, 'away', true],
      [9_007, 'up', true],
    ],
    0,
    7,
  ],
  [
    'the sleep after',
    [
      [0, 'away', true],
      [9, 'up', true],
      [50, 'away', false],
      [60, 'away', false],
    ],
    10,
    9,
  ],
];

describe('what is seen of the absence of model servers', () => {
  for (const [what, looks, awaySeconds, wakeSeconds] of SEEN) {
    it(`${what}: ${awaySeconds} s away, woken in ${wakeSeconds ?? '?'} s`, () => {
      const absence = new Absence();
      for (const [second, servers, isWaitedFor] of looks) absence.see(second * 1000, servers, isWaitedFor);
      assert.equal(absence.awayMs(looks.at(-1)![0] * 1000), awaySeconds * 1000);
      assert.equal(absence.wakeSeconds, wakeSeconds);
    });
  }
});
