import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openBrowser, Person } from '../browser/person.ts';
import { until } from '../testbed/wait.ts';
import { chatField, demo, field, kubectl, READY, site } from './cluster.ts';

const { namespace } = demo;
const HASH = '.spec.template.metadata.annotations.chatapp\\.dev/secret-hash';

interface Pod {
  readonly metadata: { readonly creationTimestamp: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly lastTransitionTime: string }[] };
}

async function podsOf(component: string): Promise<Pod[]> {
  const label = `app.kubernetes.io/component=${component}`;
  const text = await kubectl('-n', namespace, 'get', 'pods', '-l', label, '-o', 'json');
  const { items } = JSON.parse(text) as { items: Pod[] };
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

describe('the Secret of a chat', function () {
  this.timeout(10 * 60_000);
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => browser.close());

  it('may be deleted: Redis gets a new password, then the backends; no message is lost and people chat on', async () => {
    const ann = await Person.enter(browser, site, 'Ann', 'general');
    const bob = await Person.enter(browser, site, 'Bob', 'general');
    for (const person of [ann, bob]) person.expectNetworkTrouble();
    const words = ['before', 'during one', 'during two', 'during three', 'after'].map((when) => `said ${when}`);
    await ann.say(words[0]!);
    await bob.article(words[0]!).waitFor();

    const secret = () => field(namespace, 'secret/demo-secret', '.metadata.uid');
    const hash = (workload: string) => field(namespace, workload, HASH);
    const [uid, old] = [await secret(), await hash('deployment/demo-backend')];
    await kubectl('-n', namespace, 'delete', 'secret', 'demo-secret', '--wait=false');
    await until('there is another one', async () => !['', uid].includes(await secret()), { timeout: 30_000 });
    for (const text of words.slice(1, 4)) await ann.say(text);
    await until('the backends have its password', async () => (await hash('deployment/demo-backend')) !== old, {
      timeout: 3 * 60_000,
      every: 500,
    });
    assert.equal(await hash('deployment/demo-backend'), await hash('statefulset/demo-redis'));
    await kubectl('-n', namespace, 'rollout', 'status', 'deployment/demo-backend', '--timeout=110s');
    const [redis] = await podsOf('redis');
    const ready = redis?.status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
    for (const { metadata } of await podsOf('backend')) {
      assert.ok(metadata.creationTimestamp >= ready, `a backend of ${metadata.creationTimestamp}, Redis of ${ready}`);
    }
    await chatField(namespace, 'demo', '.status.phase', /^Ready$/, 3 * 60_000);
    await chatField(namespace, 'demo', READY, /^True$/);

    await bob.article(words[3]!).waitFor({ timeout: 90_000 });
    const cleo = await Person.enter(browser, site, 'Cleo', 'general');
    await cleo.say(words[4]!);
    for (const person of [ann, bob, cleo]) {
      await person.article(words[4]!).waitFor({ timeout: 90_000 });
      const texts = await person.page.locator('article:not([data-run]) markdown-text .text').allInnerTexts();
      const shown = texts.flatMap((text) => /said (?:before|during (?:one|two|three)|after)/.exec(text)?.[0] ?? []);
      assert.deepEqual(shown, words);
      await person.leave();
    }
  });
});
