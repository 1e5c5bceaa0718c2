import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { tied } from './run.ts';

export interface ChildOptions {
  /** What people call it in messages. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Takes all that the program says; written on, not over. */
  readonly logFile: string;
}

/** A server process that belongs to this one: when this one ends, however it ends, it ends too. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** How it ended, with the last lines of its log; `undefined` while it runs. */
  ended(): string | undefined;
  /** Ends it with a signal and waits; SIGKILL follows after 5 s. Nothing happens when it has ended already. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** What is still to be ended when this process ends. */
const leftovers = new Set<() => void>();
process.once('exit', () => {
  for (const end of leftovers) end();
});

function lastLines(file: string): string {
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
}

/** Starts a server process. Throws when the program cannot be started at all. */
export async function startChild(options: ChildOptions): Promise<Child> {
  fs.mkdirSync(path.dirname(options.logFile), { recursive: true });
  const log = fs.openSync(options.logFile, 'a');
  const [program, args] = tied(options.program, options.args);
  // A group of its own, because some servers have processes of their own that outlive one that is killed.
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    env: options.env ?? process.env,
    detached: true,
  });
  fs.closeSync(log);
  const killGroup = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // nobody of it is left
    }
  };
  leftovers.add(killGroup);
  let end: string | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end = `ended with ${signal ?? code ?? 'unknown'}`;
      leftovers.delete(killGroup);
      killGroup();
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return {
    name: options.name,
    pid: child.pid!,
    ended: () =>
      end === undefined ? undefined : `${options.name} ${end}. Its log ends:\n${lastLines(options.logFile)}`,
    async stop(signal = 'SIGTERM') {
      if (end !== undefined) return;
      child.kill(signal);
      child.kill('SIGCONT'); // a paused process takes no other signal than SIGKILL
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Stops children one after another, the last started first. */
export async function stopAll(children: readonly Child[]): Promise<void> {
  for (const child of children.toReversed()) await child.stop();
}
