import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openBrowser, Person } from '../browser/person.ts';
import { until } from '../testbed/wait.ts';
import { demo, kubectl, site } from './cluster.ts';

const LONG = 'Tell a very long story about a small boat on a wide sea. Use at least thirty sentences.';

/** The backend that holds somebody's connection. */
async function serverOf(person: Person): Promise<string> {
  const server = await person.page.locator('[data-server]').first().getAttribute('data-server');
  assert.ok(server !== null && server.startsWith('demo-backend-'), `the page names its backend: ${server}`);
  return server;
}

/** The backend that writes a reply at the moment, as its metrics tell. */
async function backendThatWrites(): Promise<string | undefined> {
  const { namespace } = demo;
  const label = 'app.kubernetes.io/component=backend';
  const pods = await kubectl('-n', namespace, 'get', 'pods', '-l', label, '-o', 'jsonpath={.items[*].metadata.name}');
  for (const pod of pods.trim().split(/\s+/)) {
    const metrics = await kubectl('get', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}:9090/proxy/metrics`);
    if (/^chatapp_ai_runs_active(?:\{[^}]*\})? 1$/m.test(metrics)) return pod;
  }
  return undefined;
}

describe('a chat on the cluster', function () {
  this.timeout(8 * 60_000);
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => browser.close());

  it('lets two people on different backends see each other, and the model answers both', async () => {
    const ann = await Person.enter(browser, site, 'Ann', 'general');
    let bob = await Person.enter(browser, site, 'Bob', 'general');
    // The Service chooses; with three backends one of twenty tries is another one.
    for (let tries = 0; (await serverOf(bob)) === (await serverOf(ann)) && tries < 20; tries += 1) {
      await bob.leave();
      bob = await Person.enter(browser, site, `Bob${tries}`, 'general');
    }
    assert.notEqual(await serverOf(bob), await serverOf(ann));
    await ann.say('Hello from Ann');
    await bob.article('Hello from Ann').waitFor();
    await bob.say('Hello from Bob');
    await ann.article('Hello from Bob').waitFor();
    await ann.reply('done').waitFor({ timeout: 60_000 });
    await until(
      'both see the same replies',
      async () => {
        const text = (person: Person) => person.reply('done').locator('markdown-text .text').innerText();
        return (await text(ann)) === (await text(bob)) && (await text(ann)).length > 0;
      },
      { timeout: 60_000 },
    );
    await ann.leave();
    await bob.leave();
  });

  it('loses nothing when the backend that writes a reply is killed', async () => {
    const cleo = await Person.enter(browser, site, 'Cleo', 'general');
    const dan = await Person.enter(browser, site, 'Dan', 'general');
    for (const person of [cleo, dan]) person.expectNetworkTrouble();
    const active = cleo.page.locator('article[data-state="running"], article[data-state="waiting"]');
    await until('nobody is being answered', async () => (await active.count()) === 0, { timeout: 120_000 });
    const replies = await cleo.page.locator('article[data-run]').count();
    await cleo.say(LONG);
    await until('a reply begins', async () => (await cleo.page.locator('article[data-run]').count()) > replies, {
      timeout: 60_000,
    });
    // Further messages ask for further replies: this one is known by its run.
    const run = await cleo.page.locator('article[data-run]').nth(replies).getAttribute('data-run');
    const reply = cleo.page.locator(`article[data-run="${run}"]`);
    const textOf = () => reply.locator('markdown-text .text').innerText();
    await until('it grows', async () => (await textOf()).length > 40, { timeout: 60_000 });
    const seen = (await textOf()).slice(0, 40);
    const writer = await until('somebody writes it', backendThatWrites, { timeout: 30_000 });
    await kubectl('-n', demo.namespace, 'delete', 'pod', writer, '--grace-period=0', '--force', '--wait=false');
    const sent = ['one', 'two', 'three'].map((word) => `after the kill ${word}`);
    for (const words of sent) await cleo.say(words);
    await dan.article(sent.at(-1)!).first().waitFor({ timeout: 30_000 });
    await until('the reply has ended', async () => (await reply.getAttribute('data-state')) === 'interrupted', {
      timeout: 90_000,
    });
    assert.ok((await textOf()).startsWith(seen), 'what was written stays');
    await kubectl('-n', demo.namespace, 'rollout', 'status', 'deployment/demo-backend', '--timeout=90s');
    for (const person of [cleo, dan]) {
      const shown = (await person.page.locator('article:not([data-run]) markdown-text .text').allInnerTexts()).flatMap(
        (text) => /after the kill (?:one|two|three)/.exec(text)?.[0] ?? [],
      );
      assert.deepEqual(shown, sent);
      await person.leave();
    }
  });
});
