import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Progress } from '../../../../runtime/pull/progress.ts';
import { pullProgressSchema } from '../../../../runtime/report.ts';

describe('progress of a pull', () => {
  it('knows nothing at first', () => {
    const snapshot = pullProgressSchema.parse(new Progress('m').snapshot(1000));
    const { completedBytes, totalBytes, speedBytesPerSecond, remainingSeconds } = snapshot;
    assert.deepEqual([completedBytes, totalBytes, speedBytesPerSecond, remainingSeconds], [0, 0, 0, -1]);
  });

  it('sums up layers, so that it never goes back when a small one begins', () => {
    const progress = new Progress('m');
    progress.update({ digest: 'big', total: 1000, completed: 400 }, 1000);
    progress.update({ digest: 'big', total: 1000, completed: 1000 }, 3000);
    progress.update({ digest: 'small', total: 100, completed: 0 }, 3000);
    const { completedBytes, totalBytes, speedBytesPerSecond, remainingSeconds } = progress.snapshot(3000);
    assert.deepEqual([completedBytes, totalBytes, speedBytesPerSecond, remainingSeconds], [1000, 1100, 300, 1]);
  });

  it('has the speed of the last seconds, and none when nothing moves', () => {
    const progress = new Progress('m');
    progress.update({ digest: 'a', total: 10_000, completed: 5000 }, 0);
    for (let second = 20; second <= 30; second++) {
      progress.update({ digest: 'a', total: 10_000, completed: 5000 + (second - 20) * 10 }, second * 1000);
    }
    assert.equal(progress.snapshot(30_000).speedBytesPerSecond, 10);
    const standing = new Progress('m');
    standing.update({ digest: 'a', total: 10, completed: 5 }, 0);
    standing.update({ digest: 'a', total: 10, completed: 5 }, 5000);
    assert.deepEqual([standing.snapshot(5000).speedBytesPerSecond, standing.snapshot(5000).remainingSeconds], [0, -1]);
  });
});
