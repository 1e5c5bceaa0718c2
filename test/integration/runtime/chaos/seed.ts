/** What a chaos run draws its faults from. Faults are the same for the same seed; how they meet with the work is not. */
import { randomOf } from '../../operator/reliability/seed.ts';

/** Another one each time, since a run that went well once says little about the next; it is printed with the test. */
export const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
/** How long faults happen; the end of the run, when all must arrive, comes on top. */
export const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 30);

export interface Dice {
  /** In [0, 1). */
  next(): number;
  /** In [from, to), whole. */
  between(from: number, to: number): number;
  of<T>(choices: readonly [T, ...T[]]): T;
}

export function diceOf(seed: number): Dice {
  const next = randomOf(seed);
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from));
  return { next, between, of: (choices) => choices[between(0, choices.length)] ?? choices[0] };
}
