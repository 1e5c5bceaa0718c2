/** Views of the chat to be looked at: what somebody does until each is there. */
import type { Page } from 'playwright-core';
import { until } from '../testbed/wait.ts';
import type { Person } from './person.ts';

/** Keeps what is seen now under a name. */
export type Take = (view: string) => Promise<void>;

export const PASSWORD = 'administrators know it';

export async function takeConversation(person: Person, name: string, take: Take): Promise<void> {
  const { page } = person;
  await person.open('/r/quiet');
  await page.getByRole('button', { name: 'Join' }).waitFor();
  await take('entry');
  await person.join(name);
  await page.getByText('Say hello').waitFor();
  await take('empty');
  await person.open('/r/general');
  await person.article('greet').first().waitFor();
  await person.say('Looks good. I would call it `welcome`.');
  await page.locator('.code').first().waitFor();
  await page.locator('math').first().waitFor();
  await take('conversation');
}

export async function takeAssistant(person: Person, take: Take): Promise<void> {
  const { page } = person;
  await person.open('/r/ask');
  await person.say('Write a Python function that adds two numbers, and explain it in a few sentences.');
  await person.reply('running').locator('.code').waitFor({ timeout: 30_000 });
  await take('streaming');
  await until('nobody is answered', async () => (await page.getByRole('button', { name: 'Stop' }).count()) === 0, {
    timeout: 60_000,
  });
  await take('chat');
  await person.composer.pressSequentially('Hello @a');
  await page.getByRole('option').first().waitFor();
  await take('mention');
  await person.composer.fill('');
  await person.open('/r/broken');
  await person.say('Hello?');
  await person.reply('failed').waitFor({ timeout: 30_000 });
  await take('failed');
}

/** Everything that opens over a room. */
export async function takePanels(person: Person, name: string, take: Take): Promise<void> {
  const { page } = person;
  const close = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await page.locator('dialog[open], [role="menu"], search-panel').first().waitFor({ state: 'hidden' });
  };
  await person.open('/r/general');
  const own = person.article('I would call it').last();
  await own.waitFor();
  await page.getByRole('button', { name: /^Menu of/ }).click();
  await take('menu');
  await page.keyboard.press('Escape');
  await own.hover();
  await own.getByRole('button', { name: 'Message actions' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).waitFor();
  await take('message-menu');
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await take('editing');
  await page.keyboard.press('Escape');
  // Keys do something with a message that keys led to.
  await person.article('Did anyone look').first().focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('+');
  await page.getByRole('group', { name: 'Reactions to choose from' }).waitFor();
  await take('reactions');
  await page.keyboard.press('Enter');
  await person.article('Good morning').first().getByRole('button', { name: /You/ }).first().waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await take('shortcuts');
  await close();
  await person.article('Good morning').first().getByText('Otto Berg', { exact: true }).click();
  await page.getByRole('dialog', { name: 'Otto Berg' }).waitFor();
  await take('person');
  await close();
  await person.log.focus();
  await page.keyboard.press('/');
  await page.getByRole('searchbox').fill('greeting');
  await page
    .locator('search-panel')
    .getByRole('button', { name: /Otto Berg/ })
    .waitFor();
  await take('search');
  await close();
  await takeRooms(page, name, take);
}

/** A room of one's own, and its settings. */
async function takeRooms(page: Page, name: string, take: Take): Promise<void> {
  const list = page.getByRole('button', { name: 'Show rooms' });
  if (await list.isVisible()) {
    await list.click();
    await page.getByRole('link', { name: 'Quiet' }).waitFor();
    await take('rooms');
  }
  await page.getByRole('button', { name: 'Make a room' }).click();
  await page.getByRole('dialog').getByLabel('Name of the room').fill(`Boats of ${name}`);
  await take('new-room');
  await page.getByRole('button', { name: 'Make the room' }).click();
  await page.getByRole('log', { name: `Messages in Boats of ${name}` }).waitFor();
  await page.getByRole('button', { name: `Boats of ${name}`, exact: true }).click();
  await take('room-menu');
  await page.getByRole('button', { name: 'People and settings' }).click();
  await page.getByRole('dialog').getByRole('list').first().waitFor();
  await take('room-settings');
  await page.keyboard.press('Escape');
}

/** Signing in, the own account, and the administration of all. */
export async function takeAccounts(person: Person, take: Take): Promise<void> {
  const { page } = person;
  await person.open('/r/quiet');
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await take('sign-in');
  await page.getByRole('textbox', { name: 'Your name' }).fill('Root');
  await page.getByLabel('Password', { exact: true }).fill('not this one');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await take('sign-in-refused');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await person.connection('Connected').waitFor();
  await page.getByRole('button', { name: 'Menu of Root' }).click();
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('dialog', { name: 'Your account' }).getByRole('listitem').first().waitFor();
  await take('account');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Menu of Root' }).click();
  await page.getByRole('button', { name: 'Administration of the chat' }).click();
  const panel = page.getByRole('dialog', { name: 'Administration' });
  await panel.getByRole('listitem').first().waitFor();
  await take('administration');
  await panel.getByRole('radio', { name: 'Rooms' }).check();
  await panel.getByRole('button', { name: 'Open General' }).waitFor();
  await take('administration-rooms');
  await panel.getByRole('radio', { name: 'Status' }).check();
  await panel.getByText('People connected').waitFor();
  await take('administration-status');
  await page.keyboard.press('Escape');
}

/** The chat in another language: the words of the page are not English then. */
export async function takeLanguage(person: Person, name: string, take: Take): Promise<void> {
  const { page } = person;
  await person.open('/r/general');
  await page.getByRole('textbox').first().waitFor();
  await take('entry');
  await person.join(name);
  await person.article('greet').first().waitFor();
  await take('conversation');
  await page.keyboard.press('Tab');
  await page.locator('message-composer textarea').evaluate((field: HTMLElement) => field.blur());
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await take('shortcuts');
  await page.keyboard.press('Escape');
}

/** Without a backend: what waits to be sent, and a page that is opened then. */
export async function takeOffline(person: Person, take: Take): Promise<void> {
  await person
    .connection(/Reconnecting|Connecting/)
    .first()
    .waitFor();
  await person.say('This one goes out when the connection is back.');
  await person.page.getByText('Waits for the connection').waitFor();
  await take('offline');
  await person.page.reload();
  await person.page.getByRole('heading', { name: 'The chat is not reachable' }).waitFor();
  await take('error');
}
