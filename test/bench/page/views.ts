/** Every view in both themes and two widths: what axe finds, and what the page's policy had to forbid. */
import type { Browser } from 'playwright-core';
import type { Chat } from '../../browser/chat.ts';
import { violations } from '../../browser/looking.ts';
import { Person } from '../../browser/person.ts';
import type { Figure } from '../figure.ts';

interface View {
  readonly name: string;
  readonly open: (person: Person) => Promise<void>;
}

const VIEWS: readonly View[] = [
  {
    name: 'entry',
    open: async (person) => {
      await person.open('/r/general');
      await person.page.getByRole('button', { name: 'Join' }).waitFor();
    },
  },
  {
    name: 'conversation',
    open: async (person) => {
      await person.join(`Viewer ${Math.random().toString(36).slice(2, 8)}`);
      await person.page.locator('.code').first().waitFor();
    },
  },
  { name: 'menu', open: (person) => person.page.getByRole('button', { name: /^Menu of/ }).click() },
  {
    name: 'shortcuts',
    open: async (person) => {
      await person.page.keyboard.press('Escape');
      await person.log.focus();
      await person.page.keyboard.press('?');
      await person.page.getByRole('dialog').waitFor();
    },
  },
];

/** @param chat with a conversation that has code in room "general" */
export async function* viewFigures(browser: Browser, chat: Chat): AsyncGenerator<Figure> {
  let looks = 0;
  let found = 0;
  let forbidden = 0;
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [320, 1280]) {
      const person = await Person.arrive(browser, chat, { theme, width, height: 700 });
      person.page.on('console', (message) => {
        if (message.text().startsWith('policy violated')) forbidden += 1;
      });
      for (const view of VIEWS) {
        await view.open(person);
        looks += 1;
        found += (await violations(person)).length;
      }
      await person.page.context().close();
    }
  }
  const names = VIEWS.map(({ name }) => name).join(', ');
  yield { id: 'U4', what: `axe violations in ${looks} looks: ${names}`, value: found, unit: 'violations', target: 0 };
  yield { id: 'U5', what: 'violations of the policy on the way', value: forbidden, unit: 'violations', target: 0 };
}
