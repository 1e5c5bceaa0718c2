import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DemandFacts } from '../../../../runtime/ai/demand.ts';
import { dueDemand } from '../../../../runtime/ai/demand.ts';

const at = (seconds: number): number => Date.parse('2026-01-01T12:00:00Z') + seconds * 1000;
const time = (seconds: number): string => new Date(at(seconds)).toISOString();

/** A quarter of these 40 s is how far behind a report may be. */
function facts(over: Partial<DemandFacts>): DemandFacts {
  const usual = { now: at(100), lastDemand: 0, told: { time: time(0) }, toldAt: at(0) };
  return { ...usual, idleAfterSeconds: 40, wakeSeconds: undefined, ...over };
}

describe('demand', () => {
  it('is told first of all, whether or not anybody asked', () => {
    assert.deepEqual(dueDemand(facts({ told: undefined })), { time: time(100) });
  });

  it('is not told again while nobody asks', () => {
    assert.equal(dueDemand(facts({})), undefined);
    assert.equal(dueDemand(facts({ lastDemand: at(0) })), undefined);
  });

  it('is told at once after a pause, and then at most four times in the time after which servers sleep', () => {
    assert.deepEqual(dueDemand(facts({ lastDemand: at(100) })), { time: time(100) });
    const lively = Array.from({ length: 60 }, (_, second) => 100 + second);
    let told = { time: time(0) };
    let toldAt = at(0);
    const writes: number[] = [];
    for (const second of lively) {
      const report = dueDemand(facts({ now: at(second), lastDemand: at(second), told, toldAt }));
      if (report === undefined) continue;
      [told, toldAt] = [report, at(second)];
      writes.push(second);
    }
    assert.deepEqual(writes, [100, 110, 120, 130, 140, 150]);
  });

  it('ends with the time at which somebody last asked', () => {
    const before = { lastDemand: at(95), told: { time: time(90) }, toldAt: at(90) };
    assert.equal(dueDemand(facts({ ...before, now: at(99) })), undefined);
    assert.deepEqual(dueDemand(facts({ ...before, now: at(100) })), { time: time(95) });
  });

  it('never goes back, and keeps the time that it takes to wake', () => {
    const told = { time: time(90), wakeSeconds: 7 };
    assert.equal(dueDemand(facts({ lastDemand: at(80), told, toldAt: 0 })), undefined);
    assert.deepEqual(dueDemand(facts({ lastDemand: at(95), told, toldAt: 0 })), { time: time(95), wakeSeconds: 7 });
    assert.deepEqual(dueDemand(facts({ told, toldAt: 0, wakeSeconds: 9 })), { time: time(90), wakeSeconds: 9 });
  });
});
