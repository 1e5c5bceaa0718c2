import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startChild } from '../../testbed/child.ts';
import { attempt, run } from '../../testbed/run.ts';
import { until } from '../../testbed/wait.ts';

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !fs.readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '); // a zombie has ended
  } catch {
    return false;
  }
}

describe('commands', () => {
  it('that fail say so in their own words', async () => {
    await assert.rejects(
      run('sh', ['-c', 'echo no such thing >&2; exit 3'], { timeout: 5000 }),
      /^CommandError: sh -c .*\n {2}ended with 3:\n {2}no such thing$/,
    );
  });

  it('read what they are given and give back what they print', async () => {
    assert.equal(await run('cat', [], { timeout: 5000, input: 'words' }), 'words');
  });

  it('that are not installed are named', async () => {
    await assert.rejects(run('no-such-program', [], { timeout: 5000 }), /no-such-program is not installed/);
  });

  it('end at their time limit, and what they had started too', async () => {
    const { end, stdout } = await attempt('sh', ['-c', 'sleep 1000 & echo $!; wait'], { timeout: 300 });
    assert.match(String(end), /a time-out after 0\.3 s/);
    await until('the grandchild is gone', () => !isRunning(Number(stdout)), { timeout: 5000 });
  });
});

describe('servers', () => {
  it('stop when asked, also when they were paused', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-child-test-'));
    const logFile = path.join(folder, 'log');
    const child = await startChild({ name: 'sleeper', program: 'sleep', args: ['1000'], logFile });
    process.kill(child.pid, 'SIGSTOP');
    await child.stop();
    assert.equal(isRunning(child.pid), false);
    assert.match(child.ended() ?? '', /^sleeper ended with SIGTERM/);
    fs.rmSync(folder, { recursive: true });
  });

  it('end with the process that started them, even when that is killed', async function () {
    this.timeout(30_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-child-test-'));
    const owner = fork(path.join(import.meta.dirname, 'child-owner.ts'), [folder], { stdio: 'inherit' });
    const pid = await new Promise<number>((resolve) => owner.once('message', (message) => resolve(Number(message))));
    // Tied to its owner by a program that then becomes the one asked for.
    const began = () => fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'sleep';
    await until('the child is at work', began, { timeout: 10_000 });
    owner.kill('SIGKILL');
    await until('the child is gone', () => !isRunning(pid), { timeout: 10_000 });
    fs.rmSync(folder, { recursive: true });
  });
});

describe('waiting', () => {
  it('ends with the last error when the time is over', async () => {
    const fails = () => Promise.reject(new Error('still closed'));
    await assert.rejects(
      until('the door is open', fails, { timeout: 60, every: 10 }),
      /the door is open.*still closed/,
    );
  });

  it('ends at once when it has become hopeless', async () => {
    const started = performance.now();
    const options = { timeout: 60_000, hopeless: () => 'it is a wall' };
    await assert.rejects(
      until('the door is open', () => false, options),
      /it is a wall/,
    );
    assert.ok(performance.now() - started < 5000);
  });
});
