import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fits, violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

describe('rooms that people make', function () {
  this.timeout(120_000);
  const place = stage();

  it('are made for everyone, and are in the list of others at once', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann', 'general');
    const bob = await Person.enter(place.browser, place.chat, 'Bob', 'quiet', {
      width: 320,
      height: 640,
      theme: 'dark',
    });
    await ann.page.getByRole('button', { name: 'Make a room' }).click();
    const dialog = ann.page.getByRole('dialog', { name: 'A new room' });
    await dialog.getByLabel('Name of the room').fill('Sea and boats');
    assert.ok(await dialog.getByRole('radio', { name: 'Everyone' }).isChecked());
    assert.deepEqual(await violations(ann), []);
    await dialog.getByRole('button', { name: 'Make the room' }).click();
    await ann.page.getByRole('log', { name: 'Messages in Sea and boats' }).waitFor();
    await dialog.waitFor({ state: 'hidden' });
    await bob.page.getByRole('button', { name: 'Show rooms' }).click();
    await bob.page.getByRole('link', { name: 'Sea and boats' }).click();
    await bob.page.getByRole('log', { name: 'Messages in Sea and boats' }).waitFor();
    await ann.say('ahoy');
    await bob.article('ahoy').waitFor();
    await ann.leave();
    await bob.leave();
  });

  it('are made once, however often the button is clicked', async () => {
    const hal = await Person.enter(place.browser, place.chat, 'Hal', 'general');
    const asked: string[] = [];
    hal.page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/api/rooms')) asked.push(request.url());
    });
    await hal.page.getByRole('button', { name: 'Make a room' }).click();
    const dialog = hal.page.getByRole('dialog', { name: 'A new room' });
    await dialog.getByLabel('Name of the room').fill('Only one');
    await dialog.getByRole('button', { name: 'Make the room' }).dblclick();
    await hal.page.getByRole('log', { name: 'Messages in Only one' }).waitFor();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(asked.length, 1);
    await hal.page.getByRole('link', { name: 'Only one' }).waitFor(); // strict: there is one
    await hal.leave();
  });

  it('are made for a few: who is not invited does not see them', async () => {
    const cleo = await Person.enter(place.browser, place.chat, 'Cleo', 'general');
    const dan = await Person.enter(place.browser, place.chat, 'Dan', 'quiet');
    const eve = await Person.enter(place.browser, place.chat, 'Eve', 'quiet');
    await cleo.page.getByRole('button', { name: 'Make a room' }).click();
    const dialog = cleo.page.getByRole('dialog', { name: 'A new room' });
    await dialog.getByLabel('Name of the room').fill('Surprise');
    await dialog.getByRole('radio', { name: 'Only people invited' }).check();
    await dialog.getByRole('checkbox', { name: 'Dan' }).check();
    assert.deepEqual(await violations(cleo), []);
    await dialog.getByRole('button', { name: 'Make the room' }).click();
    await cleo.page.getByRole('log', { name: 'Messages in Surprise' }).waitFor();
    await cleo.say('for you only');
    const link = dan.page.getByRole('link', { name: /^Surprise/ });
    await link.waitFor();
    await link.click();
    await dan.article('for you only').waitFor();
    assert.equal(await eve.page.getByRole('link', { name: /^Surprise/ }).count(), 0);
    await cleo.leave();
    await dan.leave();
    await eve.leave();
  });

  it('are of two, when one writes to another alone, and say how much is unread', async () => {
    const fay = await Person.enter(place.browser, place.chat, 'Fay', 'general');
    const gus = await Person.enter(place.browser, place.chat, 'Gus', 'general');
    await fay.page.getByRole('button', { name: '2 people here' }).click();
    await fay.page.getByRole('button', { name: 'Write to Gus alone' }).click();
    await fay.page.getByRole('log', { name: 'Messages in Gus' }).waitFor();
    await fay.page.keyboard.press('Escape');
    await fay.say('psst');
    const link = gus.page.getByRole('link', { name: /^Fay 1 new message/ });
    await link.waitFor();
    await fits(gus);
    assert.deepEqual(await violations(gus), []);
    await link.click();
    await gus.article('psst').waitFor();
    await gus.page.getByRole('link', { name: 'Fay', exact: true }).waitFor();
    await fay.leave();
    await gus.leave();
  });
});
