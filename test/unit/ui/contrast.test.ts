import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';

const css = readFileSync(new URL('../../../ui/page/page.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    { light: light!, dark: dark! },
  ]),
);

/** Relative luminance, by WCAG 2.2. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['ground', 'surface', 'sunken', 'accent-soft'];
const code = ['code-quiet', 'code-word', 'code-text', 'code-value', 'code-name'];
/** What is written on what; 4.5 for text, 3 for the edges of controls and for signs. */
const pairs: readonly (readonly [ink: string, grounds: readonly string[], least: number])[] = [
  ['ink', [...grounds, 'danger-soft'], 7],
  ['ink-soft', grounds, 4.5],
  ['accent', ['ground', 'surface', 'sunken'], 4.5],
  ['accent-strong', ['accent-soft', 'surface'], 4.5],
  ['on-accent', ['accent', 'accent-strong'], 4.5],
  ['danger', ['ground', 'surface', 'danger-soft'], 4.5],
  ['warn', ['surface', 'ground'], 3],
  ['line-strong', ['ground', 'surface'], 3],
  ...code.map((name) => [name, ['sunken'], 4.5] as const),
];

describe('the colours', () => {
  for (const theme of ['light', 'dark'] as const) {
    it(`have enough contrast, ${theme}`, () => {
      const value = (name: string): string => {
        const token = tokens.get(name);
        assert.ok(token, `page.css has no --${name}`);
        return token[theme];
      };
      const poor = pairs.flatMap(([ink, on, least]) =>
        on
          .map((ground) => ({ ground, is: contrast(value(ink), value(ground)) }))
          .filter(({ is }) => is < least)
          .map(({ ground, is }) => `${ink} on ${ground}: ${is.toFixed(2)} of ${least}`),
      );
      assert.deepEqual(poor, []);
    });
  }
});
