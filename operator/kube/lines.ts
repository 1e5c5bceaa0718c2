import { StringDecoder } from 'node:string_decoder';
import { TransportError } from './errors.ts';

/**
 * Cuts a stream of bytes into lines, without their newline; empty lines are left out. Throws TransportError when the
 * stream ends within a line: half an object must not be taken for a whole one.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const pieces = decoder.write(chunk).split('\n');
    for (let i = 0; i < pieces.length - 1; i++) {
      const line = parts.join('') + (pieces[i] ?? '');
      parts = [];
      if (line !== '') yield line;
    }
    const rest = pieces.at(-1) ?? '';
    if (rest !== '') parts.push(rest);
  }
  if (parts.length > 0) throw new TransportError('the stream ended in the middle of a line', 'TRUNCATED');
}
