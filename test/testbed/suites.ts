/** What a suite came to. */
export interface SuiteResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly time: number;
  /** Why the suite as a whole counts as failed, if it does. */
  readonly words?: string;
}

/** What a suite's process wrote when it was done. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** A command that is passed or failed as a whole. */
export interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** Mocha tests that run in one process. */
export interface Job {
  readonly suite: 'unit' | 'integration' | 'browser' | 'e2e';
  /** Which part of the suite, where it has several. */
  readonly part?: string;
  readonly files: readonly string[];
  /** Milliseconds after which its process is ended and counts as failed. */
  readonly limit: number;
}

const minute = 60_000;

export const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['eslint', '-c', 'config/eslint.config.js', '.'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'generated files', command: ['npm', 'run', '--silent', 'check:generated'] },
];

/** Quick, and before all others: what fails here need not be waited for. */
export const unit: Job = { suite: 'unit', files: ['test/unit/**/*.test.ts'], limit: 10 * minute };

/**
 * In the order in which they begin, the long ones first: lanes then end at about the same time. Files of one part share what
 * they start. The limits leave room for a first build of everything.
 */
export const jobs: readonly Job[] = [
  { suite: 'e2e', files: ['test/e2e/*.test.ts'], limit: 90 * minute },
  part('reliability', 'test/integration/operator/reliability/*.test.ts'),
  part('operator', 'test/integration/operator/*.test.ts'),
  part('runtime', 'test/integration/runtime/*.test.ts'),
  part('kube', 'test/integration/kube/*.test.ts', 'test/integration/testbed/*.test.ts'),
  { suite: 'browser', files: ['test/browser/*.test.ts'], limit: 30 * minute },
];

function part(name: string, ...files: string[]): Job {
  return { suite: 'integration', part: name, files, limit: 40 * minute };
}

/** What to call a job. */
export function titleOf({ suite, part: name }: Job): string {
  return name === undefined ? suite : `${suite}, ${name}`;
}

/** A suite of the results of its parts. */
export function merged(name: string, parts: readonly SuiteResult[]): SuiteResult {
  const sum = (of: (part: SuiteResult) => number): number => parts.reduce((all, one) => all + of(one), 0);
  const words = parts.flatMap((each) => each.words ?? []).join('; ');
  return {
    name,
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    time: sum(({ time }) => time),
    ...(words !== '' && { words }),
  };
}

/**
 * What a mocha suite came to: its counts, plus one failure for what counts cannot say (a process that ended before it had
 * written them or with an error although no test failed, or a suite without tests).
 */
export function judge(name: string, counts: Counts | undefined, end: number | string, time: number): SuiteResult {
  if (counts === undefined) return { name, passed: 0, failed: 1, time, words: `its process ended early (${end})` };
  const { passed, failed } = counts;
  if (passed + failed === 0) return { name, passed, failed: 1, time, words: 'it has no tests' };
  if (failed === 0 && end !== 0) return { name, passed, failed: 1, time, words: `its process ended with ${end}` };
  return { name, passed, failed, time };
}

/** The last line of all: the sum over all suites. */
export function total(results: readonly Counts[]): string {
  const sum = (of: (counts: Counts) => number): number => results.reduce((all, one) => all + of(one), 0);
  return `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`;
}
