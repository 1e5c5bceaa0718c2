/** One measured figure: a line of `make bench`. */
export interface Figure {
  id: string;
  what: string;
  value: number;
  unit: string;
  /** The most that is allowed; a figure without one is a baseline. */
  target?: number;
}

/** Prints a figure as one JSON line. */
export function print({ id, what, value, unit, target }: Figure): void {
  const rounded = Number(value.toPrecision(4));
  const judged = target === undefined ? {} : { target, ok: value <= target };
  console.log(JSON.stringify({ id, what, value: rounded, unit, ...judged }));
}

/** A value that the given share of the values does not pass; `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('a percentile of nothing');
  return value;
}
