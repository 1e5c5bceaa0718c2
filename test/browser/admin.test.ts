import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { describe, it } from 'mocha';
import { until } from '../testbed/wait.ts';
import { fits, focusedLabel, violations } from './looking.ts';
import type { PersonOptions } from './person.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

const ADMIN = { name: 'Root', password: 'administrators know it' };

describe('the administration of the chat', function () {
  this.timeout(120_000);
  const place = stage({ auth: { mode: 'Accounts', allowSignup: true }, admin: ADMIN });

  async function enter(name: string, password: string, options: PersonOptions): Promise<Person> {
    const person = await Person.arrive(place.browser, place.chat, options);
    const { page } = person;
    await person.open('/r/quiet');
    if (name !== ADMIN.name) await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await page.locator('[data-phase="connected"]').waitFor();
    return person;
  }

  async function administration({ page }: Person): Promise<Locator> {
    await page.getByRole('button', { name: 'Menu of Root' }).click();
    await page.getByRole('button', { name: 'Administration of the chat' }).click();
    return page.getByRole('dialog', { name: 'Administration' });
  }

  it('locks, empties and removes rooms, and those who are there see it at once', async () => {
    const ann = await enter('Ann', 'correct horse battery', { width: 320, height: 640, theme: 'dark' });
    await ann.say('to be erased');
    await ann.article('to be erased').waitFor();
    const root = await enter(ADMIN.name, ADMIN.password, { width: 1280 });
    const panel = await administration(root);
    const quiet = panel.getByRole('listitem').filter({ hasText: 'Quiet' });
    const bothAreCounted = async (): Promise<boolean> => {
      await panel.getByRole('radio', { name: 'People' }).check();
      await panel.getByRole('radio', { name: 'Rooms' }).check();
      return /2 people here/.test(await quiet.innerText());
    };
    await until('both are counted', bothAreCounted, { timeout: 20_000 });
    assert.deepEqual(await violations(root), []);
    await quiet.getByRole('button', { name: 'Lock the room Quiet' }).click();
    await quiet.getByText('Locked: only moderators write here.').waitFor();
    await ann.page.getByRole('alert').filter({ hasText: 'This room is locked' }).waitFor();
    await quiet.getByRole('button', { name: 'Unlock the room Quiet' }).click();
    await ann.page.getByRole('alert').filter({ hasText: 'This room is locked' }).waitFor({ state: 'detached' });
    await quiet.getByRole('button', { name: 'Erase all messages Quiet' }).click();
    const sure = root.page.getByRole('alertdialog', { name: 'Erase all messages in Quiet?' });
    assert.deepEqual(await violations(root), []);
    await sure.getByRole('button', { name: 'Erase all messages' }).click();
    await panel.getByText('All messages are erased.').waitFor();
    await ann.article('to be erased').waitFor({ state: 'detached' });
    assert.equal(await quiet.getByRole('button', { name: 'Remove' }).count(), 0, 'it belongs to the chat');
    await ann.page.getByRole('button', { name: 'Show rooms' }).click();
    await ann.page.getByRole('button', { name: 'Make a room' }).click();
    await ann.page.getByRole('dialog').getByLabel('Name of the room').fill('Junk');
    await ann.page.getByRole('button', { name: 'Make the room' }).click();
    await ann.page.getByRole('log', { name: 'Messages in Junk' }).waitFor();
    await panel.getByRole('radio', { name: 'People' }).check();
    await panel.getByRole('radio', { name: 'Rooms' }).check();
    const junk = panel.getByRole('listitem').filter({ hasText: 'Junk' });
    await junk.getByRole('button', { name: 'Remove the room Junk' }).focus();
    await root.page.keyboard.press('Enter');
    await root.page
      .getByRole('alertdialog', { name: 'Remove Junk?' })
      .getByRole('button', { name: 'Remove the room' })
      .click();
    await ann.page.getByRole('alert').filter({ hasText: 'This room was removed.' }).waitFor();
    await junk.waitFor({ state: 'detached' });
    await until('the focus is in the dialog', async () => /^Administration/.test(await focusedLabel(root)), {
      timeout: 20_000,
    });
    await panel.getByRole('button', { name: 'Open General' }).click();
    await root.page.getByRole('log', { name: 'Messages in General' }).waitFor();
    await ann.leave();
    await root.leave();
  });

  it('may delete what others wrote, but not in a room of two', async () => {
    const root = await enter(ADMIN.name, ADMIN.password, { width: 1280 });
    const cleo = await enter('Cleo', 'correct horse battery', { width: 1280 });
    const offered = async (text: string): Promise<string[]> => {
      await root.article(text).focus();
      await root.page.keyboard.press('Enter');
      const menu = root.page.getByRole('menu', { name: 'Message actions' });
      await menu.getByRole('menuitem', { name: 'Copy text' }).waitFor();
      const names = await menu.getByRole('menuitem').allInnerTexts();
      await root.page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });
      return names.map((name) => name.trim());
    };
    await cleo.say('for everybody');
    await root.article('for everybody').waitFor();
    assert.ok((await offered('for everybody')).includes('Delete'));
    await cleo.page.getByRole('button', { name: 'Write to Root alone' }).click();
    await cleo.page.getByRole('log', { name: 'Messages in Root' }).waitFor();
    await cleo.say('between us');
    await root.page.getByRole('link', { name: /^Cleo/ }).click();
    await root.article('between us').waitFor();
    const between = await offered('between us');
    assert.ok(between.includes('Reply') && !between.includes('Delete'), between.join(', '));
    await root.page.getByRole('button', { name: 'Menu of Root' }).click();
    await root.page.getByRole('button', { name: 'Your account' }).click();
    const account = root.page.getByRole('dialog', { name: 'Your account' });
    await account.getByRole('listitem').first().waitFor();
    assert.equal(await account.getByRole('heading', { name: 'Delete the account' }).count(), 0);
    await cleo.leave();
    await root.leave();
  });

  it('shows how the chat is, as that changes, by keys alone and on a narrow page', async () => {
    const root = await enter(ADMIN.name, ADMIN.password, { width: 320, height: 640, theme: 'dark' });
    const panel = await administration(root);
    await panel.getByRole('listitem').filter({ hasText: 'Root' }).waitFor();
    await root.page.keyboard.press('Tab');
    await root.page.keyboard.press('ArrowRight');
    await panel.getByRole('listitem').filter({ hasText: 'General' }).waitFor();
    await fits(root);
    assert.deepEqual(await violations(root), []);
    await root.page.keyboard.press('ArrowRight');
    const figure = (name: string): Promise<string> =>
      panel
        .locator('admin-status div', { has: root.page.getByText(name, { exact: true }) })
        .locator('dd')
        .innerText();
    await panel.getByText('People connected').waitFor();
    assert.equal(await figure('Places taken in the queue'), '0 / 10');
    assert.equal(await figure('Bytes of a message'), '4,096');
    await panel.getByText(/smollm2/).waitFor();
    await fits(root);
    assert.deepEqual(await violations(root), []);
    await until('nobody else is there', async () => (await figure('Connections')) === '1', { timeout: 30_000 });
    const bob = await enter('Bob', 'correct horse battery', {});
    await until('he is counted', async () => (await figure('Connections')) === '2', { timeout: 30_000 });
    await root.page.keyboard.press('Escape');
    await until('the focus is back', async () => (await focusedLabel(root)) === 'Menu of Root', { timeout: 20_000 });
    await bob.leave();
    await root.leave();
  });
});
