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

/** A folder of mocha tests. */
export interface MochaSuite {
  readonly name: 'unit' | 'integration' | 'browser' | 'e2e';
  /** Milliseconds after which the suite is ended and counts as failed. */
  readonly limit: number;
}

const minute = 60_000;

export const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['eslint', '-c', 'config/eslint.config.js', '.'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'generated files', command: ['npm', 'run', '--silent', 'check:generated'] },
];

/** In the order in which they run: the quick ones first. The limits leave room for a first build of everything. */
export const mochaSuites: readonly MochaSuite[] = [
  { name: 'unit', limit: 10 * minute },
  { name: 'integration', limit: 40 * minute },
  { name: 'browser', limit: 30 * minute },
  { name: 'e2e', limit: 90 * minute },
];

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
