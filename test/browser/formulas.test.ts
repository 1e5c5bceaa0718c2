import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fits, violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

const TEXT = [
  'The roots of $ax^2 + bx + c = 0$ cost $5 or $10:',
  '$$x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$$',
  'and `$code$` stays, as \\(\\frac{oops\\) does.',
  '\\[\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix} + \\sum_{i=1}^{n} \\int_0^\\infty e^{-x_i^2}\\,dx + a + b + c + d + e + f + g + h\\]',
].join('\n\n');

/** What asks for the typesetter. */
const CHUNK = /\/assets\/formulas\/[^/]+\.js$/;

describe('formulas in a browser', function () {
  this.timeout(120_000);
  const place = stage();

  for (const [theme, width, locale] of [
    ['light', 1280, 'en-US'],
    ['dark', 320, 'ar'],
  ] as const) {
    it(`are MathML, loaded with the first of them, ${theme}, ${width} px, ${locale}`, async () => {
      const ann = await Person.arrive(place.browser, place.chat, { theme, width, height: 700, locale });
      const asked: string[] = [];
      ann.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await ann.open(`/r/${theme === 'light' ? 'general' : 'quiet'}`);
      await ann.join(`Ann ${theme}`);
      const say = async (text: string): Promise<void> => {
        await ann.page.locator('message-composer textarea').fill(text);
        await ann.page.keyboard.press('Enter');
      };
      await say('**Nothing** but $5 and $10 so far.');
      await ann.log.locator('strong').waitFor();
      assert.deepEqual(
        asked.filter((path) => CHUNK.test(path)),
        [],
      );
      await say(TEXT);
      const message = ann.article('The roots of');
      await message.locator('mtable').waitFor();
      assert.equal(asked.filter((path) => CHUNK.test(path)).length, 1);
      assert.equal(await message.locator('math').count(), 3);
      const [fraction, inMathML] = await message
        .locator('mfrac')
        .first()
        .evaluate((element) => [getComputedStyle(element).direction, element.namespaceURI] as const);
      assert.deepEqual([fraction, inMathML], ['ltr', 'http://www.w3.org/1998/Math/MathML']);
      const words = await message.locator('.text').innerText();
      assert.match(words, /cost \$5 or \$10:/);
      assert.match(words, /\$code\$ stays/);
      assert.match(words, /\\\(\\frac\{oops\\\) does/, 'what is wrong is shown as it was written');
      assert.equal(await message.locator('code').innerText(), '$code$');
      await fits(ann);
      assert.deepEqual(await violations(ann), []);
      await ann.leave();
    });
  }

  it('leave lists and tables as they are: those begin and stand as they say', async () => {
    const bob = await Person.enter(place.browser, place.chat, 'Bob', 'history');
    await bob.say('3. third, $x_3$\n4. fourth\n\n| right |\n|--:|\n| $y$ |');
    const message = bob.article('third');
    await message.locator('math').nth(1).waitFor();
    assert.equal(await message.locator('ol').getAttribute('start'), '3');
    assert.match(await message.locator('td').evaluate((cell) => getComputedStyle(cell).textAlign), /right/);
    await bob.leave();
  });

  it('cannot lead anywhere, run anything or look like anything else', async () => {
    const eve = await Person.enter(place.browser, place.chat, 'Eve', 'history');
    await eve.say(
      [
        '$\\href{javascript:alert(1)}{x}$ $\\includegraphics{https://example.com/x.png}$ $\\class{jump}{y}$',
        '$\\text{<img src=x onerror=alert(1)>} = z$ $\\style{position:fixed}{w}$ $\\color{red}{v}$ $\\def\\a{\\a\\a}\\a$',
      ].join('\n'),
    );
    const message = eve.article('javascript');
    await message.locator('math').first().waitFor();
    assert.equal(await message.locator('a, img, [href], [src], [style], .jump').count(), 0);
    assert.match(await message.locator('.text').innerText(), /<img.src=x.onerror=alert\(1\)>/);
    await eve.leave();
  });

  it('stay as they were written where what typesets them does not come, and the page says so', async () => {
    const dan = await Person.arrive(place.browser, place.chat);
    dan.expectNetworkTrouble();
    await dan.page.route(CHUNK, (route) => route.abort());
    await dan.open('/r/quiet');
    await dan.join('Dan');
    await dan.say('so $x^2$ it is');
    await dan.page.getByText('A part of the page could not be loaded.').waitFor();
    assert.match(await dan.article('it is').locator('.text').innerText(), /so \$x\^2\$ it is/);
    await dan.leave();
  });
});
