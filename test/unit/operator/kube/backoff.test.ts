import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Backoff, backoffDelay } from '../../../../operator/kube/backoff.ts';

describe('backoff', () => {
  it('doubles from the first wait to the longest, also after very many attempts', () => {
    const options = { initialMs: 100, maxMs: 30_000, jitter: 0 };
    assert.deepEqual(
      [0, 1, 2, 8, 9, 5_000].map((attempt) => backoffDelay(attempt, options)),
      [100, 200, 400, 25_600, 30_000, 30_000],
    );
  });

  it('adds a random share, and never passes the longest wait', () => {
    const options = { initialMs: 100, maxMs: 1_000, jitter: 0.5, random: () => 0.5 };
    assert.equal(backoffDelay(0, options), 125);
    assert.equal(backoffDelay(20, options), 1_000);
  });

  it('begins anew when it is told that things work', () => {
    const backoff = new Backoff({ initialMs: 1, maxMs: 10, jitter: 0 });
    assert.deepEqual([backoff.next(), backoff.next(), backoff.next()], [1, 2, 4]);
    backoff.reset();
    assert.equal(backoff.next(), 1);
  });
});
