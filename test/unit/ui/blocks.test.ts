import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BlockStream } from '../../../ui/markdown/blocks.ts';
import { languageOf } from '../../../ui/markdown/highlight.ts';

/** What stands on the screen after a text came in parts. */
function streamed(parts: readonly string[]): string {
  const stream = new BlockStream();
  let [complete, open, text] = ['', '', ''];
  for (const part of parts) {
    text += part;
    const step = stream.next(text);
    complete = (step.restart ? '' : complete) + step.complete;
    open = step.open;
  }
  return complete + open;
}

const sample = [
  '# Heading\n\nA paragraph with *emphasis*,\nover two lines.\n\n',
  '- one\n- two\n\n  still two\n\n1. first\n2. second\n\n',
  '```ts\nconst a = 1;\n\nconst b = 2;\n```\n\nTitle\n---\n\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n\n    indented\n\n<b>html</b> & more\n\n',
  'So $x_1$ is\n$$\ny\n= z\n$$\nand \\[\nw\n\\]\n\nend of it all\n',
].join('');

describe('Markdown in blocks', () => {
  it('shows the same however the text is cut', () => {
    const whole = streamed([sample]);
    assert.equal(streamed(sample.split('')), whole);
    fc.assert(
      fc.property(fc.array(fc.nat(sample.length), { maxLength: 30 }), (cuts) => {
        const ends = [...new Set([...cuts, sample.length])].sort((a, b) => a - b);
        const parts = ends.map((end, index) => sample.slice(ends[index - 1] ?? 0, end));
        assert.equal(streamed(parts), whole);
      }),
    );
  });

  it('shows the same for any blocks in any order', () => {
    const block = fc.constantFrom(
      'text',
      '# h',
      '- a\n- b',
      '1. a',
      '```\nx\n\ny\n```',
      '> q',
      'a\n---',
      '***',
      '| a |\n|-|\n| 1 |',
      '<i>x',
      '    code',
      '$$\nx\n- y\n$$',
      '$$',
      '\\[x\\]',
      'a $x_1$ b',
    );
    const gap = fc.constantFrom('\n', '\n\n', '\n\n\n', '\r\n\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(block, gap), { maxLength: 8 }), (blocks) => {
        const text = blocks.flat().join('');
        assert.equal(streamed(text.split('')), streamed([text]));
      }),
      { numRuns: 500 },
    );
  });

  it('does not parse again what is complete', () => {
    const stream = new BlockStream();
    stream.next('first\n\nsecond, which');
    const step = stream.next('first\n\nsecond, which grows');
    assert.equal(step.complete, '');
    assert.equal(step.open, '<p>second, which grows</p>\n');
  });

  it('begins anew when the text is another one', () => {
    const stream = new BlockStream();
    stream.next('first\n\nsecond, which');
    assert.equal(stream.next('else').restart, true);
  });

  it('shows HTML as it was written, and no image', () => {
    const html = streamed([
      '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> and ![cat](https://example.com/c.png "t")',
    ]);
    assert.ok(!/<(?:script|img)/.test(html), html);
    assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    assert.match(html, /<a href="https:\/\/example\.com\/c\.png">Image: cat<\/a>/);
  });

  it('lets a language name nothing but a class', () => {
    assert.match(streamed(['```js"><img src=x>\nx\n```']), /<pre><code class="language-js">x<\/code><\/pre>/);
  });

  it('parses again only the last block of a long text, at every step', () => {
    const text = sample.repeat(Math.ceil(16_384 / sample.length)).slice(0, 16_384);
    const stream = new BlockStream();
    let longest = 0;
    for (let end = 16; end <= text.length; end += 16) {
      longest = Math.max(longest, stream.next(text.slice(0, end)).open.length);
    }
    assert.ok(longest < 2 * sample.length, `${longest} characters of HTML were made anew in one step`);
  });
});

describe('code in Markdown', () => {
  it('is closed when its fence is, not before', () => {
    const closed = (text: string): boolean => new BlockStream().next(text).openIsClosed;
    assert.deepEqual(
      ['```ts\nlet a', '```ts\nlet a\n``', '```ts\nlet a\n```', '```ts\nlet a\n```\n', 'text', '    indented'].map(
        closed,
      ),
      [false, false, true, true, false, false],
    );
  });

  it('is complete then, also where text follows without an empty line, and keeps its colours', () => {
    const stream = new BlockStream();
    const step = stream.next('```ts\nconst a = 1;\n```\nThis is a constant');
    assert.match(step.complete, /^<pre><code class="language-ts">const a = 1;<\/code><\/pre>\s*$/);
    assert.equal(stream.next('```ts\nconst a = 1;\n```\nThis is a constant.').complete, '');
  });

  it('has its language found by the names that people use', () => {
    assert.deepEqual(['TS', 'py', 'c++', 'constructor', 'nonsense', ''].map(languageOf), [
      ...['typescript', 'python', 'cpp', undefined, undefined, undefined],
    ]);
  });
});
