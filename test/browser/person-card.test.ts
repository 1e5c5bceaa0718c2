import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { until } from '../testbed/wait.ts';
import { fits, focusedLabel, violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

describe('the card of a person', function () {
  this.timeout(120_000);
  const place = stage();

  it('is opened from the people here and from a message, by pointer and by keys, and gives the focus back', async () => {
    const narrow = { width: 320, height: 640, theme: 'dark' } as const;
    const [ann, bob] = await Promise.all([
      Person.enter(place.browser, place.chat, 'Ann', 'general'),
      Person.enter(place.browser, place.chat, 'Bob', 'general', narrow),
    ]);
    await ann.say('hello there');
    const { page } = bob;
    const card = page.getByRole('dialog', { name: 'Ann' });
    await page.getByRole('button', { name: '2 people here' }).click();
    await page.getByRole('button', { name: 'Ann', exact: true }).click();
    await card.getByText('Guest').waitFor();
    await fits(bob);
    assert.deepEqual(await violations(bob), []);
    assert.equal(await card.getByRole('button', { name: 'Send out' }).count(), 0);
    await page.keyboard.press('Escape');
    await until('the focus is back', async () => (await focusedLabel(bob)) === '2 people here', { timeout: 20_000 });
    await bob.article('hello there').getByText('Ann', { exact: true }).click();
    await card.getByRole('button', { name: 'Close' }).click();
    await card.waitFor({ state: 'hidden' });
    for (let time = 1; time <= 2; time++) {
      await bob.article('hello there').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'About Ann' }).waitFor();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await card.waitFor();
      await page.keyboard.press('Escape');
      await until('the focus is back', async () => /^Ann, /.test(await focusedLabel(bob)), { timeout: 20_000 });
    }
    await bob.article('hello there').getByText('Ann', { exact: true }).click();
    await card.getByRole('button', { name: 'Write alone' }).click();
    await page.getByRole('log', { name: 'Messages in Ann' }).waitFor();
    await bob.say('only you');
    await ann.page.getByRole('link', { name: /^Bob 1 new message/ }).waitFor();
    await ann.leave();
    await bob.leave();
  });

  it('lets moderators send people out, who see it at once', async () => {
    const cleo = await Person.enter(place.browser, place.chat, 'Cleo', 'general', { width: 1280 });
    const dan = await Person.enter(place.browser, place.chat, 'Dan', 'general');
    await cleo.page.getByRole('button', { name: 'Make a room' }).click();
    await cleo.page.getByRole('dialog').getByLabel('Name of the room').fill('Attic');
    await cleo.page.getByRole('button', { name: 'Make the room' }).click();
    await dan.page.getByRole('link', { name: 'Attic' }).click();
    await cleo.page.getByRole('button', { name: 'Dan', exact: true }).click();
    const card = cleo.page.getByRole('dialog', { name: 'Dan' });
    assert.deepEqual(await violations(cleo), []);
    await card.getByRole('button', { name: 'Send out Dan' }).click();
    await card.getByText('Dan was sent out.').waitFor();
    await dan.page.getByRole('alert').filter({ hasText: 'You were sent out of this room.' }).waitFor();
    await card.getByRole('button', { name: 'Ban Dan' }).click();
    await card.getByText('Dan is banned.').waitFor();
    await dan.page.getByRole('button', { name: 'Come back' }).waitFor({ state: 'detached' });
    await cleo.page.mouse.click(5, 5);
    await card.waitFor({ state: 'hidden' });
    await cleo.leave();
    await dan.leave();
  });
});
