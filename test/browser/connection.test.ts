import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { until } from '../testbed/wait.ts';
import { violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

describe('a browser whose backend goes and comes', function () {
  this.timeout(120_000);
  const place = stage();
  afterEach(async () => {
    await place.chat.stopBackend('SIGKILL');
    await place.chat.startBackend();
  });

  it('says so in words, and has lost and doubled nothing when it is back', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann', 'general');
    const bob = await Person.enter(place.browser, place.chat, 'Bob', 'general');
    assert.equal(await ann.page.locator('[data-server="backend-test"]').count(), 1);
    for (const person of [ann, bob]) person.expectNetworkTrouble();
    await ann.say('number 1');
    await bob.article('number 1').waitFor();
    await place.chat.stopBackend('SIGKILL');
    await ann
      .connection(/Reconnecting in \d+ s|Connecting/)
      .first()
      .waitFor();
    await ann.say('number 2');
    await ann.say('number 3');
    await ann.page.getByText('Waits for the connection').first().waitFor();
    await bob.page.reload();
    await bob.page.getByRole('heading', { name: 'The chat is not reachable' }).waitFor();
    await place.chat.startBackend();
    await ann.connection('Connected').waitFor({ timeout: 60_000 });
    await bob.connection('Connected').waitFor({ timeout: 60_000 });
    await ann.say('number 4');
    await bob.article('number 4').waitFor();
    const texts = (person: Person): Promise<string[]> => person.page.locator('markdown-text .text').allInnerTexts();
    const expected = ['number 1', 'number 2', 'number 3', 'number 4'];
    await until('Ann has all', async () => (await texts(ann)).length >= 4, { timeout: 60_000 });
    assert.deepEqual(await texts(ann), expected);
    assert.deepEqual(await texts(bob), expected);
    await ann.leave();
    await bob.leave();
  });

  it('keeps what is not sent over a reload, and sends it once', async () => {
    const cleo = await Person.enter(place.browser, place.chat, 'Cleo', 'quiet');
    cleo.expectNetworkTrouble();
    await place.chat.stopBackend('SIGTERM');
    await cleo.connection(/Reconnecting in \d+ s/).waitFor();
    await cleo.say('first of two');
    await cleo.say('second of two');
    await cleo.page.reload();
    await cleo.page.getByRole('button', { name: 'Try now' }).waitFor();
    await place.chat.startBackend();
    await cleo.page.getByRole('button', { name: 'Try now' }).click();
    await cleo.connection('Connected').waitFor();
    await until('nothing waits', async () => (await cleo.page.locator('[data-delivery]').count()) === 0, {
      timeout: 60_000,
    });
    const watcher = await Person.enter(place.browser, place.chat, 'Watcher', 'quiet');
    await watcher.article('second of two').waitFor();
    assert.deepEqual(await watcher.page.locator('markdown-text .text').allInnerTexts(), [
      'first of two',
      'second of two',
    ]);
    await cleo.leave();
    await watcher.leave();
  });

  it('offers a reload when the backend is of another release', async () => {
    const dan = await Person.enter(place.browser, place.chat, 'Dan', 'general');
    dan.expectNetworkTrouble();
    await place.chat.stopBackend('SIGTERM');
    await place.chat.startBackend('two');
    await dan.page.getByRole('status').filter({ hasText: 'A new version is ready.' }).waitFor({ timeout: 60_000 });
    await dan.page.getByRole('button', { name: 'Reload' }).click();
    await dan.connection('Connected').waitFor();
    assert.equal(await dan.page.getByText('A new version is ready.').count(), 0);
    await dan.leave();
  });

  it('shows words instead of a blank page when a part of it cannot be loaded', async () => {
    const eve = await Person.arrive(place.browser, place.chat);
    eve.expectNetworkTrouble();
    await eve.page.route('**/assets/app-*.js', (route) => route.fulfill({ status: 404, body: '' }));
    await eve.open('/');
    await eve.page.getByRole('alert').filter({ hasText: 'The chat could not be loaded.' }).waitFor();
    await eve.page.unroute('**/assets/app-*.js');
    await eve.page.route('**/assets/renderer-*.js', (route) => route.fulfill({ status: 404, body: '' }));
    await eve.page.getByRole('link', { name: 'Reload' }).click();
    await eve.join('Eve');
    await eve.say('**plain** for now');
    await eve.article('**plain** for now').waitFor();
    await eve.page.getByRole('status').filter({ hasText: 'A part of the page could not be loaded.' }).waitFor();
    await eve.leave();
  });

  it('says what a page of an older release cannot do any more, and keeps drafts over the reload', async () => {
    const gus = await Person.enter(place.browser, place.chat, 'Gus', 'general');
    gus.expectNetworkTrouble();
    const { page } = gus;
    const gone = /\/assets\/(?:search-panel|code\/python)-[^/]*\.js$/;
    const line = (text: string): Locator => page.getByRole('status').filter({ hasText: text });
    await place.chat.stopBackend('SIGTERM');
    await place.chat.startBackend('three');
    await line('A new version is ready.').waitFor({ timeout: 60_000 });
    await gus.connection('Connected').waitFor({ timeout: 60_000 });
    await page.route(gone, (route) => route.fulfill({ status: 404, body: '' }));
    await gus.composer.fill('a draft');
    const search = page.getByRole('button', { name: 'Search in General' });
    await search.click();
    await line('A part of the page could not be loaded.').waitFor();
    assert.deepEqual(await violations(gus), []);
    assert.equal(await gus.composer.inputValue(), 'a draft');
    await page.unroute(gone);
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload' }).click()]);
    await gus.connection('Connected').waitFor();
    assert.equal(await gus.composer.inputValue(), 'a draft');
    await search.click();
    await page.getByRole('searchbox').waitFor();
    await gus.composer.fill('```python\nx = 1\n```');
    await page.route(gone, (route) => route.fulfill({ status: 404, body: '' }));
    await gus.composer.press('Enter');
    await line('A part of the page could not be loaded.').waitFor();
    await gus.leave();
  });

  it('is in English, and says that something is missing, when the words of a language are gone', async () => {
    const hal = await Person.arrive(place.browser, place.chat, { locale: 'fr-FR' });
    hal.expectNetworkTrouble();
    await hal.page.route('**/assets/fr-*.js', (route) => route.fulfill({ status: 404, body: '' }));
    await hal.open('/r/general');
    await hal.join('Hal');
    await hal.page.getByRole('status').filter({ hasText: 'A part of the page could not be loaded.' }).waitFor();
    assert.equal(await hal.page.evaluate(() => document.documentElement.lang), 'en');
    await hal.leave();
  });

  it('asks for the name again when the session is gone', async () => {
    const fay = await Person.enter(place.browser, place.chat, 'Fay', 'general');
    fay.expectNetworkTrouble();
    await fay.page.context().clearCookies();
    await place.chat.stopBackend('SIGTERM');
    await place.chat.startBackend();
    await fay.page.getByText('Your visit ended. Enter your name to come back.').waitFor({ timeout: 60_000 });
    await fay.leave();
  });
});
