/** The part of a text in which searched words stand, with each of them marked. Pure. */

export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

/** Characters before the first hit, and in all. */
const BEFORE = 40;
const LONGEST = 180;

/** The words of a question, as the server reads them. */
export function wordsOf(query: string): readonly string[] {
  return [...new Set(folded(query).split(/\s+/u))].filter((word) => word !== '');
}

export function snippet(source: string, query: string): readonly Piece[] {
  const text = source.replaceAll(/\s+/gu, ' ').trim();
  const { hay, at } = foldedWithPlaces(text);
  const marks = wordsOf(query)
    .flatMap((word) => occurrences(hay, word))
    .map(({ start, end }) => ({ start: at[start] ?? 0, end: at[end] ?? text.length }))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const from = Math.max(0, (marks[0]?.start ?? 0) - BEFORE);
  const to = Math.min(text.length, from + LONGEST);
  const pieces: Piece[] = from > 0 ? [{ text: '…', isHit: false }] : [];
  let done = from;
  for (const { start, end } of marks) {
    if (start < done || start >= to) continue;
    if (start > done) pieces.push({ text: text.slice(done, start), isHit: false });
    pieces.push({ text: text.slice(start, end), isHit: true });
    done = end;
  }
  if (done < to) pieces.push({ text: text.slice(done, to), isHit: false });
  if (to < text.length) pieces.push({ text: '…', isHit: false });
  return pieces;
}

function occurrences(hay: string, word: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let start = hay.indexOf(word); start >= 0; start = hay.indexOf(word, start + word.length)) {
    found.push({ start, end: start + word.length });
  }
  return found;
}

/** The folded text, and for each of its units (and its end) where that is in the text. */
function foldedWithPlaces(text: string): { hay: string; at: readonly number[] } {
  let hay = '';
  const at: number[] = [];
  let place = 0;
  for (const character of text) {
    const plain = folded(character);
    for (let unit = 0; unit < plain.length; unit++) at.push(place);
    hay += plain;
    place += character.length;
  }
  at.push(place);
  return { hay, at };
}

/** Letters as people compare them: without case, accents and forms that only look different. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
