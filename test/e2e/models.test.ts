import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { ensureKubectl } from '../testbed/tools.ts';
import { chatField, kubeconfigPath, kubectl, kubectlAttempt, READY, registryRate, smallChat } from './cluster.ts';

const MODEL = 'smollm2:135m';
const MEBIBYTE = 2 ** 20;

/** Lines that `kubectl get chat -w` prints until it is stopped. */
async function watchChat(namespace: string, work: () => Promise<void>): Promise<string[]> {
  const args = ['--kubeconfig', kubeconfigPath(), '-n', namespace, 'get', 'chat', '-w'];
  const child = spawn(await ensureKubectl(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await work();
  } finally {
    child.kill();
    await ended;
  }
  return printed.trim().split('\n');
}

describe('models', function () {
  this.timeout(5 * 60_000);

  it('shows the percent of a pull in `kubectl get chat -w`, and then Ready', async () => {
    await registryRate(10 * MEBIBYTE);
    await smallChat('slow', [{ name: MODEL }]);
    const lines = await watchChat('slow', async () => {
      await chatField('slow', 'slow', '.status.phase', /^Ready$/, 3 * 60_000);
    });
    await registryRate(0);
    const percents = new Set(lines.flatMap((line) => /0\/1 ([0-9]+) %/.exec(line)?.[1] ?? []));
    assert.ok(percents.size >= 3, `percents seen: ${[...percents].join(' ')}\n${lines.join('\n')}`);
    assert.match(lines.at(-1)!, /True +Ready +1\/1 +1\/1/);
    await kubectl('delete', 'namespace', 'slow', '--wait=false');
  });

  it('says NotFound of a model that does not exist within a minute, while people chat', async () => {
    const began = Date.now();
    await smallChat('wrong', [{ name: 'no-such-model' }]);
    await chatField('wrong', 'wrong', '.status.modelsSummary', /NotFound/, 90_000);
    const seconds = (Date.now() - began) / 1_000;
    assert.ok(seconds < 60, `it took ${seconds} s`);
    await chatField('wrong', 'wrong', READY, /^True$/);
    const { stdout } = await kubectlAttempt('-n', 'wrong', 'describe', 'chat', 'wrong');
    assert.match(stdout, /no-such-model/);
    assert.match(stdout, /ModelFailed/);
    await kubectl('delete', 'namespace', 'wrong', '--wait=false');
  });
});
