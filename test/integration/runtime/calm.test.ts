/** A process that had much to do and is calm then. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, it } from 'mocha';

const PROGRAM = path.join(import.meta.dirname, 'calm-program.ts');

describe('a process that becomes calm', function () {
  this.timeout(120_000);

  it('gives back the memory that it does not need any more', async () => {
    const child = fork(PROGRAM);
    try {
      for (;;) {
        const [{ most, now }] = (await once(child, 'message')) as [{ most: number; now: number }];
        assert.ok(most > 30e6, `only ${most} bytes were in use`);
        if (now < most / 2) break;
      }
    } finally {
      child.kill('SIGKILL');
    }
  });
});
