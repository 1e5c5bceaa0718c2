import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { fits, focusedLabel, lowButtons, violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

const SAMPLE = [
  '# Heading\n\nText with `code`, **bold** and a [link](https://example.com/long/path).',
  '```ts\nconst value = compute(1, 2, 3); // a comment that makes this line of code really quite long\n```',
  '| one | two |\n|---|---|\n| 1 | 2 |\n\n- item\n- item\n\n> quote',
].join('\n\n');

describe('how the chat looks', function () {
  this.timeout(120_000);
  const place = stage();
  before(() => place.chat.post('general', 'Otto', ['Hello', SAMPLE, 'w'.repeat(300)]));

  for (const theme of ['light', 'dark'] as const) {
    for (const width of [320, 1280]) {
      it(`is accessible in every view, ${theme}, ${width} px`, async () => {
        const found: Record<string, string[]> = {};
        const person = await Person.arrive(place.browser, place.chat, { theme, width, height: 700 });
        const look = async (view: string): Promise<void> => {
          await fits(person);
          const problems = await violations(person);
          if (problems.length > 0) found[view] = problems;
        };
        person.expectNetworkTrouble();
        await person.open('/r/quiet');
        await person.page.getByRole('button', { name: 'Join' }).waitFor();
        await look('entry');
        await person.page.getByRole('button', { name: 'Join' }).click();
        await person.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
        await look('entry with a problem');
        await person.join(`Looker ${theme} ${width}`);
        await person.page.getByText('Say hello').waitFor();
        await look('empty room');
        await person.page.getByRole('button', { name: /^Menu of/ }).click();
        await look('menu');
        await person.page.keyboard.press('Escape');
        await person.open('/r/general');
        await person.article('wwww').waitFor();
        await person.say(`My own message, ${theme} ${width}`);
        await person.text(`My own message, ${theme} ${width}`).waitFor();
        await person.page.locator('.code').first().waitFor();
        await look('conversation');
        await person.open('/r/broken');
        await person.say('Hello?');
        await person.reply('failed').last().waitFor({ timeout: 60_000 });
        await look('failed reply');
        await person.page.context().setOffline(true);
        await person.page.route('**/api/**', (route) => route.abort());
        await person.page.context().setOffline(false);
        await person.page.reload();
        await person.page.getByRole('heading', { name: 'The chat is not reachable' }).waitFor();
        await look('not reachable');
        assert.deepEqual(found, {});
        await person.leave();
      });
    }
  }

  it('is accessible while the connection is away', async () => {
    const people = await Promise.all(
      (['light', 'dark'] as const).map((theme) =>
        Person.enter(place.browser, place.chat, `Away ${theme}`, 'quiet', { theme, width: 320, height: 640 }),
      ),
    );
    for (const person of people) person.expectNetworkTrouble();
    await place.chat.stopBackend('SIGKILL');
    try {
      for (const person of people) {
        await person.connection(/Reconnecting in \d+ s/).waitFor();
        await person.say('waits');
        await person.page.getByText('Waits for the connection').waitFor();
        await fits(person);
        assert.deepEqual(await violations(person), []);
      }
    } finally {
      await place.chat.startBackend();
    }
    for (const person of people) {
      await person.connection('Connected').waitFor({ timeout: 60_000 });
      await person.leave();
    }
  });

  for (const width of [320, 1280]) {
    it(`speaks Arabic to who does, from right to left, ${width} px`, async () => {
      const nour = await Person.arrive(place.browser, place.chat, { width, height: 700, locale: 'ar-EG' });
      await nour.open('/r/quiet');
      await nour.page.getByRole('heading', { name: 'مرحبًا بك في \u2068Test chat\u2069' }).waitFor();
      await fits(nour);
      assert.deepEqual(await violations(nour), []);
      await nour.join(`نور ${width}`);
      await nour.page.getByRole('log', { name: 'الرسائل في \u2068Quiet\u2069' }).waitFor();
      const write = nour.page.locator('message-composer textarea');
      const direction = (): Promise<string> => write.evaluate((field) => getComputedStyle(field).direction);
      assert.equal(await direction(), 'rtl', 'an empty field runs as the page does');
      for (const text of [`مرحبا ${width}`, `hello ${width}`]) {
        await write.fill(text);
        await write.press('Enter');
        await nour.article(text).waitFor();
      }
      await nour.page.getByText('اليوم', { exact: true }).waitFor();
      const [mine, column] = await Promise.all(
        [nour.article(`hello ${width}`).locator('.bubble'), nour.log].map((part) => part.boundingBox()),
      );
      assert.ok(mine!.x - column!.x < column!.width / 4, 'one’s own messages stand at the left');
      if (width === 320) await nour.page.getByRole('button', { name: 'إظهار الغرف' }).click();
      const entry = nour.page.getByRole('link', { name: 'General' });
      await entry.waitFor();
      const [mark, name] = await Promise.all(['.mark', '.title'].map((part) => entry.locator(part).boundingBox()));
      const gap = mark!.x - (name!.x + name!.width);
      assert.ok(gap >= 0 && gap < 20, `${gap} px between a Latin name and its sign`);
      await nour.page.keyboard.press('Escape');
      await nour.page.getByRole('button', { name: /^قائمة/ }).click();
      await fits(nour);
      assert.deepEqual(await violations(nour), []);
      await nour.page.getByRole('button', { name: 'اختصارات لوحة المفاتيح' }).click();
      const keys = nour.page.getByRole('dialog').locator('kbd');
      const leftOf = async (key: string): Promise<number> =>
        (await keys.getByText(key, { exact: true }).first().boundingBox())!.x;
      await keys.first().waitFor();
      assert.ok((await leftOf('Home')) > (await leftOf('End')), 'keys that do something each stand as the words do');
      const together = keys.filter({ hasText: 'Enter' }).nth(1);
      assert.ok((await leftOf('Shift')) < (await together.boundingBox())!.x, 'keys of one stroke as they are written');
      await fits(nour);
      assert.deepEqual(await violations(nour), []);
      await nour.leave();
    });
  }

  it('has room for fingers, at 320 px: whatever is pressed is high, and beside one’s own messages are their actions', async () => {
    const kim = await Person.arrive(place.browser, place.chat, { width: 320, height: 700, touch: true });
    await kim.open('/r/history');
    await kim.join('Kim');
    const actions = (text: string): Locator =>
      kim.article(text).last().getByRole('button', { name: 'Message actions' });
    const box = async (part: Locator): Promise<{ x: number; end: number }> => {
      const { x, width } = (await part.boundingBox())!;
      return { x, end: x + width };
    };
    await kim.say('A question of some length, so that what it is quoted in is wide');
    await actions('A question').tap();
    await kim.page.getByRole('menuitem', { name: 'Reply' }).tap();
    await kim.say('Yes');
    await actions('Yes').waitFor();
    const bubble = await box(kim.article('Yes').last().locator('.bubble'));
    const tools = await box(actions('Yes'));
    assert.ok(tools.end <= bubble.x && tools.end > bubble.x - 20, `actions at ${tools.end}, bubble at ${bubble.x}`);
    assert.deepEqual(await lowButtons(kim, 40), []);
    await actions('Yes').tap();
    await kim.page.getByRole('menuitem', { name: 'Delete' }).waitFor();
    assert.deepEqual(await lowButtons(kim, 40), []);
    await kim.page.getByRole('menuitem', { name: 'Delete' }).tap();
    await kim.page.getByRole('button', { name: 'Delete', exact: true }).tap();
    const gone = kim.article('This message was deleted.').locator('.bubble');
    await gone.waitFor();
    assert.equal((await box(gone)).end, bubble.end, 'what was deleted stays at its side');
    await kim.page.getByRole('button', { name: 'Menu of Kim' }).tap();
    await kim.page.getByRole('button', { name: 'Leave the chat' }).waitFor();
    assert.equal(await kim.page.getByRole('button', { name: 'Keyboard shortcuts' }).isVisible(), false);
    assert.deepEqual(await lowButtons(kim, 40), []);
    await fits(kim);
    assert.deepEqual(await violations(kim), []);
    await kim.leave();
  });

  it('keeps the text of others as wide as the page where nothing can hover', async () => {
    const pia = await Person.arrive(place.browser, place.chat, { width: 320, height: 700, touch: true });
    await pia.open('/r/general');
    await pia.join('Pia');
    const article = pia.article('wwww');
    await article.waitFor();
    const widths = await Promise.all([article, article.locator('markdown-text')].map((part) => part.boundingBox()));
    const [whole, text] = widths.map((part) => part!.x + part!.width);
    assert.equal(text, whole);
    await pia.leave();
  });

  it('speaks the language that somebody chooses, with its numbers and dates, over a reload', async () => {
    const luc = await Person.enter(place.browser, place.chat, 'Luc', 'general', { width: 1280 });
    await luc.composer.fill('brouillon');
    await luc.page.getByRole('button', { name: 'Menu of Luc' }).click();
    await luc.page.getByRole('radio', { name: 'Français' }).click({ force: true }); // the page goes
    const write = luc.page.getByRole('textbox', { name: 'Message' });
    await luc.page.getByText('Connecté', { exact: true }).waitFor();
    assert.equal(await luc.page.evaluate(() => document.documentElement.lang), 'fr');
    assert.equal(await write.inputValue(), 'brouillon');
    await luc.page.getByText('Aujourd’hui', { exact: true }).waitFor();
    await write.fill('ü'.repeat(2049));
    await luc.page.getByText(/Trop long\s: 4\s098 octets sur 4\s096\./).waitFor();
    assert.deepEqual(await violations(luc), []);
    await luc.log.focus();
    await luc.page.keyboard.press('?');
    const keys = luc.page.getByRole('dialog', { name: 'Raccourcis clavier' }).locator('kbd');
    await keys.first().waitFor();
    for (const key of ['Entrée', 'Maj', 'Début', 'Fin']) assert.ok((await keys.allInnerTexts()).includes(key), key);
    await luc.leave();
  });

  it('follows the system, and the person who chooses otherwise, over a reload', async () => {
    const ivy = await Person.enter(place.browser, place.chat, 'Ivy', 'quiet', { theme: 'dark' });
    const ground = (): Promise<string> =>
      ivy.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    assert.equal(await ground(), 'rgb(21, 20, 19)');
    await ivy.page.getByRole('button', { name: 'Menu of Ivy' }).click();
    await ivy.page.getByRole('radio', { name: 'Light' }).check({ force: true });
    assert.equal(await ground(), 'rgb(247, 246, 243)');
    await ivy.page.reload();
    await ivy.connection('Connected').waitFor();
    assert.equal(await ground(), 'rgb(247, 246, 243)');
    await ivy.leave();
  });

  it('can be used by keyboard alone', async () => {
    const jan = await Person.arrive(place.browser, place.chat);
    await jan.open('/r/quiet');
    await jan.page.getByRole('button', { name: 'Join' }).waitFor();
    const { keyboard } = jan.page;
    const focused = (): Promise<string> => focusedLabel(jan);
    await keyboard.type('Jan');
    await keyboard.press('Enter');
    await jan.connection('Connected').waitFor();
    assert.equal(await focused(), 'Message');
    await keyboard.type('typed blindly');
    await keyboard.press('Enter');
    await jan.article('typed blindly').waitFor();
    assert.equal(await focused(), 'Message');
    const reached = new Set<string>();
    for (let i = 0; i < 12; i++) {
      await keyboard.press('Shift+Tab');
      reached.add(await focused());
    }
    for (const name of ['Messages in Quiet', 'Menu of Jan']) {
      assert.ok(reached.has(name), `${name} not in ${[...reached].join(' | ')}`);
    }
    while ((await focused()) !== 'Menu of Jan') await keyboard.press('Tab');
    await keyboard.press('Enter');
    await jan.page.getByRole('button', { name: 'Leave the chat' }).waitFor();
    await keyboard.press('Escape');
    await jan.page.getByRole('button', { name: 'Leave the chat' }).waitFor({ state: 'hidden' });
    await jan.log.focus();
    await keyboard.press('ArrowUp');
    assert.match(await focused(), /^You, /);
    const newest = await focused();
    await keyboard.press('Home');
    await keyboard.press('End');
    assert.equal(await focused(), newest);
    await keyboard.press('?');
    const sheet = jan.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.waitFor();
    assert.equal(await sheet.evaluate(({ scrollTop }) => scrollTop), 0);
    assert.deepEqual(await violations(jan), []);
    await keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    assert.equal(await focused(), newest);
    await jan.composer.press('?');
    assert.equal(await jan.composer.inputValue(), '?');
    assert.equal(await sheet.isVisible(), false);
    await jan.leave();
  });
});
