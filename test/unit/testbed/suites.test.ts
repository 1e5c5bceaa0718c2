import assert from 'node:assert/strict';
import fs from 'node:fs';
import { repository } from '../../testbed/folders.ts';
import { jobs, judge, merged, total, unit } from '../../testbed/suites.ts';

describe('what a suite came to', () => {
  it('is its counts when all went as it should', () => {
    assert.deepEqual(judge('unit', { passed: 7, failed: 0 }, 0, 5), { name: 'unit', passed: 7, failed: 0, time: 5 });
    assert.equal(judge('unit', { passed: 7, failed: 2 }, 2, 5).failed, 2);
  });

  it('is a failure when it ran no test', () => {
    assert.equal(judge('unit', { passed: 0, failed: 0 }, 0, 5).failed, 1);
  });

  it('is a failure when its process ended before it could count', () => {
    const { failed, words } = judge('unit', undefined, 'SIGKILL', 5);
    assert.equal(failed, 1);
    assert.match(words ?? '', /SIGKILL/);
  });

  it('is a failure when its process failed after the last test', () => {
    assert.equal(judge('unit', { passed: 3, failed: 0 }, 1, 5).failed, 1);
  });

  it('is summed over all suites in the last line', () => {
    assert.equal(
      total([
        { passed: 3, failed: 0 },
        { passed: 4, failed: 1 },
      ]),
      '7 passed, 1 failed',
    );
  });

  it('is the sum of its parts, with the words of each', () => {
    const parts = [
      { name: 'integration', passed: 3, failed: 0, time: 5 },
      { name: 'integration', passed: 0, failed: 1, time: 7, words: 'it has no tests' },
    ];
    const whole = { name: 'integration', passed: 3, failed: 1, time: 12, words: 'it has no tests' };
    assert.deepEqual(merged('integration', parts), whole);
  });
});

describe('the parts of all suites', () => {
  it('have every test once', () => {
    const patterns = [unit, ...jobs].flatMap(({ files }) => files);
    const run = patterns.flatMap((pattern) => fs.globSync(pattern, { cwd: repository }));
    assert.deepEqual(run.sort(), fs.globSync('test/**/*.test.ts', { cwd: repository }).sort());
  });
});
