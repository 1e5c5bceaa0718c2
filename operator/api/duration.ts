const SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/**
 * Reads a duration of the API, such as `1h30m`.
 * @returns seconds
 * @throws RangeError when the text is no duration; the schema lets none such through
 */
export function seconds(text: string): number {
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (match === null || text === '') throw new RangeError(`not a duration: ${JSON.stringify(text)}`);
  const [, d = 0, h = 0, m = 0, s = 0] = match;
  return Number(d) * SECONDS.d + Number(h) * SECONDS.h + Number(m) * SECONDS.m + Number(s) * SECONDS.s;
}
