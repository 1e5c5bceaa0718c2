import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pullWait, Waits, wakingWait } from '../../../../runtime/ai/waits.ts';
import type { PullProgress } from '../../../../runtime/report.ts';
import { testConfig } from '../../../integration/runtime/cluster.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

function progress(over: Partial<PullProgress> & { agoSeconds?: number } = {}): string {
  const { agoSeconds = 1, ...rest } = over;
  const time = new Date(now - agoSeconds * 1000).toISOString();
  const usual = { model: 'm', completedBytes: 43, totalBytes: 100, speedBytesPerSecond: 1, remainingSeconds: 57 };
  return JSON.stringify({ ...usual, time, ...rest });
}

describe('what a question waits for', () => {
  const pull = (reports: Record<string, string>, model = 'm') => pullWait(reports, model, now);

  it('is the pull of its model, by any of its names, that is furthest', () => {
    const wait = { for: 'pull', percent: 43, remainingSeconds: 57 };
    assert.deepEqual(pull({ a: progress() }), wait);
    assert.deepEqual(pull({ a: progress({ completedBytes: 3 }), b: progress() }, 'm:latest'), wait);
    assert.equal(pull({ a: progress() }, 'other'), undefined);
    assert.equal(pull({}), undefined);
  });

  it('is known from the beginning, and not done at the last byte', () => {
    const start = progress({ completedBytes: 0, totalBytes: 0, remainingSeconds: -1 });
    assert.deepEqual(pull({ a: start }), { for: 'pull', percent: 0, remainingSeconds: -1 });
    assert.equal(pull({ a: progress({ completedBytes: 100 }) })?.for, 'pull');
    assert.deepEqual(pull({ a: progress({ completedBytes: 100, agoSeconds: 300, remainingSeconds: 0 }) }), {
      for: 'pull',
      percent: 99,
      remainingSeconds: 0,
    });
  });

  it('is no pull whose puller has gone silent, and nothing that is no progress', () => {
    assert.equal(pull({ a: progress({ agoSeconds: 300 }) }), undefined);
    assert.equal(pull({ a: progress({ completedBytes: 100, agoSeconds: 3_600 }) }), undefined);
    assert.equal(pull({ a: 'not JSON', demand: '{"time":"2026-01-01T12:00:00Z"}' }), undefined);
  });

  it('is a server that is woken, with the time that took before', () => {
    assert.deepEqual(wakingWait({}), { for: 'waking' });
    const demand = JSON.stringify({ time: '2026-01-01T12:00:00Z', wakeSeconds: 12 });
    assert.deepEqual(wakingWait({ demand }), { for: 'waking', usualSeconds: 12 });
  });

  it('costs a look at the reports only where somebody waits, one for several, and survives that none can be had', async () => {
    let reads = 0;
    const reports = { read: () => ((reads += 1), Promise.reject(new Error('away'))) };
    const config = testConfig();
    const still = new Waits(config, reports);
    assert.equal(await still.of('m', 'ready'), undefined);
    assert.equal(reads, 0);
    assert.deepEqual(await Promise.all([still.of('m', 'missing'), still.of('m', 'away')]), [undefined, undefined]);
    assert.equal(reads, 1);
    const sleeper = { ...config, ollama: { ...config.ollama, scaleToZero: { idleAfterSeconds: 60 } } };
    assert.deepEqual(await new Waits(sleeper, reports).of('m', 'away'), { for: 'waking' });
    assert.equal(await new Waits(sleeper, undefined).of('m', 'missing'), undefined);
  });
});
