/**
 * `npm run screenshots`: every view of the chat in both themes and three widths, as PNG files in docs/screenshots. Only
 * those that the README shows are kept in the repository. A real chat is started for it, model included.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { repository } from '../testbed/folders.ts';
import { until } from '../testbed/wait.ts';
import type { Chat } from './chat.ts';
import { startChat } from './chat.ts';
import { openBrowser, Person } from './person.ts';

const NAMES = ['Nora', 'Ines', 'Lena', 'Paul', 'Emil', 'Tom'];

const folder = path.join(repository, 'docs/screenshots');

const CODE = [
  'Here is what I have so far, what do you think?',
  '```ts\nexport function greet(name: string): string {\n  return `Hello, ${name}!`;\n}\n```',
].join('\n\n');

interface Shot {
  readonly name: string;
  readonly theme: 'light' | 'dark';
  readonly width: number;
}

async function takeAll(browser: Browser, chat: Chat, { name, theme, width }: Shot): Promise<void> {
  const height = width === 320 ? 640 : 800;
  const person = await Person.arrive(browser, chat, { theme, width, height });
  person.expectNetworkTrouble();
  const { page } = person;
  const take = async (view: string): Promise<void> => {
    await page.screenshot({ path: path.join(folder, `${view}-${theme}-${width}.png`) });
  };
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
  await take('conversation');
  await person.open('/r/ask');
  await person.say('Write a Python function that adds two numbers, and explain it in a few sentences.');
  await person.reply('running').locator('.code').waitFor({ timeout: 30_000 });
  await take('streaming');
  await until('nobody is answered', async () => (await page.getByRole('button', { name: 'Stop' }).count()) === 0, {
    timeout: 60_000,
  });
  if (width === 1280) await page.screenshot({ path: path.join(folder, `chat-${theme}.png`) });
  await person.open('/r/broken');
  await person.say('Hello?');
  await person.reply('failed').waitFor({ timeout: 30_000 });
  await take('failed');
  await page.getByRole('button', { name: /^Menu of/ }).click();
  await take('menu');
  await page.keyboard.press('Escape');
  await person.leave();
}

async function takeOffline(browser: Browser, chat: Chat, shots: readonly Shot[]): Promise<void> {
  const people = await Promise.all(
    shots.map(async ({ name, theme, width }) => {
      const person = await Person.enter(browser, chat, `${name} B.`, 'general', {
        theme,
        width,
        height: 700,
      });
      person.expectNetworkTrouble();
      return { person, theme, width };
    }),
  );
  await chat.stopBackend('SIGKILL');
  for (const { person, theme, width } of people) {
    await person
      .connection(/Reconnecting|Connecting/)
      .first()
      .waitFor();
    await person.say('This one goes out when the connection is back.');
    await person.page.getByText('Waits for the connection').waitFor();
    await person.page.screenshot({ path: path.join(folder, `offline-${theme}-${width}.png`) });
    await person.page.reload();
    await person.page.getByRole('heading', { name: 'The chat is not reachable' }).waitFor();
    await person.page.screenshot({ path: path.join(folder, `error-${theme}-${width}.png`) });
    await person.leave();
  }
}

const looks = (['light', 'dark'] as const).flatMap((theme) => [320, 768, 1280].map((width) => ({ theme, width })));
const shots = looks.map((look, index) => ({ ...look, name: NAMES[index]! }));
fs.mkdirSync(folder, { recursive: true });
const [chat, browser] = await Promise.all([startChat(), openBrowser()]);
try {
  await chat.post('general', 'Otto Berg', ['Good morning!', 'Did anyone look at the greeting?']);
  await chat.post('general', 'Mia', [CODE]);
  for (const shot of shots) {
    process.stderr.write(`${shot.theme}, ${shot.width} px\n`);
    await takeAll(browser, chat, shot);
  }
  await takeOffline(browser, chat, shots);
  process.stderr.write(`${fs.readdirSync(folder).length} pictures in ${folder}\n`);
} finally {
  await browser.close();
  await chat.stop();
}
