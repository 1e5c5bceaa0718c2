/** A room of 10,000 messages in a real browser: how long it takes to open, and what it costs to go far back in it. */
import type { Chat } from '../../browser/chat.ts';
import type { Person } from '../../browser/person.ts';
import { percentile, type Figure } from '../figure.ts';

export const MESSAGES = 10_000;
const ROUNDS = 10;
const WRITERS = 16;
const PAGES_BACK = 20;

const textOf = (n: number): string => `Message ${n}: some words that somebody might have said, and a few more of them.`;

/** Fills the room by REST, as people would. */
export async function fillRoom(chat: Chat): Promise<void> {
  const each = Math.ceil((MESSAGES - 1) / WRITERS);
  const writer = (n: number): Promise<void> =>
    chat.post(
      'history',
      `Writer ${n}`,
      Array.from({ length: Math.min(each, MESSAGES - 1 - n * each) }, (_, i) => textOf(n * each + i)),
    );
  await Promise.all(Array.from({ length: WRITERS }, (_, n) => writer(n)));
  await chat.post('history', 'Last', ['the newest of all']);
}

/** @param person who is in another room */
export async function* roomFigures(person: Person): AsyncGenerator<Figure> {
  const { page } = person;
  const newest = person.article('the newest of all');
  const link = (name: string) => page.getByRole('navigation').getByRole('link', { name });
  const opened: number[] = [];
  const loaded: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await link('Quiet').click();
    await newest.waitFor({ state: 'detached' });
    const began = performance.now();
    await link('History').click();
    await newest.waitFor();
    opened.push(performance.now() - began);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await person.open('/r/history');
    await newest.waitFor();
    loaded.push(performance.now() - began);
  }
  const words = `of a room of ${MESSAGES} messages, until the newest is seen, p50 of ${ROUNDS}`;
  yield { id: 'U3', what: `opening ${words}`, value: percentile(opened, 0.5), unit: 'ms', target: 300 };
  yield { id: 'U3-load', what: `loading the page ${words}`, value: percentile(loaded, 0.5), unit: 'ms' };
  yield* wayBack(person);
}

/** Somebody scrolls up, page after page. */
async function* wayBack(person: Person): AsyncGenerator<Figure> {
  const { page } = person;
  const scroller = page.locator('chat-transcript .scroller');
  const first = () => person.log.getByRole('article').first().innerText();
  let most = 0;
  let slowest = 0;
  for (let at = 0; at < PAGES_BACK; at++) {
    const before = await first();
    const began = performance.now();
    await scroller.evaluate((element) => (element.scrollTop = 0));
    while ((await first()) === before) await page.waitForTimeout(5);
    slowest = Math.max(slowest, performance.now() - began);
    most = Math.max(most, await person.log.getByRole('article').count());
  }
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const words = `after ${PAGES_BACK} times up to the beginning of what is shown`;
  yield {
    id: 'U3-articles',
    what: `most messages in the document, ${words}`,
    value: most,
    unit: 'messages',
    target: 400,
  };
  yield { id: 'U3-back', what: `slowest of them: older messages are seen`, value: slowest, unit: 'ms' };
  yield { id: 'U3-heap', what: `JavaScript heap, ${words}`, value: usedSize / 2 ** 20, unit: 'MiB' };
}
