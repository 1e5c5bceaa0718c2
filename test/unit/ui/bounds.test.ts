import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BlockStream } from '../../../ui/markdown/blocks.ts';

const shown = (text: string): string => {
  const { complete, open } = new BlockStream().next(text);
  return complete + open;
};
const count = (html: string, tag: string): number => html.split(`<${tag}>`).length - 1;
/** What is read of it. */
const text = (html: string): string => html.replaceAll(/<[^>]*>/g, '').replaceAll('&gt;', '>');

describe('Markdown that is made to keep pages busy', () => {
  for (const part of ['*a$', '_a$', '**a$', '*a[', '*a\\(', '*a<b ', '*_', '*a _b ']) {
    it(`is text, without emphasis: ${part} over and over`, () => {
      const html = shown(part.repeat(Math.floor(8192 / part.length)));
      assert.equal(count(html, 'em') + count(html, 'strong'), 0);
      assert.ok(text(html).startsWith(part.slice(0, 2)), html.slice(0, 60));
    });
  }

  for (const part of ['> ', '>', '+ ', '1. ', '> - ', '1) > ']) {
    it(`opens few quotes and lists within one another: ${part} over and over`, () => {
      for (const before of ['', 'text\n\n', '> quote\n']) {
        const html = shown(before + part.repeat(Math.floor(8192 / part.length)));
        const opened = count(html, 'blockquote') + count(html, 'ul') + count(html, 'ol');
        assert.ok(opened < 64, `${opened} of them`);
        assert.ok(text(html).includes(part.repeat(2)), 'the rest stands there as text');
      }
    });
  }

  it('takes nothing from what people write', () => {
    const paragraph = shown(Array.from({ length: 70 }, (_, n) => `*${n}* and **${n}**`).join(', '));
    assert.equal(count(paragraph, 'em'), 70);
    assert.equal(count(paragraph, 'strong'), 70);
    const paragraphs = shown(Array.from({ length: 500 }, (_, n) => `*${n}*`).join('\n\n'));
    assert.equal(count(paragraphs, 'em'), 500, 'each has its own count');
    assert.equal(count(shown('> > > > a'), 'blockquote'), 4);
    assert.equal(count(shown('- - a\n    - b'), 'ul'), 3);
    assert.match(shown('- '.repeat(40)), /<hr>/);
  });
});
