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
