import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { canInstall, install } from './apt.ts';
import { engineAnswers } from './docker.ts';
import { cachePath, logPath } from './folders.ts';
import { goBinary } from './go-binary.ts';
import { withLock } from './lock.ts';
import { runcClamp } from './offline/programs.ts';
import { say, task } from './progress.ts';
import { findProgram } from './run.ts';
import { until } from './wait.ts';

/** `CAP_SYS_RESOURCE`, without which runc cannot start what kind asks for. */
const sysResource = 24n;

/** Whether a capability (by its number) is in the bounding set that /proc/self/status names. */
export function hasCapability(status: string, capability: bigint): boolean {
  const mask = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> capability) & 1n) === 1n;
}

const pidFile = (): string => cachePath('engine', 'dockerd.pid');

/** The process id of the dockerd that the test bed started, if it runs. */
export function ownEngine(): number | undefined {
  try {
    const pid = Number(fs.readFileSync(pidFile(), 'utf8'));
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'dockerd' ? pid : undefined;
  } catch {
    return undefined;
  }
}

function explain(words: string): string {
  return (
    `No container engine answers. ${words}\n` +
    'Start Docker, or install it: https://docs.docker.com/engine/install\n' +
    '(On Debian as root the test bed installs and starts one by itself.)'
  );
}

/** Makes sure that a container engine answers: uses one that runs, else installs and starts one where that is allowed. */
export function ensureEngine(): Promise<void> {
  return withLock('engine', async () => {
    const { isThere, words } = await engineAnswers();
    if (isThere) return;
    if (!canInstall() || process.env['DOCKER_HOST'] !== undefined) throw new Error(explain(words));
    if (findProgram('dockerd') === undefined) await install(['docker.io', 'iptables'], 'to run containers');
    if ((await engineAnswers()).isThere) return; // the package's own service started it
    await task('starting dockerd', startEngine);
  });
}

async function startEngine(): Promise<void> {
  const args: string[] = [];
  if (!hasCapability(fs.readFileSync('/proc/self/status', 'utf8'), sysResource)) {
    say('      this machine lacks CAP_SYS_RESOURCE: containers are started through runc-clamp');
    args.push('--add-runtime', `clamp=${await goBinary(runcClamp)}`, '--default-runtime', 'clamp');
  }
  const logFile = logPath('dockerd');
  fs.mkdirSync(path.dirname(pidFile()), { recursive: true });
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  const log = fs.openSync(logFile, 'w');
  const child = spawn('dockerd', args, { stdio: ['ignore', log, log], detached: true });
  fs.closeSync(log);
  let end: string | undefined;
  child.once('error', (error) => (end = error.message));
  child.once('exit', (code, signal) => (end = `it ended with ${signal ?? code ?? 'unknown'}`));
  await until('dockerd answers', async () => (await engineAnswers()).isThere, {
    timeout: 60_000,
    every: 200,
    hopeless: () =>
      end === undefined
        ? undefined
        : `${end}\n${fs.readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n')}`,
  });
  fs.writeFileSync(pidFile(), String(child.pid));
  child.unref();
}

/**
 * Stops the dockerd that the test bed started, if nobody needs it (`needed` says who, in words); one that somebody else
 * started stays. Nobody begins to use it meanwhile: that waits in `ensureEngine`.
 */
export function stopOwnEngine(needed: () => Promise<string | undefined>): Promise<void> {
  return withLock('engine', async () => {
    const pid = ownEngine();
    if (pid === undefined) return;
    const words = await needed();
    if (words !== undefined) {
      say(`The container engine goes on: ${words}.`);
      return;
    }
    await task('stopping the container engine that the test bed had started', async () => {
      process.kill(pid, 'SIGTERM');
      const options = { timeout: 60_000, every: 200 };
      await until(`dockerd (process ${pid}) has ended`, () => ownEngine() === undefined, options);
      fs.rmSync(pidFile(), { force: true });
    });
  });
}
