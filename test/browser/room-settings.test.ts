import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { describe, it } from 'mocha';
import { until } from '../testbed/wait.ts';
import { fits, focusedLabel, violations } from './looking.ts';
import type { PersonOptions } from './person.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

const NARROW = { width: 320, height: 640, theme: 'dark' } as const;

describe('the settings of a room', function () {
  this.timeout(120_000);
  const place = stage();
  const enter = (name: string, options?: PersonOptions): Promise<Person> =>
    Person.enter(place.browser, place.chat, name, 'general', options);

  async function makeRoom({ page }: Person, title: string, kind: 'Everyone' | 'Only'): Promise<void> {
    await page.getByRole('button', { name: 'Make a room' }).click();
    const dialog = page.getByRole('dialog', { name: 'A new room' });
    await dialog.getByLabel('Name of the room').fill(title);
    await dialog.getByRole('radio', { name: new RegExp(`^${kind}`) }).check();
    await dialog.getByRole('button', { name: 'Make the room' }).click();
    await page.getByRole('log', { name: `Messages in ${title}` }).waitFor();
    await dialog.waitFor({ state: 'hidden' });
  }

  async function settings({ page }: Person, title: string): Promise<Locator> {
    await page.getByRole('button', { name: title, exact: true }).click();
    await page.getByRole('button', { name: 'People and settings' }).click();
    await page.getByRole('dialog', { name: title }).waitFor();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('list').first().waitFor();
    return dialog;
  }

  async function follow({ page }: Person, title: string): Promise<void> {
    const menu = page.getByRole('button', { name: 'Show rooms' });
    if (await menu.isVisible()) await menu.click();
    await page.getByRole('link', { name: new RegExp(`^${title}`) }).click();
    await page.getByRole('log', { name: `Messages in ${title}` }).waitFor();
  }

  it('are changed by who made it, and others see that at once: its name, its lock while they write', async () => {
    const [ann, bob] = await Promise.all([enter('Ann'), enter('Bob', NARROW)]);
    await makeRoom(ann, 'Harbour', 'Everyone');
    await follow(bob, 'Harbour');
    await bob.composer.fill('half a sentence');
    const dialog = await settings(ann, 'Harbour');
    assert.deepEqual(await violations(ann), []);
    await dialog.getByLabel('Name of the room').fill('Marina');
    await dialog.getByLabel('The assistant answers').selectOption({ label: 'Never' });
    await dialog.getByLabel('What the assistant is told first').fill('You know boats.');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('It is saved.').waitFor();
    await bob.page.getByRole('log', { name: 'Messages in Marina' }).waitFor();
    await ann.page.getByRole('dialog', { name: 'Marina' }).waitFor();
    assert.equal(await dialog.getByLabel('What the assistant is told first').inputValue(), 'You know boats.');
    await dialog.getByRole('button', { name: 'Lock the room' }).click();
    const locked = bob.page.getByRole('alert').filter({ hasText: /This room is locked/ });
    await locked.waitFor();
    assert.equal(await bob.composer.count(), 0, 'nothing asks to be written in');
    // It looks like no room for a few, and who locked it sees that it is.
    for (const { page } of [ann, bob]) await page.locator('room-menu').getByText('locked', { exact: true }).waitFor();
    await ann.page.locator('room-list a').filter({ hasText: 'Marina' }).getByText('locked').waitFor();
    await fits(bob);
    assert.deepEqual(await violations(bob), []);
    const shown = await settings(bob, 'Marina');
    await shown.getByText('Locked: only moderators write here.').waitFor();
    assert.deepEqual(await shown.getByRole('button').allInnerTexts(), ['Close']);
    await fits(bob);
    assert.deepEqual(await violations(bob), []);
    await dialog.getByRole('button', { name: 'Unlock the room' }).click();
    await shown.getByText('Locked: only moderators write here.').waitFor({ state: 'detached' });
    await bob.page.keyboard.press('Escape');
    await until('the focus is back', async () => (await focusedLabel(bob)) === 'Marina', { timeout: 20_000 });
    await locked.waitFor({ state: 'detached' });
    await ann.page.locator('room-menu').getByText('locked', { exact: true }).waitFor({ state: 'detached' });
    assert.equal(await bob.composer.inputValue(), 'half a sentence');
    await bob.composer.press('Enter');
    await ann.article('half a sentence').waitFor();
    await ann.leave();
    await bob.leave();
  });

  it('lock it: no message offers what the server refuses then, but to those who may', async () => {
    const [hal, ida] = await Promise.all([enter('Hal'), enter('Ida')]);
    await makeRoom(hal, 'Board', 'Everyone');
    const dialog = await settings(hal, 'Board');
    await dialog.getByLabel('The assistant answers').selectOption('Always');
    await dialog.getByLabel('Model').selectOption('no-such-model');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('It is saved.').waitFor();
    await hal.page.keyboard.press('Escape');
    await follow(ida, 'Board');
    await ida.say('mine');
    const offered = async (person: Person): Promise<string[]> => {
      const message = person.article('mine').filter({ hasNot: person.page.getByRole('button', { name: 'Retry' }) });
      await message.focus();
      await message.press('Enter');
      const menu = person.page.getByRole('menu');
      await menu.waitFor();
      const entries = await menu.getByRole('menuitem').allInnerTexts();
      await person.page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });
      return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
    };
    const retry = ida.page.getByRole('button', { name: 'Retry' });
    await retry.waitFor();
    await hal.article('mine').first().focus();
    await hal.page.keyboard.press('Enter');
    await hal.page.getByRole('menuitemcheckbox', { name: '👍' }).click();
    const reaction = ida.log.getByRole('button', { name: /👍/ });
    await reaction.waitFor();
    assert.equal(await reaction.isEnabled(), true);
    assert.deepEqual(await offered(ida), ['Reply', 'Copy text', 'Edit', 'Delete']);
    await settings(hal, 'Board');
    await dialog.getByRole('button', { name: 'Lock the room' }).click();
    await ida.page
      .getByRole('alert')
      .filter({ hasText: /This room is locked/ })
      .waitFor();
    await hal.page.keyboard.press('Escape');
    await retry.waitFor({ state: 'detached' });
    assert.equal(await reaction.isEnabled(), false);
    assert.deepEqual(await offered(ida), ['Copy text', 'Delete']);
    assert.deepEqual(await offered(hal), ['Reply', 'Copy text', 'Delete', 'About Ida']);
    const own = ida.article('mine').first();
    await own.hover();
    const beside = await own.locator('message-tools').getByRole('button').all();
    assert.deepEqual(await Promise.all(beside.map((button) => button.getAttribute('aria-label'))), ['Message actions']);
    assert.deepEqual(await violations(ida), []);
    await own.getByRole('button', { name: 'Message actions' }).click();
    await ida.page.getByRole('menuitem', { name: 'Delete' }).click();
    await ida.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await hal.article('This message was deleted.').waitFor();
    await hal.leave();
    await ida.leave();
  });

  it('send people out, who may come back, and ban them, who may not until the ban is taken back', async () => {
    const [cleo, dan] = await Promise.all([enter('Cleo'), enter('Dan', NARROW)]);
    await makeRoom(cleo, 'Cellar', 'Everyone');
    await follow(dan, 'Cellar');
    await dan.composer.fill('wait');
    const dialog = await settings(cleo, 'Cellar');
    const here = dialog.getByRole('list', { name: 'People here' });
    await here.getByRole('button', { name: 'Send out Dan' }).focus();
    await cleo.page.keyboard.press('Enter');
    await dialog.getByText('Dan was sent out.').waitFor();
    await dan.page.getByRole('alert').filter({ hasText: 'You were sent out of this room.' }).waitFor();
    await here.getByRole('listitem').filter({ hasText: 'Dan' }).waitFor({ state: 'detached' });
    assert.equal(await dan.page.getByRole('heading', { level: 1 }).innerText(), 'Cellar');
    await fits(dan);
    assert.deepEqual(await violations(dan), []);
    await dan.page.getByRole('button', { name: 'Come back' }).click();
    await dan.page.getByRole('log', { name: 'Messages in Cellar' }).waitFor();
    assert.equal(await dan.composer.inputValue(), 'wait');
    await here.getByRole('button', { name: 'Ban Dan' }).focus();
    await cleo.page.keyboard.press('Enter');
    await dialog.getByText('Dan is banned.').waitFor();
    await here.getByRole('listitem').filter({ hasText: 'Dan' }).waitFor({ state: 'detached' });
    await until('the focus is in the dialog', async () => /^Cellar/.test(await focusedLabel(cleo)), {
      timeout: 20_000,
    });
    assert.deepEqual(await violations(cleo), []);
    await dan.page.getByRole('alert').filter({ hasText: 'You are banned from this room.' }).waitFor();
    const back = dan.page.getByRole('button', { name: 'Come back' });
    await back.waitFor({ state: 'detached' });
    dan.expectNetworkTrouble();
    await dan.page.reload();
    await dan.page.getByRole('alert').filter({ hasText: 'You are banned from this room.' }).waitFor();
    await dialog
      .getByRole('list', { name: 'Banned people' })
      .getByRole('button', { name: 'Take the ban back' })
      .click();
    await dialog.getByText('Dan may come back.').waitFor();
    await back.click();
    await dan.page.getByRole('log', { name: 'Messages in Cellar' }).waitFor();
    await cleo.leave();
    await dan.leave();
  });

  it('invite later, erase what was written, let members leave, and remove a room that is open elsewhere', async () => {
    const [eve, fay, gus] = await Promise.all([enter('Eve', { width: 1280 }), enter('Fay', NARROW), enter('Gus')]);
    eve.expectNetworkTrouble(); // a refusal is an error in the console
    await makeRoom(eve, 'Plan', 'Only');
    await eve.say('a secret');
    await eve.article('a secret').waitFor();
    const dialog = await settings(eve, 'Plan');
    const whom = dialog.getByLabel('Name of somebody in this chat');
    for (const name of ['Nobody', 'Fay', 'Gus']) {
      await whom.fill(name);
      await whom.press('Enter');
      await dialog.getByText(name === 'Nobody' ? /^Nobody here is called/ : `${name} is a member now.`).waitFor();
    }
    assert.deepEqual(await violations(eve), []);
    await follow(fay, 'Plan');
    await fay.article('a secret').waitFor();
    await follow(gus, 'Plan');
    await dialog.getByRole('button', { name: 'Erase all messages' }).click();
    const sure = eve.page.getByRole('alertdialog', { name: 'Erase all messages in Plan?' });
    await sure.getByText(/Nobody can bring them back/).waitFor();
    await sure.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await fay.article('a secret').count(), 1);
    await dialog.getByRole('button', { name: 'Erase all messages' }).click();
    await sure.getByRole('button', { name: 'Erase all messages' }).click();
    await dialog.getByText('All messages are erased.').waitFor();
    await fay.article('a secret').waitFor({ state: 'detached' });
    const own = await settings(fay, 'Plan');
    await fits(fay);
    assert.deepEqual(await violations(fay), []);
    await own.getByRole('button', { name: 'Leave the room' }).click();
    const leaving = fay.page.getByRole('alertdialog', { name: 'Leave Plan?' });
    await leaving.getByText(/only when a member invites you/).waitFor();
    await leaving.getByRole('button', { name: 'Leave the room' }).click();
    await fay.page.getByRole('log', { name: 'Messages in General' }).waitFor();
    const members = dialog.getByRole('list', { name: 'Members' }).getByRole('listitem');
    await until('the list has two', async () => (await members.count()) === 2, { timeout: 20_000 });
    await dialog.getByRole('button', { name: 'Remove the room' }).click();
    await eve.page
      .getByRole('alertdialog', { name: 'Remove Plan?' })
      .getByRole('button', { name: 'Remove the room' })
      .click();
    await eve.page.getByRole('log', { name: 'Messages in General' }).waitFor();
    await gus.page.getByRole('alert').filter({ hasText: 'This room was removed.' }).waitFor();
    await gus.page.getByRole('link', { name: /^Plan/ }).waitFor({ state: 'detached' });
    await gus.page.getByRole('button', { name: 'Go to the first room' }).click();
    await gus.page.getByRole('log', { name: 'Messages in General' }).waitFor();
    await eve.leave();
    await fay.leave();
    await gus.leave();
  });

  it('answer beside what was pressed, in view, however far they are scrolled', async () => {
    const kim = await enter('Kim', NARROW);
    kim.expectNetworkTrouble();
    await kim.page.getByRole('button', { name: 'Show rooms' }).click();
    await makeRoom(kim, 'Answers', 'Only');
    const dialog = await settings(kim, 'Answers');
    const isBeside = async (answer: Locator, pressed: Locator): Promise<boolean> => {
      const [said, asked] = [await answer.boundingBox(), await pressed.boundingBox()];
      if (said === null || asked === null) return false;
      const inView = said.y >= 0 && said.y + said.height <= NARROW.height;
      return inView && said.y >= asked.y && said.y - asked.y - asked.height < 160;
    };
    const steps = [
      ['Save', 'status', 'It is saved.'],
      ['Invite', 'alert', 'Nobody here is called "Nobody".'],
      ['Erase all messages', 'status', 'All messages are erased.'],
    ] as const;
    await dialog.getByLabel('Name of somebody in this chat').fill('Nobody');
    for (const [says, role, answers] of steps) {
      const button = dialog.getByRole('button', { name: says });
      await button.click();
      const sure = kim.page.getByRole('alertdialog').getByRole('button', { name: says });
      if (says === 'Erase all messages') await sure.click();
      const answer = dialog.getByRole(role).filter({ hasText: answers });
      await answer.waitFor();
      await until(`the answer is beside ${says}`, () => isBeside(answer, button), { timeout: 20_000 });
      assert.equal(await dialog.getByText(answers).count(), 1);
      await fits(kim);
      assert.deepEqual(await violations(kim), []);
    }
    await kim.leave();
  });

  it('are there from right to left, and in French say what was refused', async () => {
    const people = [
      { locale: 'ar', make: 'إنشاء غرفة', save: 'إنشاء الغرفة', only: 'المدعوون فقط', open: 'الأشخاص والإعدادات' },
      { locale: 'fr', make: 'Créer un salon', save: 'Créer le salon', only: /invité/, open: 'Personnes et réglages' },
    ];
    const look = async ({ locale, make, save, only, open }: (typeof people)[number]): Promise<void> => {
      const person = await enter(`Zoe ${locale}`, { ...NARROW, locale });
      const { page } = person;
      person.expectNetworkTrouble();
      await page.locator('header button').first().click();
      await page.getByRole('button', { name: make }).click();
      await page.getByRole('dialog').getByRole('textbox').fill('Wörter');
      await page.getByRole('radio', { name: only }).check();
      await page.getByRole('button', { name: save }).click();
      await page.getByRole('button', { name: 'Wörter', exact: true }).click();
      await page.getByRole('button', { name: open }).click();
      const dialog = page.getByRole('dialog', { name: 'Wörter' });
      await dialog.locator('#whom').fill('Personne');
      await dialog.locator('#whom').press('Enter');
      const refused = dialog.getByRole('alert').filter({ hasText: /\S/ });
      await refused.waitFor();
      assert.doesNotMatch(await refused.innerText(), /called/);
      await fits(person);
      assert.deepEqual(await violations(person), []);
      await person.leave();
    };
    await Promise.all(people.map(look));
  });
});
