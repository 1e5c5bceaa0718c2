import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, describe, it } from 'mocha';
import { exportSchema } from '../../runtime/protocol/rest.ts';
import { until } from '../testbed/wait.ts';
import { fits, focusedLabel, violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

/** Much, because other work may have the processor. */
const SOON = { timeout: 20_000 };

describe('searching and keeping a room', function () {
  this.timeout(120_000);
  const place = stage();
  before(async function () {
    this.timeout(120_000);
    const texts = Array.from({ length: 900 }, (_, index) => `entry number ${index}`);
    texts[20] = 'The Café on the corner opens at nine';
    await place.chat.post('history', 'Writer', texts);
    await place.chat.post('general', 'Author', ['word number 880', 'and more']);
  });

  it('finds what was said long ago, without regard to accents, and shows it among what stood around it', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann', 'history', { width: 1280 });
    await ann.text('entry number 899').waitFor();
    await ann.page.keyboard.press('Tab');
    await ann.log.focus();
    await ann.page.keyboard.press('/');
    // The panel is loaded when it is first asked for.
    const isThere = async () => (await focusedLabel(ann)) === 'Search in History';
    await until('the focus is in the search', isThere, SOON);
    await ann.page.getByText('All words have to be in the message').waitFor();
    assert.deepEqual(await violations(ann), []);
    await ann.page.keyboard.type('corner CAFE');
    const hit = ann.page.locator('search-panel').getByRole('button', { name: /Writer.*Café/ });
    await hit.waitFor();
    assert.deepEqual(await hit.locator('mark').allInnerTexts(), ['Café', 'corner']);
    assert.deepEqual(await violations(ann), []);
    await fits(ann);
    const mark = ann.page.locator('[data-found]');
    const marked = mark.waitFor({ state: 'attached' }); // it is there for a moment only
    await hit.click();
    const row = ann.article('The Café on the corner');
    await row.waitFor();
    await marked;
    await until('it is in view', async () => isWithin(await row.boundingBox(), await ann.log.boundingBox()), SOON);
    await ann.text('entry number 19').waitFor();
    await ann.text('entry number 21').waitFor();
    assert.ok((await ann.page.locator('chat-message').count()) <= 400);
    await until('the message has the focus', async () => (await focusedLabel(ann)).startsWith('Writer, '), SOON);
    await mark.waitFor({ state: 'detached' });
    // It was gone to, not chosen: what is typed now is text, no command.
    await ann.page.keyboard.type('Great, I would like that. More?');
    assert.equal(await ann.composer.inputValue(), 'Great, I would like that. More?');
    assert.equal(await ann.page.getByText('Replying to').count(), 0);
    await row.focus();
    await ann.page.keyboard.press('ArrowDown');
    await ann.page.keyboard.press('r');
    await ann.page.getByText('Replying to Writer').waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.page.getByRole('button', { name: 'Jump to newest' }).click();
    await ann.text('entry number 899').waitFor();
    await ann.page.getByRole('button', { name: 'Search in History' }).click();
    await ann.page.locator('search-panel').waitFor({ state: 'detached' });
    await ann.leave();
  });

  it('offers no way to the newest where it is in view', async () => {
    const ivo = await Person.enter(place.browser, place.chat, 'Ivo', 'general', { width: 1280 });
    await ivo.article('and more').waitFor();
    const search = ivo.page.getByRole('button', { name: 'Search in General' });
    const before = await search.boundingBox();
    await search.click();
    await ivo.page.getByRole('searchbox').fill('word');
    await ivo.page
      .locator('search-panel')
      .getByRole('button', { name: /Author/ })
      .click();
    await until('the message has the focus', async () => (await focusedLabel(ivo)).startsWith('Author, '), SOON);
    assert.equal(await ivo.page.getByRole('button', { name: 'Jump to newest' }).count(), 0);
    assert.deepEqual(await search.boundingBox(), before, 'the button stays where it was');
    await ivo.leave();
  });

  it('goes on further back, says so when there is nothing, and what went wrong', async () => {
    const bob = await Person.enter(place.browser, place.chat, 'Bob', 'history', { width: 1280 });
    await bob.page.getByRole('button', { name: 'Search in History' }).click();
    const panel = bob.page.locator('search-panel');
    const field = panel.getByRole('searchbox');
    await field.fill('number');
    await panel.getByText('20 messages in History so far, newest first').waitFor();
    await panel.getByRole('button', { name: 'Search further back' }).click();
    await panel.getByText('40 messages in History so far, newest first').waitFor();
    await field.fill('nobody said this');
    await panel.getByRole('status').filter({ hasText: 'No message in History has all of these words.' }).waitFor();
    bob.expectNetworkTrouble();
    await bob.page.route('**/search?*', (route) => route.abort());
    await field.fill('number');
    await panel.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    assert.deepEqual(await violations(bob), []);
    await bob.page.unroute('**/search?*');
    await panel.getByRole('button', { name: 'Retry' }).click();
    await panel.getByText('20 messages in History so far, newest first').waitFor();
    await bob.page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await until('the button has the focus', async () => (await focusedLabel(bob)) === 'Search in History', SOON);
    await bob.leave();
  });

  for (const theme of ['light', 'dark'] as const) {
    it(`covers a narrow page, and makes room for the message, ${theme}`, async () => {
      const cleo = await Person.enter(place.browser, place.chat, `Cleo ${theme}`, 'general', {
        ...{ width: 320, height: 640, theme },
      });
      await cleo.page.getByRole('button', { name: 'General', exact: true }).click();
      await fits(cleo);
      assert.deepEqual(await violations(cleo), []);
      await cleo.page.getByRole('button', { name: 'Search in this room' }).click();
      const panel = cleo.page.locator('search-panel');
      await panel.getByRole('searchbox').fill('number 880');
      await panel.getByRole('button', { name: /number 880/ }).waitFor();
      await fits(cleo);
      assert.deepEqual(await violations(cleo), []);
      await panel.getByRole('button', { name: /number 880/ }).click();
      await panel.waitFor({ state: 'detached' });
      await until('the message has the focus', async () => (await focusedLabel(cleo)).startsWith('Author, '), SOON);
      assert.deepEqual(await violations(cleo), []);
      await fits(cleo);
      await cleo.leave();
    });
  }

  it('names the room in which nothing was found, in every language', async () => {
    const find = async (locale: string, label: string): Promise<void> => {
      const fay = await Person.enter(place.browser, place.chat, `Fay ${locale}`, 'general', {
        ...{ width: 320, height: 640, locale },
      });
      await fay.log.focus();
      await fay.page.keyboard.press('/');
      const panel = fay.page.locator('search-panel');
      const field = panel.getByRole('searchbox', { name: label });
      await field.fill('zzz');
      await panel.getByRole('status').filter({ hasText: 'General' }).waitFor();
      await fits(fay);
      assert.deepEqual(await violations(fay), []);
      await fay.leave();
    };
    await Promise.all([
      find('en', 'Search in General'),
      find('fr', 'Chercher dans General'),
      find('ar', 'البحث في \u2068General\u2069'),
    ]);
  });

  it('keeps a room as a file, as text or as data', async () => {
    const dan = await Person.enter(place.browser, place.chat, 'Dan', 'history');
    const save = async (name: string): Promise<string> => {
      await dan.page.getByRole('button', { name: 'History', exact: true }).click();
      const [download] = await Promise.all([
        dan.page.waitForEvent('download'),
        dan.page.getByRole('link', { name }).click(),
      ]);
      return fs.readFileSync(await download.path(), 'utf8');
    };
    assert.match(await save('Save as text (Markdown)'), /^# History\n[^]*The Café on the corner/);
    const data = exportSchema.parse(JSON.parse(await save('Save as data (JSON)')));
    assert.ok(data.entries.length >= 900);
    await dan.leave();
  });

  it('tells of messages that name somebody who looks elsewhere, only when that was wanted', async () => {
    const eve = await Person.arrive(place.browser, place.chat);
    // The browser's own, with a note of each.
    await eve.page.addInitScript(() => {
      const shown: string[] = [];
      const Native = Notification;
      class Noted extends Native {
        constructor(title: string, options?: NotificationOptions) {
          super(title, options);
          shown.push(`${title}: ${options?.body ?? ''}`);
        }
      }
      Object.assign(globalThis, { Notification: Noted, shown });
    });
    await eve.page.context().grantPermissions(['notifications']);
    await eve.open('/r/quiet');
    await eve.join('Eve');
    const look = (state: 'hidden' | 'visible'): Promise<void> =>
      eve.page.evaluate((visibility) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibility });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    const shown = (): Promise<string[]> =>
      eve.page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
    await look('hidden');
    await place.chat.post('quiet', 'Max', ['@Eve before']);
    await eve.text('@Eve before').waitFor();
    await look('visible');
    assert.deepEqual(await shown(), []);
    await eve.page.getByRole('button', { name: 'Menu of Eve' }).click();
    await eve.page.getByRole('radio', { name: 'Mentions' }).check({ force: true });
    await eve.page.keyboard.press('Escape');
    await place.chat.post('quiet', 'Mo', ['@Eve in sight']);
    await eve.text('@Eve in sight').waitFor();
    await look('hidden');
    await place.chat.post('quiet', 'Mia', ['not for her', 'are you there, @eve?', 'the end']);
    await eve.text('the end').waitFor();
    assert.deepEqual(await shown(), ['Mia · Quiet: are you there, @eve?']);
    await eve.leave();
  });
});

interface Box {
  readonly y: number;
  readonly height: number;
}

function isWithin(inner: Box | null, outer: Box | null): boolean {
  return inner !== null && outer !== null && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}
