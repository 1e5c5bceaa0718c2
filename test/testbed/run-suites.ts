/**
 * Runs the suites named (default: all), each in a process of its own, on after one that fails; says what each came to. The
 * last line is their sum, and the exit code is not 0 when anything failed.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repository } from './folders.ts';
import { duration } from './progress.ts';
import {
  checks,
  judge,
  mochaSuites,
  total,
  type Check,
  type Counts,
  type MochaSuite,
  type SuiteResult,
} from './suites.ts';

const title = (words: string): void => console.log(`\n=== ${words} ===`);

let running: number | undefined;

/** Runs a command on our own screen. A group of its own, so that its time limit reaches what it started. */
function show(command: readonly string[], limit: number, env: NodeJS.ProcessEnv = {}): Promise<number | string> {
  const [program, ...args] = command;
  const child = spawn(program!, args, {
    cwd: repository,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    detached: true,
  });
  running = child.pid;
  return new Promise((resolve) => {
    const timer = setTimeout(() => endGroup('SIGKILL'), limit);
    const done = (end: number | string): void => {
      clearTimeout(timer);
      running = undefined;
      resolve(end);
    };
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(code ?? signal ?? 'unknown'));
  });
}

function endGroup(signal: NodeJS.Signals): void {
  if (running === undefined) return;
  try {
    process.kill(-running, signal);
  } catch {
    // it has ended meanwhile
  }
}

async function runChecks(all: readonly Check[]): Promise<SuiteResult> {
  title('check');
  const started = performance.now();
  let passed = 0;
  for (const { name, command } of all) {
    const end = await show(command, 10 * 60_000);
    console.log(`  ${end === 0 ? '✔' : '✘'} ${name}`);
    if (end === 0) passed++;
  }
  return { name: 'check', passed, failed: all.length - passed, time: performance.now() - started };
}

async function runMocha({ name, limit }: MochaSuite): Promise<SuiteResult> {
  title(name);
  const started = performance.now();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-suite-'));
  const result = path.join(folder, 'result.json');
  const command = ['mocha', '--reporter', 'test/testbed/suite-reporter.ts', '--exit', `test/${name}/**/*.test.ts`];
  const end = await show(command, limit, { SUITE_RESULT: result });
  let counts: Counts | undefined;
  if (fs.existsSync(result)) counts = JSON.parse(fs.readFileSync(result, 'utf8')) as Counts;
  fs.rmSync(folder, { recursive: true, force: true });
  return judge(name, counts, end, performance.now() - started);
}

async function main(names: readonly string[]): Promise<void> {
  const all = ['check', ...mochaSuites.map(({ name }) => name)];
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
    process.exit(2);
  }
  const isWanted = (name: string): boolean => names.length === 0 || names.includes(name);
  const results: SuiteResult[] = [];
  if (isWanted('check')) results.push(await runChecks(checks));
  for (const suite of mochaSuites) if (isWanted(suite.name)) results.push(await runMocha(suite));

  title('all suites');
  for (const { name, passed, failed, time, words } of results) {
    const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`;
    console.log(`  ${name.padEnd(12)} ${counts}   ${duration(time)}${words === undefined ? '' : `   ${words}`}`);
  }
  console.log(total(results));
  process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    endGroup('SIGTERM');
    process.exit(code);
  });
}
await main(process.argv.slice(2));
