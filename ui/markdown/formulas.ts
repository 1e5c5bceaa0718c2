/**
 * Formulas in Markdown, written as TeX: between dollars, or between backslashes with brackets. Two prices in one sentence stand
 * between dollars as well, so what is between them has to look like a formula. No DOM.
 */

export interface Formula {
  /** As it was written. */
  readonly raw: string;
  /** Between the delimiters. */
  readonly tex: string;
  /** `block`: on a line of its own. */
  readonly display: 'inline' | 'block';
}

/** Longer ones are text, in UTF-16 units. */
const LONGEST = 1000;

/** One formula at the beginning; a backslash takes the next character with it, and nothing in it can be code. */
const SHAPES: readonly (readonly [shape: RegExp, display: Formula['display']])[] = [
  [new RegExp(`^\\$\\$(?!\\$)((?:[^$\`\\\\]|\\\\[^\`]){1,${LONGEST}})\\$\\$(?!\\$)`), 'block'],
  [
    new RegExp(`^\\$(?![\\s$])((?:[^$\`\\\\\\n]|\\\\[^\`\\n]){1,${LONGEST}})(?<!\\s)\\$(?![$\\p{L}\\p{N}])`, 'u'),
    'inline',
  ],
  [new RegExp(`^\\\\\\(((?:[^\`\\\\]|\\\\[^\`()]){1,${LONGEST}})\\\\\\)`), 'inline'],
  [new RegExp(`^\\\\\\[((?:[^\`\\\\]|\\\\[^\`\\]]){1,${LONGEST}})\\\\\\]`), 'block'],
];

/** The formula that a text begins with, in the middle of a line. @param before the character before it */
export function formulaAt(text: string, before: string): Formula | undefined {
  if (text.startsWith('$') && /[\p{L}\p{N}$]/u.test(before)) return undefined;
  const formula = shapeAt(text);
  return formula !== undefined && looksLikeOne(formula.tex) ? formula : undefined;
}

/** The formula that has the first lines of a text for itself. */
export function formulaLinesAt(text: string): Formula | undefined {
  const indent = /^ {0,3}(?=\$\$|\\\[)/.exec(text)?.[0];
  if (indent === undefined) return undefined;
  const formula = shapeAt(text.slice(indent.length));
  if (formula === undefined || /\n[ \t]*\n|^ {0,3}~~~/m.test(formula.tex)) return undefined;
  const rest = /^[ \t]*(?:\n|$)/.exec(text.slice(indent.length + formula.raw.length))?.[0];
  return rest === undefined ? undefined : { ...formula, raw: indent + formula.raw + rest };
}

/** Where in a paragraph the first formula with lines for itself begins; -1 without one. */
export function formulaLinesIn(text: string): number {
  for (const { 0: found, index } of text.matchAll(/\n(?: {0,3}(?:\$\$|\\\[)|[ \t]*(?=\n))/g)) {
    if (found.trim() === '') return -1;
    if (formulaLinesAt(text.slice(index + 1)) !== undefined) return index + 1;
  }
  return -1;
}

/** What {@link Formula.raw} says, for those who have only that. */
export function texOf(raw: string): string {
  const written = raw.trim();
  const width = /^\$(?!\$)/.test(written) ? 1 : 2;
  return written.slice(width, -width);
}

function shapeAt(text: string): Formula | undefined {
  for (const [shape, display] of SHAPES) {
    const found = shape.exec(text);
    if (found !== null) return { raw: found[0], tex: found[1] ?? '', display };
  }
  return undefined;
}

/** `x`, `2n+1`, `a + b` and whatever has a command, an index or an equals sign; not `5 for one and`. */
function looksLikeOne(tex: string): boolean {
  if (tex.trim() === '') return false;
  if (/[\\^_=]/.test(tex) || !/\s/.test(tex.trim())) return true;
  return /[-+*/<>|]/.test(tex) && !/\p{L}{3}/u.test(tex);
}
