/** One measured figure: a line of `make bench`. */
export interface Figure {
  id: string;
  what: string;
  value: number;
  unit: string;
  /** What is allowed; a figure without one is there to explain others. */
  target?: number;
  /** Which side of the target is good; default `at most`. */
  good?: 'at most' | 'at least';
}

/** A part of the bench: what it measures, and how. */
export interface Part {
  /** The ids of its figures begin with one of these. */
  ids: readonly string[];
  /** What it needs beside this machine. */
  needs: 'nothing' | 'bundles';
  measure: () => Iterable<Figure> | AsyncIterable<Figure>;
}

/** Prints a figure as one JSON line. */
export function print({ id, what, value, unit, target, good = 'at most' }: Figure): void {
  const rounded = Number(value.toPrecision(4));
  const isGood = (bound: number): boolean => (good === 'at most' ? value <= bound : value >= bound);
  const judged = target === undefined ? {} : { target, ok: isGood(target) };
  console.log(JSON.stringify({ id, what, value: rounded, unit, ...judged }));
}

/** A value that the given share of the values does not pass; `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('a percentile of nothing');
  return value;
}

/** Two figures of some times in milliseconds: the middle one, and the one that 99 in 100 do not pass. */
export function* percentiles(
  id: string,
  what: string,
  times: readonly number[],
  targets?: readonly [p50: number, p99: number],
): Generator<Figure> {
  for (const [i, share] of [0.5, 0.99].entries()) {
    const target = targets?.[i];
    yield {
      id: i === 0 ? id : `${id}-p99`,
      what: `${what}, ${i === 0 ? 'p50' : 'p99'} of ${times.length}`,
      value: percentile(times, share),
      unit: 'ms',
      ...(target !== undefined && { target }),
    };
  }
}
