import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { duration } from './progress.ts';

export interface RunOptions {
  /** Milliseconds after which the command is ended and counts as failed. */
  readonly timeout: number;
  readonly cwd?: string;
  /** The whole environment of the command; default: ours. */
  readonly env?: NodeJS.ProcessEnv;
  /** What the command reads from its standard input; default: nothing. */
  readonly input?: string;
  /** A file that takes all the command says; what it says is then not kept in memory, and `stdout` stays empty. */
  readonly logFile?: string;
}

export interface Outcome {
  /** The exit code, or what else ended the command. */
  readonly end: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The words of a command that failed: the last lines it said, else how it ended. */
export class CommandError extends Error {
  readonly outcome: Outcome;

  constructor(command: string, args: readonly string[], outcome: Outcome, logFile: string | undefined) {
    const said = (outcome.stderr.trim() || outcome.stdout.trim()).split('\n').slice(-20).join('\n  ');
    const log = logFile === undefined ? '' : ` (all it said: ${logFile})`;
    super(`${[command, ...args].join(' ')}\n  ended with ${outcome.end}${log}${said === '' ? '' : `:\n  ${said}`}`);
    this.name = 'CommandError';
    this.outcome = outcome;
  }
}

function tail(file: string): string {
  return fs.readFileSync(file, 'utf8').slice(-4000);
}

/**
 * A command that the kernel ends should this process end, even by SIGKILL: nothing that was begun goes on behind the back of
 * the next run. Where there is no setpriv it is the command as it stands.
 */
export function tied(command: string, args: readonly string[]): readonly [program: string, args: readonly string[]] {
  const program = command.includes('/') ? command : findProgram(command);
  if (program === undefined) throw new Error(`${command} is not installed (it is not in PATH).`);
  const setpriv = findProgram('setpriv');
  return setpriv === undefined ? [program, args] : [setpriv, ['--pdeathsig', 'KILL', program, ...args]];
}

/** Runs a command to its end, whatever that is. Throws only when it cannot be started. */
export async function attempt(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  let log: number | undefined;
  if (options.logFile !== undefined) {
    fs.mkdirSync(path.dirname(options.logFile), { recursive: true });
    log = fs.openSync(options.logFile, 'w');
  }
  try {
    // A group of its own, so that the time-out reaches what the command itself started.
    const [program, programArgs] = tied(command, args);
    const child = spawn(program, programArgs, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', log ?? 'pipe', log ?? 'pipe'],
      detached: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (data: Buffer) => stdout.push(data));
    child.stderr?.on('data', (data: Buffer) => stderr.push(data));
    child.stdin?.on('error', () => undefined); // a command that ends before it has read all says so itself
    child.stdin?.end(options.input);
    const endGroup = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it has ended meanwhile
      }
    };
    const state = { isLate: false };
    const timer = setTimeout(() => {
      state.isLate = true;
      endGroup();
    }, options.timeout);
    process.once('exit', endGroup);
    try {
      const end = await new Promise<number | string>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
      });
      return {
        end: state.isLate ? `a time-out after ${duration(options.timeout)}` : end,
        stdout: Buffer.concat(stdout).toString(),
        stderr: options.logFile === undefined ? Buffer.concat(stderr).toString() : tail(options.logFile),
      };
    } finally {
      clearTimeout(timer);
      process.off('exit', endGroup);
    }
  } finally {
    if (log !== undefined) fs.closeSync(log);
  }
}

/** Runs a command and returns its standard output. Throws `CommandError` with its own words when it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const outcome = await attempt(command, args, options);
  if (outcome.end !== 0) throw new CommandError(command, args, outcome, options.logFile);
  return outcome.stdout;
}

/** The full path of a program that PATH (or one of the folders given) has, else `undefined`. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  for (const folder of [...folders, ...(process.env['PATH'] ?? '').split(path.delimiter)]) {
    if (folder === '') continue;
    const file = path.join(folder, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (fs.statSync(file).isFile()) return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}
