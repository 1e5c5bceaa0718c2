/** A long reply as it streams into a real page: what the main thread does for it, layout and painting included. */
import { setTimeout as sleep } from 'node:timers/promises';
import { redisStore } from '../../../runtime/store/redis/store.ts';
import { HEARTBEAT_MS } from '../../../runtime/store/runs.ts';
import type { Chat } from '../../browser/chat.ts';
import type { Person } from '../../browser/person.ts';
import type { Figure } from '../figure.ts';
import { longReply } from '../markdown.ts';

const TOKENS_PER_SECOND = 100;
/** How often the assistant sends what it has, as in runtime/ai/deltas.ts. */
const GATHER_MS = 35;
const LENGTH = 16_384;
const TOKEN_LENGTH = 4;
const KEEP = { maxMessages: 20_000, maxAgeSeconds: 3600 };
const ROOM = 'quiet';

/** Writes a reply to the store as a backend does; the real backend hands it on. The model itself would add its own pace. */
async function write(chat: Chat, text: string): Promise<void> {
  const nothing = { answered: () => undefined, reconnected: () => undefined, refused: () => undefined };
  const store = redisStore({ servers: [{ host: '127.0.0.1', port: chat.redisPort }], memory: 'keeps' }, nothing);
  while (!store.connected()) await sleep(10);
  const run = {
    id: `bench-${Date.now()}`,
    room: ROOM,
    model: 'bench',
    replyTo: '1-1',
    askedBy: 'bench',
    askedAt: Date.now(),
  };
  await store.runs.enqueue(run, { maxWaiting: 10, waitingPerRoom: 'any' });
  const claim = await store.runs.take(run.id);
  if (claim === undefined) throw new Error('somebody else took the reply');
  const heartbeat = setInterval(() => void store.runs.heartbeat(run.id, claim.fence), HEARTBEAT_MS);
  const { id, model, replyTo, askedBy } = run;
  await store.log.append(ROOM, `${id}:start`, { kind: 'run-start', run: id, model, replyTo, askedBy }, KEEP);
  const perSecond = TOKENS_PER_SECOND * TOKEN_LENGTH;
  const began = performance.now();
  for (let at = 0; at < text.length;) {
    const due = Math.min(text.length, Math.ceil(((performance.now() - began) / 1000) * perSecond));
    const part = text.slice(at, due);
    const frame = { type: 'delta', room: ROOM, run: id, at, text: part };
    if (part !== '') await store.runs.addText(ROOM, id, at, part, JSON.stringify(frame));
    at = due;
    await sleep(GATHER_MS);
  }
  await store.log.append(ROOM, `${id}:end`, { kind: 'run-end', run: id, model, outcome: 'done', text }, KEEP);
  await store.runs.release(id, claim.fence);
  clearInterval(heartbeat);
  await store.close();
}

/** @param person who is in the room where the reply comes */
export async function* streamFigures(chat: Chat, person: Person): AsyncGenerator<Figure> {
  const { page } = person;
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    Object.assign(globalThis, { longTasks: tasks });
  });
  const session = await page.context().newCDPSession(page);
  // Time of the processor: what others do meanwhile does not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async (): Promise<{ script: number; task: number }> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string): number => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1000;
    return { script: of('ScriptDuration'), task: of('TaskDuration') };
  };
  const before = await busy();
  await write(chat, longReply(LENGTH));
  await person.reply('done').waitFor();
  const after = await busy();
  const longest = await page.evaluate(() =>
    Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks),
  );
  const what = `a reply of 16 KB streams into the page at ${TOKENS_PER_SECOND} tokens a second`;
  yield { id: 'U2-script', what: `${what}: scripts in all`, value: after.script - before.script, unit: 'ms' };
  yield {
    id: 'U2-thread',
    what: `${what}: main thread in all, layout included`,
    value: after.task - before.task,
    unit: 'ms',
  };
  yield {
    id: 'U2-long',
    what: `${what}: longest task, 0 where none is over 50 ms`,
    value: longest,
    unit: 'ms',
    target: 50,
  };
}
