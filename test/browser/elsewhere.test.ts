/** Chats below paths of one host, and one whose scripts and styles come from a CDN. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import type { Cdn } from '../testbed/cdn.ts';
import { startCdn } from '../testbed/cdn.ts';
import type { PathRouter } from '../testbed/path-router.ts';
import { startPathRouter } from '../testbed/path-router.ts';
import type { Chat } from './chat.ts';
import { startChat } from './chat.ts';
import { openBrowser, Person } from './person.ts';

const CODE = '```ts\nconst answer = 42; // why\n```';

describe('chats that share a host, in a browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let host: PathRouter;
  let cdn: Cdn;
  const chats: Chat[] = [];
  before(async function () {
    this.timeout(900_000);
    browser = await openBrowser();
    cdn = await startCdn();
    // One after the other: the second finds the page built.
    chats.push(await startChat({ basePath: '/one' }));
    chats.push(await startChat({ basePath: '/team/two', assetBaseURL: cdn.url }));
    host = await startPathRouter({
      '/one': new URL(chats[0]!.url).origin,
      '/team/two': new URL(chats[1]!.url).origin,
    });
    cdn.origin = host.url;
  });
  after(async () => {
    await browser.close();
    await Promise.all([host.stop(), cdn.stop(), ...chats.map((chat) => chat.stop())]);
  });

  it('keep who somebody is, what waits to be sent, and their rooms apart', async () => {
    const person = await Person.arrive(browser, host);
    const { page } = person;
    await person.open('/one/r/quiet');
    await person.join('Ann of one');
    await person.page.getByRole('log', { name: 'Messages in Quiet' }).waitFor();
    await person.say(CODE);
    await page.locator('.hljs-keyword').getByText('const', { exact: true }).waitFor();
    await person.composer.fill('a draft of one');
    await page.getByRole('link', { name: 'General' }).click();
    assert.equal(page.url(), `${host.url}/one/r/general`);
    await page.goBack();
    await page.getByRole('log', { name: 'Messages in Quiet' }).waitFor();

    await person.open('/team/two/r/quiet');
    await person.join('Bea of two');
    assert.equal(await person.composer.inputValue(), '');
    await person.say('only in two');
    await person.article('only in two').waitFor();

    await person.open('/one/r/quiet');
    await person.connection('Connected').waitFor();
    assert.equal(await person.composer.inputValue(), 'a draft of one');
    await page.getByRole('button', { name: 'Menu of Ann of one' }).click();
    await page.getByRole('button', { name: 'Leave the chat' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave the chat' }).click();
    await page.getByRole('button', { name: 'Join' }).waitFor();
    assert.equal(page.url(), `${host.url}/one/`);

    await person.open('/team/two');
    assert.equal(page.url(), `${host.url}/team/two/`);
    await page.getByRole('button', { name: 'Menu of Bea of two' }).waitFor();
    await person.leave();
  });

  it('are installed as themselves: name and start of each are its own path', async () => {
    const person = await Person.arrive(browser, host);
    await person.open('/team/two/');
    await person.page.getByRole('button', { name: 'Join' }).waitFor();
    const session = await person.page.context().newCDPSession(person.page);
    const { url, errors, data } = await session.send('Page.getAppManifest');
    const { scope, start_url, icons } = JSON.parse(data!) as {
      scope: string;
      start_url: string;
      icons: { src: string }[];
    };
    const resolved = [scope, start_url, icons[0]!.src].map((each) => new URL(each, url).href);
    assert.deepEqual(
      resolved,
      ['', '', 'icon.svg'].map((name) => `${host.url}/team/two/${name}`),
    );
    assert.deepEqual(errors, []);
    await person.leave();
  });

  it('take scripts and styles from a CDN, those that come later too, and nothing else', async () => {
    const person = await Person.arrive(browser, host, { locale: 'fr-FR' });
    const from = new Map<string, string>();
    person.page.on('request', (request) => {
      const { origin, pathname } = new URL(request.url());
      from.set(pathname.replace(/-[\w-]{8}\./, '.').replace(/^.*\//, ''), origin === cdn.url ? 'cdn' : 'chat');
    });
    await person.open('/team/two/r/quiet');
    await person.join('Cléo');
    await person.page.locator('message-composer textarea').fill(CODE);
    await person.page.keyboard.press('Enter');
    await person.page.locator('.hljs-keyword').getByText('const', { exact: true }).waitFor();
    assert.equal(await person.page.evaluate(() => document.documentElement.lang), 'fr');
    for (const part of ['app.js', 'page.css', 'fr.js', 'renderer.js', 'core.js', 'typescript.js']) {
      assert.equal(from.get(part), 'cdn', part);
    }
    const own = [...from].filter(([name, origin]) => origin === 'chat' && /\.(js|css)$/.test(name));
    assert.deepEqual(own, [['boot.js', 'chat']]);
    assert.ok(cdn.asked.every((path) => path.startsWith('/team/two/assets/')));
    await person.leave();
  });

  for (const [part, path, words] of [
    ['first script', /\/app-[^/]*\.js$/, 'The chat could not be loaded.'],
    ['later script', /\/renderer-[^/]*\.js$/, 'A part of the page could not be loaded.'],
  ] as const) {
    it(`run no ${part} of other content than the chat has, and say so`, async () => {
      cdn.alter(path, ';globalThis.altered = "yes";');
      const person = await Person.arrive(browser, host);
      await person.open('/team/two/r/quiet');
      if (part === 'later script') {
        await person.join('Dan');
        await person.say('**plain** for now');
        await person.article('**plain** for now').waitFor();
      }
      await person.page.getByText(words).waitFor();
      assert.equal(await person.page.evaluate('globalThis.altered'), undefined);
      await person.page.context().close();
    });
  }

  it('say in words that they could not be loaded when the CDN does not answer, and the others go on', async () => {
    await cdn.stop();
    const person = await Person.arrive(browser, host);
    await person.open('/team/two/');
    await person.page.getByRole('alert').filter({ hasText: 'The chat could not be loaded.' }).waitFor();
    await person.open('/one/r/quiet');
    await person.join('Eve');
    await person.page.context().close();
  });
});
