/**
 * Runs the suites named (default: all), each in processes of its own, on after one that fails; says what each came to. The
 * last line is their sum, and the exit code is not 0 when anything failed. LANES=1: one after another, words as they come.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { duration, say } from './progress.ts';
import { endAll, show } from './suite-process.ts';
import {
  checks,
  jobs,
  judge,
  merged,
  titleOf,
  total,
  unit,
  type Counts,
  type Job,
  type SuiteResult,
} from './suites.ts';

const SUITES = ['check', 'unit', 'integration', 'browser', 'e2e'];
/** What is under way is said so often, in milliseconds. */
const SAY_EVERY = 60_000;

const title = (words: string): void => console.log(`\n=== ${words} ===`);

/** How many jobs run side by side: most of their time they wait for something. */
const LANES = Number(process.env['LANES'] ?? 2);

async function runChecks(): Promise<SuiteResult> {
  title('check');
  const started = performance.now();
  let passed = 0;
  for (const { name, command } of checks) {
    const end = await show(command, { limit: 10 * 60_000 });
    console.log(`  ${end === 0 ? '✔' : '✘'} ${name}`);
    if (end === 0) passed++;
  }
  return { name: 'check', passed, failed: checks.length - passed, time: performance.now() - started };
}

/** Runs one job. `output`: the file that takes its words; else they are shown as they come. */
async function runJob({ suite, files, limit }: Job, folder: string, output?: string): Promise<SuiteResult> {
  const started = performance.now();
  const result = path.join(fs.mkdtempSync(path.join(folder, 'job-')), 'result.json');
  const command = ['mocha', '--reporter', 'test/testbed/suite-reporter.ts', '--exit', ...files];
  const end = await show(command, { limit, env: { SUITE_RESULT: result }, output });
  const counts = fs.existsSync(result) ? (JSON.parse(fs.readFileSync(result, 'utf8')) as Counts) : undefined;
  return judge(suite, counts, end, performance.now() - started);
}

/** Runs jobs in lanes; the words of each are shown together when it has ended. */
async function runJobs(wanted: readonly Job[], folder: string): Promise<SuiteResult[]> {
  const lanes = Math.min(LANES, wanted.length);
  const results: SuiteResult[] = [];
  const waiting = [...wanted];
  const underWay = new Map<Job, number>();
  const lane = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      underWay.set(job, performance.now());
      const output = lanes === 1 ? undefined : path.join(folder, `${titleOf(job)}.log`);
      if (output === undefined) title(titleOf(job));
      else say(`${titleOf(job)} ...`);
      results.push(await runJob(job, folder, output));
      underWay.delete(job);
      if (output === undefined) continue;
      title(titleOf(job));
      process.stdout.write(fs.readFileSync(output, 'utf8'));
    }
  };
  const reminder = setInterval(() => {
    const each = [...underWay].map(([job, since]) => `${titleOf(job)} (${duration(performance.now() - since)})`);
    if (lanes > 1) say(`still at it: ${each.join(', ')}`);
  }, SAY_EVERY);
  await Promise.all(Array.from({ length: lanes }, lane));
  clearInterval(reminder);
  return results;
}

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !SUITES.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(', ')}. There are: ${SUITES.join(', ')}.`);
    process.exit(2);
  }
  if (!Number.isInteger(LANES) || LANES < 1) {
    console.error(`LANES=${process.env['LANES']} is no number of lanes: 1, 2 or 3.`);
    process.exit(2);
  }
  const isWanted = (name: string): boolean => names.length === 0 || names.includes(name);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-suites-'));
  const started = performance.now();
  const results: SuiteResult[] = [];
  if (isWanted('check')) results.push(await runChecks());
  if (isWanted('unit')) results.push(...(await runJobs([unit], folder)));
  const wanted = jobs.filter(({ suite }) => isWanted(suite));
  if (wanted.length > 0) results.push(...(await runJobs(wanted, folder)));
  fs.rmSync(folder, { recursive: true, force: true });

  title(`all suites, in ${duration(performance.now() - started)}`);
  const sums = SUITES.filter(isWanted).map((suite) =>
    merged(
      suite,
      results.filter(({ name }) => name === suite),
    ),
  );
  for (const { name, passed, failed, time, words } of sums) {
    const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`;
    console.log(`  ${name.padEnd(12)} ${counts}   ${duration(time)}${words === undefined ? '' : `   ${words}`}`);
  }
  console.log(total(sums));
  process.exitCode = sums.some(({ failed }) => failed > 0) ? 1 : 0;
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    endAll('SIGTERM');
    process.exit(code);
  });
}
await main(process.argv.slice(2));
