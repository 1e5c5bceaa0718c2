import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { repository } from './folders.ts';

export interface ShowOptions {
  /** Milliseconds after which it is killed. */
  readonly limit: number;
  readonly env?: NodeJS.ProcessEnv;
  /** The file that takes what it prints; default: our own screen. */
  readonly output?: string | undefined;
}

const running = new Set<number>();

/**
 * Runs a command of the project; resolves with its exit code, or with words where it has none. A group of its own, so that
 * its end reaches what it started.
 */
export function show(command: readonly string[], { limit, env, output }: ShowOptions): Promise<number | string> {
  const [program, ...args] = command;
  const target = output === undefined ? 'inherit' : fs.openSync(output, 'w');
  const colours = output !== undefined && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(program!, args, {
    cwd: repository,
    stdio: ['ignore', target, target],
    env: { ...process.env, ...colours, ...env },
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  return new Promise((resolve) => {
    const timer = setTimeout(() => endGroup(pid, 'SIGKILL'), limit);
    const done = (end: number | string): void => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      if (typeof target === 'number') fs.closeSync(target);
      resolve(end);
    };
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(code ?? signal ?? 'unknown'));
  });
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // it has ended meanwhile
  }
}

/** Ends all that runs. */
export function endAll(signal: NodeJS.Signals): void {
  for (const pid of running) endGroup(pid, signal);
}
