import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { until } from '../testbed/wait.ts';
import { focusedLabel, violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

/** Much, because other work may have the processor. */
const SOON = { timeout: 20_000 };

describe('what people do with messages', function () {
  this.timeout(120_000);
  const place = stage();

  /** The menu of a message, open. */
  async function openMenu(person: Person, text: string): Promise<void> {
    await person.article(text).hover();
    await person.article(text).getByRole('button', { name: 'Message actions' }).click();
    await person.page.getByRole('menu', { name: 'Message actions' }).waitFor();
  }

  it('edit: the text is in the field, the draft comes back afterwards, others see it', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann', 'general');
    const bob = await Person.enter(place.browser, place.chat, 'Bob', 'general');
    await ann.say('First thougt');
    await bob.article('First thougt').waitFor();
    await ann.composer.fill('a draft');
    await openMenu(ann, 'First thougt');
    assert.deepEqual(await violations(ann), []);
    await ann.page.getByRole('menuitem', { name: 'Edit' }).click();
    assert.equal(await ann.composer.inputValue(), 'First thougt');
    await ann.page.getByText('Editing your message').waitFor();
    assert.deepEqual(await violations(ann), []);
    await ann.composer.fill('First thought');
    await ann.composer.press('Enter');
    await bob.article('First thought').getByText('edited', { exact: true }).waitFor();
    await until('the draft is back', async () => (await ann.composer.inputValue()) === 'a draft', SOON);
    await openMenu(bob, 'First thought');
    assert.equal(await bob.page.getByRole('menuitem', { name: 'Edit' }).count(), 0);
    assert.equal(await bob.page.getByRole('menuitem', { name: 'Delete' }).count(), 0);
    await ann.leave();
    await bob.leave();
  });

  it('edit the last one by the up-arrow, and give it up by Escape', async () => {
    const cleo = await Person.enter(place.browser, place.chat, 'Cleo', 'quiet');
    await cleo.say('older');
    await cleo.say('newer');
    await cleo.article('newer').locator('message-tools').waitFor({ state: 'attached' });
    await cleo.composer.press('ArrowUp');
    assert.equal(await cleo.composer.inputValue(), 'newer');
    await cleo.composer.press('Escape');
    assert.equal(await cleo.composer.inputValue(), '');
    await cleo.composer.press('ArrowUp');
    await cleo.composer.fill('newest');
    await cleo.composer.press('Enter');
    await cleo.text('newest').waitFor();
    assert.equal(await cleo.text('newer').count(), 0);
    await cleo.leave();
  });

  it('keep an edit that did not reach the chat', async () => {
    const dan = await Person.enter(place.browser, place.chat, 'Dan', 'quiet');
    dan.expectNetworkTrouble();
    await dan.say('before the fault');
    await dan.article('before the fault').locator('message-tools').waitFor({ state: 'attached' });
    await place.chat.stopBackend('SIGKILL');
    try {
      await dan
        .connection(/Reconnecting in \d+ s|Connecting/)
        .first()
        .waitFor();
      await dan.composer.press('ArrowUp');
      await dan.composer.fill('after the fault');
      await dan.composer.press('Enter');
      await dan.page.getByRole('alert').filter({ hasText: 'there is no connection' }).waitFor();
      assert.equal(await dan.composer.inputValue(), 'after the fault');
    } finally {
      await place.chat.startBackend();
    }
    await dan.connection('Connected').waitFor({ timeout: 60_000 });
    // Connected is not yet in the room.
    await until(
      'it is saved',
      async () => {
        await dan.composer.press('Enter');
        return dan.text('after the fault').isVisible();
      },
      { timeout: 20_000, every: 500 },
    );
    await dan.leave();
  });

  it('delete, after a question, for everyone', async () => {
    const eve = await Person.enter(place.browser, place.chat, 'Eve', 'general');
    const fay = await Person.enter(place.browser, place.chat, 'Fay', 'general');
    await eve.say('to be gone');
    await fay.article('to be gone').waitFor();
    const dialog = eve.page.getByRole('alertdialog', { name: 'Delete this message?' });
    await openMenu(eve, 'to be gone');
    await eve.page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.waitFor();
    assert.deepEqual(await violations(eve), []);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await fay.article('to be gone').count(), 1);
    await openMenu(eve, 'to be gone');
    await eve.page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await fay.article('to be gone').waitFor({ state: 'detached' });
    await fay.article('This message was deleted.').waitFor();
    assert.equal(await eve.article('This message was deleted.').locator('message-tools').count(), 0);
    await eve.leave();
    await fay.leave();
  });

  it('react, from the small set and from the large one, and see who did', async () => {
    const gus = await Person.enter(place.browser, place.chat, 'Gus', 'quiet');
    const hal = await Person.enter(place.browser, place.chat, 'Hal', 'quiet');
    await gus.say('a good idea');
    await openMenu(hal, 'a good idea');
    await hal.page.getByRole('menuitemcheckbox', { name: '👍' }).click();
    await gus.article('a good idea').getByRole('button', { name: '👍 1 Hal' }).click();
    const both = hal.article('a good idea').getByRole('button', { name: '👍 2 You and Gus' });
    await both.waitFor();
    assert.match(await both.innerText(), /2/);
    assert.equal(await both.getAttribute('aria-pressed'), 'true');
    await hal.article('a good idea').hover();
    await hal.article('a good idea').getByRole('button', { name: 'React', exact: true }).click();
    const picker = hal.page.getByRole('group', { name: 'Reactions to choose from' });
    await picker.waitFor();
    assert.deepEqual(await violations(hal), []);
    await picker.getByRole('button', { name: '🚀' }).click();
    await gus.article('a good idea').getByRole('button', { name: '🚀 1 Hal' }).waitFor();
    await openMenu(gus, 'a good idea');
    await gus.page.getByRole('list', { name: 'Reactions' }).getByText('🚀Hal').waitFor();
    await gus.page.keyboard.press('Escape');
    await both.click();
    await hal.article('a good idea').getByRole('button', { name: '👍 1 Gus' }).waitFor();
    await gus.page.reload();
    await gus.article('a good idea').getByRole('button', { name: '👍 1 You' }).waitFor();
    await gus.leave();
    await hal.leave();
  });

  it('answer one, and go to what was answered, of however long ago', async () => {
    const ivy = await Person.enter(place.browser, place.chat, 'Ivy', 'history');
    await ivy.say('the question of long ago');
    await ivy.article('the question of long ago').locator('message-tools').waitFor({ state: 'attached' });
    await openMenu(ivy, 'the question of long ago');
    await ivy.page.getByRole('menuitem', { name: 'Reply' }).click();
    await ivy.page.getByText('Replying to Ivy').waitFor();
    const fillers = Array.from({ length: 700 }, (_, index) => `filler ${index}`);
    await place.chat.post('history', 'Writer', fillers);
    await ivy.composer.fill('the answer of today');
    await ivy.composer.press('Enter');
    const jan = await Person.enter(place.browser, place.chat, 'Jan', 'history');
    await jan.text('the answer of today').waitFor();
    assert.equal(await jan.text('the question of long ago').count(), 0);
    await jan
      .article('the answer of today')
      .getByRole('button', { name: /An earlier message/ })
      .click();
    await jan.text('the question of long ago').waitFor();
    await until('it is in view', () => inView(jan, 'the question of long ago'), SOON);
    await until('the message has the focus', async () => (await focusedLabel(jan)).startsWith('Ivy, '), SOON);
    assert.ok((await jan.page.locator('chat-message').count()) <= 400);
    await jan.page.getByRole('button', { name: 'Jump to newest' }).click();
    await jan
      .article('the answer of today')
      .getByRole('button', { name: /Ivy the question of long ago/ })
      .waitFor();
    await ivy.leave();
    await jan.leave();
  });

  it('copy, and do all of it by keyboard', async () => {
    const kim = await Person.enter(place.browser, place.chat, 'Kim', 'quiet');
    await kim.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await kim.say('**by keys** alone');
    await kim.article('by keys').locator('message-tools').waitFor({ state: 'attached' });
    const { keyboard } = kim.page;
    await kim.log.focus();
    await keyboard.press('ArrowUp');
    assert.match(await focusedLabel(kim), /^You, /);
    const own = await focusedLabel(kim);
    await keyboard.press('c');
    await kim.page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    assert.equal(await kim.page.evaluate(() => navigator.clipboard.readText()), '**by keys** alone');
    await keyboard.press('Enter');
    const menu = kim.page.getByRole('menu', { name: 'Message actions' });
    await menu.waitFor();
    await keyboard.press('ArrowDown');
    await until('the first entry has the focus', async () => (await focusedLabel(kim)) === 'Reply', SOON);
    await keyboard.press('End');
    assert.equal(await focusedLabel(kim), 'Delete');
    await keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    await until('the focus is back', async () => (await focusedLabel(kim)) === own, SOON);
    await keyboard.press('+');
    await kim.page.getByRole('group', { name: 'Reactions to choose from' }).waitFor();
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await kim.article('by keys').getByRole('button', { name: '😄 1 You' }).waitFor();
    await until('the focus is back', async () => (await focusedLabel(kim)).startsWith('You, '), SOON);
    await keyboard.press('e');
    assert.equal(await kim.composer.inputValue(), '**by keys** alone');
    await keyboard.press('Escape');
    await kim.log.focus();
    await keyboard.press('ArrowUp');
    await keyboard.press('Delete');
    await kim.page.getByRole('alertdialog').waitFor();
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await kim.article('This message was deleted.').waitFor();
    await kim.leave();
  });

  it('begin with what is typed where there is no field, but not under a dialog', async () => {
    const uma = await Person.enter(place.browser, place.chat, 'Uma', 'general');
    const { page, composer } = uma;
    const types = async (text: string): Promise<void> => {
      await page.keyboard.type(text);
      assert.equal(await composer.inputValue(), text);
      assert.equal(await focusedLabel(uma), 'Message');
      await composer.fill('');
    };
    await page.getByRole('link', { name: 'Quiet' }).click();
    await page.getByRole('log', { name: 'Messages in Quiet' }).waitFor();
    await types('after the room was chosen');
    await composer.blur();
    await types('@where nothing has the focus');
    await uma.log.focus();
    await types('everyone at the list of messages');
    await composer.blur();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.waitFor();
    await page.keyboard.type('no');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+b');
    await page.keyboard.press('Space');
    assert.equal(await composer.inputValue(), '');
    assert.notEqual(await focusedLabel(uma), 'Message');
    await uma.leave();
  });

  it('do it by touch, at 320 px', async () => {
    const lea = await Person.arrive(place.browser, place.chat, { width: 320, height: 640, touch: true });
    await lea.open('/r/quiet');
    await lea.join('Lea');
    await lea.say('by touch');
    const more = lea.article('by touch').getByRole('button', { name: 'Message actions' });
    await more.tap();
    await lea.page.getByRole('menu', { name: 'Message actions' }).waitFor();
    assert.deepEqual(await violations(lea), []);
    await lea.page.getByRole('menuitemcheckbox', { name: '🎉' }).tap();
    await lea.article('by touch').getByRole('button', { name: '🎉 1 You' }).waitFor();
    await lea.leave();
  });

  it('name somebody: chosen from a list, by keys and by mouse, and marked for who is named', async () => {
    const mia = await Person.enter(place.browser, place.chat, 'Mia', 'ask');
    const ole = await Person.enter(place.browser, place.chat, 'Ole Berg', 'ask');
    await mia.page.getByRole('button', { name: '2 people here' }).waitFor();
    await mia.composer.pressSequentially('Hello @ber');
    const list = mia.page.getByRole('listbox', { name: 'People to mention' });
    await list.getByRole('option', { name: 'Ole Berg', selected: true }).waitFor();
    assert.deepEqual(await violations(mia), []);
    await mia.composer.press('Enter');
    assert.equal(await mia.composer.inputValue(), 'Hello @Ole Berg ');
    await mia.composer.pressSequentially('and @');
    await list.getByRole('option', { name: /Assistant/ }).waitFor();
    await mia.composer.press('ArrowDown');
    await mia.composer.press('Escape');
    await list.waitFor({ state: 'hidden' });
    await mia.composer.press('Backspace');
    await mia.composer.pressSequentially('@as');
    await list.getByRole('option', { name: /Assistant/ }).click();
    assert.equal(await mia.composer.inputValue(), 'Hello @Ole Berg and @Assistant ');
    await mia.composer.press('Enter');
    const named = ole.log.getByRole('article', { name: /^Mia, .*mentions you$/ });
    await named.filter({ hasText: 'Hello @Ole Berg' }).waitFor();
    assert.equal(await mia.log.getByRole('article', { name: /mentions you/ }).count(), 0);
    assert.deepEqual(await violations(ole), []);
    await mia.leave();
    await ole.leave();
  });

  it('come back to what is new: marked, and gone to at once', async () => {
    const ned = await Person.arrive(place.browser, place.chat);
    const marked = readFrame(ned);
    await ned.open('/r/general');
    await ned.join('Ned');
    await ned.say('read by Ned');
    await ned.article('read by Ned').locator('message-tools').waitFor({ state: 'attached' });
    await marked;
    await ned.page.getByRole('link', { name: 'Quiet' }).click();
    await ned.page.getByRole('log', { name: 'Messages in Quiet' }).waitFor();
    const news = Array.from({ length: 40 }, (_, index) => `news ${index}\n\nsecond line`);
    await place.chat.post('general', 'Otto', news);
    await ned.open('/r/general');
    const jump = ned.page.getByRole('button', { name: 'Jump to first new message' });
    await jump.waitFor();
    assert.deepEqual(await violations(ned), []);
    await jump.click();
    await until('the first new one is in view', () => inView(ned, /news 0\b/), SOON);
    await ned.page.getByText('New', { exact: true }).waitFor();
    await jump.waitFor({ state: 'hidden' });
    await ned.say('seen');
    await ned.page.getByText('New', { exact: true }).waitFor({ state: 'hidden' });
    await ned.leave();
  });

  async function inView(person: Person, text: string | RegExp): Promise<boolean> {
    const [row, view] = await Promise.all([person.article(text).boundingBox(), person.log.boundingBox()]);
    return row !== null && view !== null && row.y >= view.y && row.y + row.height <= view.y + view.height;
  }

  /** Resolves when the page told the server what was read. */
  function readFrame({ page }: Person): Promise<void> {
    return new Promise((resolve) => {
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => {
          if (String(payload).includes('"type":"read"')) resolve();
        }),
      );
    });
  }
});
