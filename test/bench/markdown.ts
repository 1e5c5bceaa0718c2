/** How long a long reply keeps the main thread busy, as it streams: parsing alone, without the DOM. */
import { BlockStream } from '../../ui/markdown/blocks.ts';
import { percentile, type Figure } from './figure.ts';

const ROUNDS = 10;
const LENGTH = 16_384;
const PARTS = 1_000;

const block = [
  '## Heading\n\nA paragraph with *emphasis*, `code` and a [link](https://example.org),\nover two lines.\n\n',
  '- one\n- two\n\n```ts\nconst a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n\n',
].join('');

/** A reply with something of everything, so many characters long. */
export function longReply(length: number): string {
  return block.repeat(Math.ceil(length / block.length)).slice(0, length);
}

/** Milliseconds for all parts, and for the slowest of them. */
function parseOnce(text: string): { all: number; slowest: number } {
  const stream = new BlockStream();
  let all = 0;
  let slowest = 0;
  for (let part = 1; part <= PARTS; part += 1) {
    const began = performance.now();
    stream.next(text.slice(0, Math.round((part / PARTS) * text.length)));
    const took = performance.now() - began;
    all += took;
    slowest = Math.max(slowest, took);
  }
  return { all, slowest };
}

export function* markdownFigures(): Generator<Figure> {
  const text = longReply(LENGTH);
  parseOnce(text);
  const rounds = Array.from({ length: ROUNDS }, () => parseOnce(text));
  const all = rounds.map((round) => round.all);
  const slowest = rounds.map((round) => round.slowest);
  const what = `parse a reply of 16 KB that comes in ${PARTS} parts, median`;
  yield { id: 'U2', what, value: percentile(all, 0.5), unit: 'ms', target: 150 };
  yield {
    id: 'U2-task',
    what: 'the slowest part of it, median',
    value: percentile(slowest, 0.5),
    unit: 'ms',
    target: 50,
  };
}
