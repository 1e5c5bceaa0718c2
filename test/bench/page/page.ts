/** Figures of the page in a real browser, with a real chat behind it. */
import { openBrowser, Person } from '../../browser/person.ts';
import { startChat } from '../../browser/chat.ts';
import { lighthouse } from '../../testbed/lighthouse.ts';
import { say } from '../../testbed/progress.ts';
import type { Figure } from '../figure.ts';
import { fillRoom, MESSAGES, roomFigures } from './room.ts';
import { streamFigures } from './stream.ts';
import { viewFigures } from './views.ts';

const SAMPLE = 'Some text, and code:\n\n```ts\nconst value = compute(1, 2, 3);\n```';
const PERFORMANCE = { mobile: 95, desktop: 95 } as const;

export async function* pageFigures(): AsyncGenerator<Figure> {
  const [chat, browser] = await Promise.all([startChat({ maxMessages: 2 * MESSAGES }), openBrowser()]);
  try {
    await chat.post('general', 'Otto', ['Hello', SAMPLE]);
    const person = await Person.enter(browser, chat, 'Bench', 'quiet', { width: 1280 });
    yield* streamFigures(chat, person);
    say(`filling a room with ${MESSAGES} messages ...`);
    await fillRoom(chat);
    yield* roomFigures(person);
    await person.page.context().close();
    yield* viewFigures(browser, chat);
    for (const device of ['mobile', 'desktop'] as const) {
      const { performance, accessibility, 'best-practices': practices } = await lighthouse(chat.url, device);
      const good = { unit: 'points', good: 'at least' } as const;
      yield {
        id: `U6-${device}`,
        what: 'Lighthouse, performance',
        value: performance,
        ...good,
        target: PERFORMANCE[device],
      };
      yield { id: `U6-${device}-accessibility`, what: 'the same', value: accessibility, ...good, target: 100 };
      yield { id: `U6-${device}-practices`, what: 'the same', value: practices, ...good, target: 100 };
    }
  } finally {
    await browser.close();
    await chat.stop();
  }
}
