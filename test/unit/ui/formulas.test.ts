import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BlockStream } from '../../../ui/markdown/blocks.ts';
import { formulaAt, formulaLinesAt, texOf } from '../../../ui/markdown/formulas.ts';

/** What a text becomes: each formula as `<tex>`, or `<<tex>>` where it has lines for itself. */
function formulasIn(text: string): readonly string[] {
  const { complete, open } = new BlockStream().next(text);
  const found = (complete + open).matchAll(/<span class="formula (inline|block)">(.*?)<\/span>/gs);
  return [...found].map(([, display, raw = '']) => (display === 'block' ? `<<${texOf(raw)}>>` : `<${texOf(raw)}>`));
}

describe('formulas in Markdown', () => {
  const formulas: readonly (readonly [text: string, ...found: string[]])[] = [
    ['Let $x$ be in $\\mathbb{R}$.', '<x>', '<\\mathbb{R}>'],
    ['$a + b$, ($n-1$), $2^{10}$', '<a + b>', '<n-1>', '<2^{10}>'],
    ['energy $E = m c^2$', '<E = m c^2>'],
    ['a price of \\$5 and $x = \\$3$', '<x = \\$3>'],
    ['brackets \\(f(x)\\) and \\[y = 1\\]', '<f(x)>', '<<y = 1>>'],
    ['in the middle $$x^2$$ of a line', '<<x^2>>'],
    ['Lines:\n$$\nx\n= y\n- z\n$$\nand on', '<<\nx\n= y\n- z\n>>'],
    ['Lines:\n\n\\[\nx \\\\[2pt] y\n\\]', '<<\nx \\\\[2pt] y\n>>'],
    ['- an item with $x_1$\n\n  $$y_2$$', '<x_1>', '<<y_2>>'],
    ['| $a_1$ |\n|---|\n| $b_1$ |', '<a_1>', '<b_1>'],
    ['**Result: $x_1*y_2$**', '<x_1*y_2>'],
  ];
  for (const [text, ...found] of formulas) {
    it(`are found in ${JSON.stringify(text)}`, () => assert.deepEqual(formulasIn(text), found));
  }

  const texts = [
    'It costs $5 and $10.',
    'It costs $5 or 10$ a day, 20$ a week.',
    'US$5, A$6 and R$7; $5–$10, $5/$10, $1,$2',
    'A $100 bill, a $20 bill and a $1 coin',
    'it costs $$ and $$$, no $$$$',
    'an open $x and no more',
    'an empty $$ $$ and $ $',
    'a `$x$` in code and ``$$y$$``',
    '```tex\n$$x = y$$\n\\[z\\]\n```',
    '    $$indented = code$$',
    'echo $HOME:$PATH; $a->b($c); for ($i = 0; $i < 3; $i++)',
    'escaped \\$x\\$ and \\\\(x\\\\)',
    '$$\nx\n\ny\n$$',
    `$${'x'.repeat(1001)}$`,
  ];
  for (const text of texts) {
    it(`are not seen in ${JSON.stringify(text.slice(0, 60))}`, () => assert.deepEqual(formulasIn(text), []));
  }

  it('show nothing but their source, with nothing in it that a page would act on', () => {
    const { open } = new BlockStream().next('so $x = <img src=x onerror=alert(1)>$ is');
    assert.match(open, /<span class="formula inline">\$x = &lt;img src=x onerror=alert\(1\)&gt;\$<\/span>/);
  });

  it('are open text until they are closed', () => {
    const text = 'so $$x^2$$ is';
    const shown = Array.from(text, (_, index) => formulasIn(text.slice(0, index + 1)).length);
    assert.deepEqual(shown.indexOf(1), text.indexOf('$$ is') + 1);
  });

  it('are themselves again, however they are written', () => {
    const tex = fc.stringMatching(/^[a-z]_[0-9]\{?\}?$/);
    fc.assert(
      fc.property(tex, (source) => {
        for (const raw of [`$${source}$`, `$$${source}$$`, `\\(${source}\\)`, `\\[${source}\\]`]) {
          assert.equal(formulaAt(`${raw} and on`, ' ')?.raw, raw);
          assert.equal(texOf(raw), source);
        }
        assert.equal(formulaLinesAt(`$$\n${source}\n$$\nand on`)?.tex, `\n${source}\n`);
      }),
    );
  });

  it('are looked for in the longest message full of their beginnings, before anybody loses patience', function () {
    this.timeout(120_000);
    for (const part of ['\\(', '$$a', '$a ', '\n$$', '\\[\n', '\n$$x$$\na']) {
      assert.notEqual(new BlockStream().next(part.repeat(65_536 / part.length)).open, '');
    }
  });
});
