/** First strong isolate and its end: https://unicode.org/reports/tr9/#Explicit_Directional_Isolates */
const [ISOLATE, END] = ['\u2068', '\u2069'];

/** A name within a sentence of the other direction: it runs as it runs by itself, with all of its signs. */
export function isolated(name: string): string {
  return `${ISOLATE}${name}${END}`;
}
