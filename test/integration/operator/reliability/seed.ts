/** What is drawn at random in these tests, and how to have the same again or more of it. */

/** The same in each run, so that what turns red was turned red by a change; `RELIABILITY_SEED` draws anew. */
export const SEED = Number(process.env['RELIABILITY_SEED'] ?? 823_294);

/** `RELIABILITY=all` tries everything instead of a sample. */
export const ALL = process.env['RELIABILITY'] === 'all';

/** For the titles of tests. */
export const REPEAT = `RELIABILITY_SEED=${SEED}`;

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of the values, drawn at random; all of them with `RELIABILITY=all`. Their order is kept. */
export function sample<T>(values: readonly T[], count: number, random: () => number): T[] {
  if (ALL) return [...values];
  const drawn = values.map((_value, at) => ({ at, rank: random() })).sort((a, b) => a.rank - b.rank);
  const kept = new Set(drawn.slice(0, count).map(({ at }) => at));
  return values.filter((_value, at) => kept.has(at));
}
