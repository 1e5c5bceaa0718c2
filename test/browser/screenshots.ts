/**
 * `npm run screenshots`: every view of the chat in both themes and three widths, as PNG files in docs/screenshots. Only
 * those that the README shows are kept in the repository. Real chats are started for it, model included.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { repository } from '../testbed/folders.ts';
import type { Chat } from './chat.ts';
import { startChat } from './chat.ts';
import { openBrowser, Person, type PersonOptions } from './person.ts';
import * as pictures from './pictures.ts';
import { PASSWORD, type Take } from './pictures.ts';

const NAMES = ['Nora', 'Ines', 'Lena', 'Paul', 'Emil', 'Tom'];
const LANGUAGES = ['fr', 'ar'];

const folder = path.join(repository, 'docs/screenshots');

const CODE = [
  'Here is what I have so far, what do you think?',
  '```ts\nexport function greet(name: string): string {\n  return `Hello, ${name}!`;\n}\n```',
].join('\n\n');
const FORMULA = 'And the area is $A = \\pi r^2$, so it grows with the square.';

interface Look {
  readonly theme: 'light' | 'dark';
  readonly width: number;
}

const looks: readonly Look[] = (['light', 'dark'] as const).flatMap((theme) =>
  [320, 768, 1280].map((width) => ({ theme, width })),
);

/** Somebody who looks at a chat, with pictures of what they see. */
async function look(
  browser: Browser,
  chat: Chat,
  { theme, width }: Look,
  { locale = 'en-US' }: Pick<PersonOptions, 'locale'> = {},
): Promise<{ person: Person; take: Take }> {
  const height = width === 320 ? 640 : 800;
  const person = await Person.arrive(browser, chat, { theme, width, height, locale });
  person.expectNetworkTrouble();
  const language = locale === 'en-US' ? '' : `-${locale}`;
  const take = async (view: string): Promise<void> => {
    // The README shows the widest pages of this one, under names that do not change.
    const isShown = view === 'chat' && width === 1280;
    if (view === 'chat' && !isShown) return;
    const file = isShown ? `chat-${theme}.png` : `${view}${language}-${theme}-${width}.png`;
    await person.page.screenshot({ path: path.join(folder, file) });
  };
  return { person, take };
}

async function takeChat(browser: Browser): Promise<void> {
  const chat = await startChat();
  try {
    await chat.post('general', 'Otto Berg', ['Good morning!', 'Did anyone look at the greeting?']);
    await chat.post('general', 'Mia', [CODE, FORMULA]);
    for (const [at, each] of looks.entries()) {
      process.stderr.write(`${each.theme}, ${each.width} px\n`);
      const { person, take } = await look(browser, chat, each);
      await pictures.takeConversation(person, NAMES[at]!, take);
      await pictures.takeAssistant(person, take);
      await pictures.takePanels(person, NAMES[at]!, take);
      await person.leave();
    }
    for (const locale of LANGUAGES) {
      process.stderr.write(`${locale}\n`);
      for (const [at, each] of looks.entries()) {
        const { person, take } = await look(browser, chat, each, { locale });
        await pictures.takeLanguage(person, `${NAMES[at]!} ${locale}`, take);
        await person.leave();
      }
    }
    process.stderr.write('without a backend\n');
    const people = [];
    for (const [at, each] of looks.entries()) {
      const one = await look(browser, chat, each);
      await one.person.open('/r/general');
      await one.person.join(`${NAMES[at]!} B.`);
      people.push(one);
    }
    await chat.stopBackend('SIGKILL');
    for (const { person, take } of people) {
      await pictures.takeOffline(person, take);
      await person.leave();
    }
  } finally {
    await chat.stop();
  }
}

async function takeAccounts(browser: Browser): Promise<void> {
  process.stderr.write('accounts\n');
  const chat = await startChat({
    auth: { mode: 'Accounts', allowSignup: true },
    admin: { name: 'Root', password: PASSWORD },
  });
  try {
    for (const each of looks) {
      const { person, take } = await look(browser, chat, each);
      await pictures.takeAccounts(person, take);
      await person.leave();
    }
  } finally {
    await chat.stop();
  }
}

fs.mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
try {
  await takeChat(browser);
  await takeAccounts(browser);
  process.stderr.write(`${fs.readdirSync(folder).length} pictures in ${folder}\n`);
} finally {
  await browser.close();
}
