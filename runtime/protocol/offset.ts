/** Arithmetic of log positions; no dependency, so that a browser bundle carries nothing else along. */

/** Position before the first entry of any log. */
export const START = '0-0';

/**
 * Orders two offsets.
 * @returns negative when `a` is before `b`, 0 when equal, positive when after
 */
export function compareOffsets(a: string, b: string): number {
  const [aTime = 0, aSequence = 0] = a.split('-').map(Number);
  const [bTime = 0, bSequence = 0] = b.split('-').map(Number);
  return aTime - bTime || aSequence - bSequence;
}

export const isBefore = (a: string, b: string): boolean => compareOffsets(a, b) < 0;

/** The later of two offsets; where one is unknown, the other. */
export function laterOf(a: string | undefined, b: string): string;
export function laterOf(a: string | undefined, b: string | undefined): string | undefined;
export function laterOf(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return isBefore(a, b) ? b : a;
}
