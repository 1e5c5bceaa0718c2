import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { until } from '../testbed/wait.ts';
import { violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

const LONG = 'Write a very long story about a small boat on a wide sea. Use at least thirty sentences.';

describe('the assistant in a browser', function () {
  this.timeout(120_000);
  const place = stage();

  /** Resolves when a reply is being written and grows. */
  async function grows(person: Person): Promise<void> {
    const reply = person.reply('running');
    await reply.waitFor({ timeout: 60_000 });
    const text = reply.locator('.text');
    const begin = await text.innerText();
    await until('the reply grows', async () => (await text.innerText()).length > begin.length + 20, {
      timeout: 60_000,
    });
  }

  /** Stops whatever is open; what ends by itself meanwhile is right, too. */
  async function allStopped({ page }: Person): Promise<void> {
    const open = page.locator('article[data-state="running"], article[data-state="waiting"]');
    const isOver = async (): Promise<boolean> => {
      if ((await open.count()) === 0) return true;
      await page.keyboard.press('Escape');
      return false;
    };
    await until('no reply is open', isOver, { timeout: 60_000, every: 200 });
  }

  /** How many replies the room has, once what was said before is there. */
  async function repliesIn({ page }: Person): Promise<number> {
    await page
      .getByText(/^This is the beginning of|^Say hello/)
      .first()
      .waitFor();
    return page.locator('chat-reply').count();
  }

  it('writes word by word, and is stopped by the button', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann', 'ask');
    await ann.say(LONG);
    await grows(ann);
    const said = ann.page.getByRole('status').filter({ hasText: 'Assistant is writing…' });
    await said.waitFor({ state: 'attached' });
    await ann.page.getByRole('button', { name: 'Stop' }).click();
    const reply = ann.reply('stopped');
    await reply.waitFor();
    assert.match(await reply.locator('.text').innerText(), /\w{3,}/);
    await reply.getByText('Stopped').waitFor();
    await ann.page
      .getByRole('status')
      .filter({ hasText: /^Assistant: .*Stopped$/s })
      .waitFor({ state: 'attached' });
    assert.equal(await ann.log.getAttribute('aria-live'), 'off');
    await ann.leave();
  });

  it('is stopped by Escape, and tries again when asked, once, but not by a click that was meant for "Stop"', async () => {
    const bob = await Person.enter(place.browser, place.chat, 'Bob', 'ask');
    const before = await repliesIn(bob);
    await bob.say(LONG);
    await grows(bob);
    const late = await bob.page.locator('chat-reply').last().evaluateHandle(clickWhatComes);
    await bob.page.keyboard.press('Escape');
    await bob.reply('stopped').waitFor();
    assert.equal(await late.evaluate(({ clicked }) => clicked), 'Retry');
    const replies = bob.page.locator('chat-reply');
    const retry = bob.reply('stopped').getByRole('button', { name: 'Retry' });
    await retry.and(bob.page.locator('[aria-disabled="false"]')).waitFor();
    assert.equal(await replies.count(), before + 1);
    await retry.dblclick();
    await until('another reply begins', async () => (await replies.count()) > before + 1, { timeout: 60_000 });
    await bob.page.getByRole('button', { name: 'Stop' }).click();
    await until(
      'no reply is active',
      async () => (await bob.page.getByRole('button', { name: 'Stop' }).count()) === 0,
      {
        timeout: 60_000,
      },
    );
    assert.equal(await replies.count(), before + 2);
    await bob.leave();
  });

  it('goes on while somebody reloads, and everybody sees the same in the end', async () => {
    const cleo = await Person.enter(place.browser, place.chat, 'Cleo', 'ask');
    const dan = await Person.enter(place.browser, place.chat, 'Dan', 'ask');
    // Long enough to be seen while it is written.
    await cleo.say(LONG);
    await cleo.reply('running').waitFor({ timeout: 60_000 });
    await cleo.page.reload();
    await cleo.page.locator('chat-reply').last().waitFor();
    await cleo.reply('done').waitFor({ timeout: 60_000 });
    await dan.reply('done').waitFor();
    const text = (person: Person): Promise<string> => person.reply('done').locator('.text').innerText();
    assert.ok((await text(cleo)).length > 20);
    assert.equal(await text(cleo), await text(dan));
    await cleo
      .reply('done')
      .getByText(/tokens\/s · first token after/)
      .waitFor();
    await cleo.leave();
    await dan.leave();
  });

  it('moves while it writes, but not for who asked for less motion', async () => {
    const [kim, lea] = await Promise.all(
      ['Kim', 'Lea'].map((name) => Person.enter(place.browser, place.chat, name, 'ask')),
    );
    await lea!.page.emulateMedia({ reducedMotion: 'reduce' });
    await kim!.say(LONG);
    const moving = async (person: Person): Promise<number> => {
      const dots = person.reply('running').locator('.dots i');
      await dots.first().waitFor({ timeout: 60_000 });
      return dots.evaluateAll((all) => all.flatMap((dot) => dot.getAnimations()).length);
    };
    assert.deepEqual(await Promise.all([moving(kim!), moving(lea!)]), [3, 0]);
    await allStopped(kim!);
    for (const person of [kim!, lea!]) await person.leave();
  });

  it('goes on with a reply that was stopped, when asked', async () => {
    const fay = await Person.enter(place.browser, place.chat, 'Fay', 'ask');
    const replies = fay.page.locator('chat-reply');
    const before = await repliesIn(fay);
    await fay.say(LONG);
    await grows(fay);
    await fay.page.keyboard.press('Escape');
    await fay.reply('stopped').getByRole('button', { name: 'Go on' }).click();
    await until('a reply that goes on begins', async () => (await replies.count()) > before + 1, { timeout: 60_000 });
    const stop = fay.page.getByRole('button', { name: 'Stop' });
    await until(
      'it can be stopped, or has ended',
      async () => (await stop.count()) > 0 || (await fay.page.locator('article[data-state="done"]').count()) > 0,
      { timeout: 60_000 },
    );
    await fay.page.keyboard.press('Escape');
    await until('nothing is being written', async () => (await stop.count()) === 0, { timeout: 60_000 });
    await fay.leave();
  });

  it('has a place in the queue while others are answered, which is said, and comes up when one of them is stopped', async () => {
    const hal = await Person.enter(place.browser, place.chat, 'Hal', 'ask');
    const ida = await Person.enter(place.browser, place.chat, 'Ida', 'ask');
    const { page } = ida;
    const open = page.locator('article[data-state="running"], article[data-state="waiting"]');
    const running = page.locator('article[data-state="running"]');
    const next = page.locator('article[data-state="waiting"]').filter({ hasText: 'Next in line' });
    /** Asks on until so many replies are open and it holds: those of before may have ended meanwhile. */
    const asks = (what: string, count: number, holds: () => Promise<boolean>): Promise<boolean> =>
      until(
        what,
        async () => {
          if (await holds()) return true;
          if ((await open.count()) < count) await hal.say(LONG);
          return false;
        },
        { timeout: 60_000, every: 200 },
      );
    await asks('two are answered at a time', 2, async () => (await running.count()) === 2);
    place.chat.holdModels();
    try {
      await asks('a third has to wait', 3, async () => (await next.count()) === 1);
      assert.match((await next.getAttribute('aria-label')) ?? '', /waiting/);
      await running.first().getByRole('button', { name: 'Stop' }).click();
    } finally {
      place.chat.releaseModels();
    }
    await next.waitFor({ state: 'detached', timeout: 60_000 });
    await allStopped(ida);
    for (const person of [hal, ida]) await person.leave();
  });

  it('answers an edited message anew, by the button and by the keys, and only where it answers at all', async () => {
    const gil = await Person.enter(place.browser, place.chat, 'Gil', 'ask');
    const { page } = gil;
    const again = page.getByRole('button', { name: 'Save and ask again' });
    const replies = page.locator('chat-reply');
    const begins = (count: number): Promise<boolean> =>
      until('a new reply begins', async () => (await replies.count()) > count, { timeout: 60_000 });
    const ends = (): Promise<boolean> =>
      until('it has ended', async () => (await page.getByRole('button', { name: 'Stop' }).count()) === 0, {
        timeout: 60_000,
      });
    const before = await repliesIn(gil);
    await gil.say('Say the word apple.');
    await begins(before);
    await ends();
    await gil.composer.press('ArrowUp');
    await again.waitFor();
    assert.ok(await again.isDisabled(), 'nothing is different yet');
    assert.deepEqual(await violations(gil), []);
    await gil.composer.fill(LONG);
    await again.click();
    await begins(before + 1);
    await grows(gil);
    await gil.article(LONG).getByText('edited', { exact: true }).waitFor();
    // A reply to the earlier text stops for the one to the next.
    await gil.composer.press('ArrowUp');
    await gil.composer.fill('Say the word pear.');
    await gil.composer.press('Control+Enter');
    await begins(before + 2);
    await ends();
    await gil.composer.press('ArrowUp');
    await gil.composer.fill('Say the word plum.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await gil.article('plum').getByText('edited', { exact: true }).waitFor();
    assert.equal(await replies.count(), before + 3, 'saving alone asks nothing');
    await gil.open('/r/quiet');
    await page.getByText('Say hello to everyone here. Assistant does not answer in this room.').waitFor();
    await gil.composer.fill('hello @assistant');
    await page.locator('message-composer').getByText('Assistant does not answer in this room.').waitFor();
    assert.deepEqual(await violations(gil), []);
    await gil.say('To everyone');
    await gil.article('To everyone').locator('message-tools').waitFor({ state: 'attached' });
    await gil.composer.press('ArrowUp');
    await page.getByText('Editing your message').waitFor();
    await gil.composer.fill('To @Assistant');
    assert.equal(await again.count(), 0);
    assert.equal(await replies.count(), 0);
    await gil.leave();
  });

  it('says in words that a model is not there, and chat goes on', async () => {
    const eve = await Person.enter(place.browser, place.chat, 'Eve', 'broken');
    await eve.say('Hello?');
    const failed = eve.reply('failed');
    await failed.waitFor({ timeout: 60_000 });
    assert.match(await failed.innerText(), /Failed · .{10,}/);
    await failed.getByRole('button', { name: 'Retry' }).waitFor();
    await eve.say('Still here');
    await eve.article('Still here').waitFor();
    await eve.leave();
  });
});

/** Clicks the first button that takes the place of "Stop" in a reply, at the very moment it is there. */
function clickWhatComes(reply: Element): { readonly clicked: Promise<string> } {
  const root = reply.shadowRoot!;
  const clicked = new Promise<string>((resolve) => {
    const observer = new MutationObserver(() => {
      const button = root.querySelector<HTMLButtonElement>('.outcome button');
      if (button === null) return;
      observer.disconnect();
      button.click();
      resolve(button.textContent.trim());
    });
    observer.observe(root, { childList: true, subtree: true });
  });
  return { clicked };
}
