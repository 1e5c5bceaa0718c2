/** Chats where somebody else says who people are: a provider, or the proxy in front. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { makeCertificates } from '../testbed/certificates.ts';
import type { IdentityProvider } from '../testbed/identity-provider.ts';
import { CLIENT, identityProvider } from '../testbed/identity-provider.ts';
import type { PathRouter } from '../testbed/path-router.ts';
import { startPathRouter } from '../testbed/path-router.ts';
import { freePorts } from '../testbed/port.ts';
import type { Chat } from './chat.ts';
import { startChat } from './chat.ts';
import { fits, violations } from './looking.ts';
import { openBrowser, Person } from './person.ts';

const LOOKS = [
  { theme: 'light', width: 1280, height: 700 },
  { theme: 'dark', width: 320, height: 640 },
] as const;

describe('people of a provider in a browser', function () {
  this.timeout(120_000);
  let folder: string;
  let provider: IdentityProvider;
  let chat: Chat;
  let browser: Browser;

  before(async function () {
    this.timeout(900_000);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-signing-in-'));
    await makeCertificates(folder);
    const [providerPort = 0, port = 0] = await freePorts(2);
    const publicURL = `http://localhost:${port}`;
    provider = identityProvider({
      ...{ port: providerPort, certificates: folder, groups: new Map() },
      redirectURIs: [`${publicURL}/api/login/provider/callback`],
      logoutURIs: [`${publicURL}/`],
    });
    [chat, browser] = await Promise.all([
      startChat({
        ...{ port, publicURL },
        auth: { mode: 'OIDC', issuer: provider.url, clientID: CLIENT.id, scopes: ['profile', 'groups'] },
        environment: { OIDC_CLIENT_SECRET: CLIENT.secret, OIDC_CA_FILE: path.join(folder, 'ca.crt') },
      }),
      openBrowser(),
    ]);
  });
  after(async () => {
    await browser.close();
    await Promise.all([chat.stop(), provider.stop()]);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('hear that it is away, sign in there, come back under their name, and leave it too', async () => {
    const ann = await Person.arrive(browser, chat, { anyCertificate: true });
    ann.expectNetworkTrouble(); // the provider's own pages want fonts from elsewhere
    const { page } = ann;
    await ann.open('/r/quiet');
    const button = page.getByRole('link', { name: 'Sign in with your organisation' });
    await button.click();
    await page.getByRole('alert').filter({ hasText: 'sign-in does not answer' }).waitFor();
    assert.deepEqual(await violations(ann), []);
    await provider.start();
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('input[name="login"]').fill('ann');
    await page.locator('input[name="password"]').fill('any');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Continue' }).click();
    await ann.connection('Connected').waitFor();
    assert.equal(page.url(), `${chat.url}/r/quiet`, 'where they wanted to be');
    await page.getByRole('log', { name: 'Messages in Quiet' }).waitFor();
    await ann.say('I am known');
    await ann.article('I am known').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Menu of ann of Example' }).click();
    await page.getByRole('button', { name: 'Leave the chat' }).click();
    // The provider asks whether its own session is to end as well, and sends the browser back.
    await page.locator('button[name="logout"], button[value="yes"]').first().click();
    await button.waitFor();
    await page.reload();
    await button.waitFor();
    await ann.leave();
  });
});

describe('people of a proxy in a browser', function () {
  this.timeout(120_000);
  /** What the proxy says of whoever comes. */
  const says = new Map<string, string>();
  let chat: Chat;
  let proxy: PathRouter;
  let browser: Browser;

  before(async function () {
    this.timeout(900_000);
    [chat, browser] = await Promise.all([
      startChat({
        auth: { mode: 'TrustedHeader' },
        environment: {
          ...{ FRONTEND_KEY: 'the-key-of-the-frontends', USER_HEADER: 'Remote-User' },
          ...{ TRUSTED_PROXY_HOPS: '1', TRUSTED_PROXIES: '127.0.0.0/8' },
        },
      }),
      openBrowser(),
    ]);
    proxy = await startPathRouter({ '': chat.url }, says);
  });
  after(async () => {
    await browser.close();
    await proxy.stop();
    await chat.stop();
  });

  for (const look of LOOKS) {
    it(`read what is wrong when it named nobody, and try again, ${look.theme}, ${look.width} px`, async () => {
      says.clear();
      const bob = await Person.arrive(browser, proxy, look);
      bob.expectNetworkTrouble(); // that nobody is there is an error in the console
      const { page } = bob;
      await bob.open('/r/quiet');
      await page.getByRole('alert').filter({ hasText: 'Nobody told the chat who you are.' }).waitFor();
      await page.getByText('Open the chat by its usual address and sign in there.').waitFor();
      assert.equal(await page.getByRole('textbox').count(), 0);
      await fits(bob);
      assert.deepEqual(await violations(bob), []);
      const again = page.getByRole('button', { name: 'Try again' });
      await Promise.all([page.waitForEvent('load'), again.click()]);
      await again.waitFor();
      says.set('remote-user', 'bob');
      await page.keyboard.press('Tab');
      await again.press('Enter');
      await bob.connection('Connected').waitFor();
      await page.getByRole('button', { name: 'Menu of bob' }).waitFor();
      await bob.say(`known, ${look.theme}`);
      await bob.article(`known, ${look.theme}`).waitFor();
      assert.equal(new URL(page.url()).pathname, '/r/quiet');
      await bob.leave();
    });
  }
});
