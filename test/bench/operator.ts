/** Figures of the operator's bundle on a real API server on loopback. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CHILD_KINDS, COLLECTIONS, OperatorBed, pathTo } from '../integration/operator/operator.ts';
import { until } from '../testbed/wait.ts';
import { percentile, type Figure } from './figure.ts';

const ROUNDS = 20;
const MEBIBYTE = 2 ** 20;
const IDLE_SECONDS = 30;
/** Children that the operator makes without waiting for another controller: all but the pull Job, which waits for a volume. */
const CHILDREN = 27;

/** Milliseconds from the request that creates a ChatApp to the watch event of its last child. */
async function timeCreate(bed: OperatorBed, seen: Map<string, number>, name: string): Promise<number> {
  const began = performance.now();
  await bed.create('default', name);
  const mine = () => [...seen].filter(([key]) => key.includes(` ${name}-`));
  await until(`children of ${name}`, () => mine().length >= CHILDREN, { timeout: 20_000, every: 5 });
  return Math.max(...mine().map(([, at]) => at)) - began;
}

/** Milliseconds from the deletion of a Service to the watch event of the new one. */
async function timeHeal(bed: OperatorBed, seen: Map<string, number>, name: string): Promise<number> {
  const key = `Service ${name}-backend`;
  seen.delete(key);
  const began = performance.now();
  await bed.client.ok('DELETE', pathTo('Service', 'default', `${name}-backend`));
  return (await until(`${key} is back`, () => seen.get(key), { timeout: 20_000, every: 5 })) - began;
}

export async function* operatorFigures(): AsyncGenerator<Figure> {
  const bed = await OperatorBed.start({ program: 'dist/operator/main.js', pods: 'idle' });
  try {
    const seen = new Map<string, number>();
    for (const kind of CHILD_KINDS) {
      await bed.client.follow(`/${COLLECTIONS[kind]!.replace('NS', 'default')}`, (type, { metadata }) => {
        if (type === 'ADDED') seen.set(`${kind} ${metadata.name}`, performance.now());
      });
    }
    yield {
      id: 'O7',
      what: 'operator, no ChatApp: resident memory',
      value: bed.residentBytes / MEBIBYTE,
      unit: 'MiB',
      target: 120,
    };
    await timeCreate(bed, seen, 'warm');
    const creates: number[] = [];
    const heals: number[] = [];
    const since = new Date();
    for (let round = 0; round < ROUNDS; round += 1) creates.push(await timeCreate(bed, seen, `chat-${round}`));
    // Status writes of the last ones may still be under way.
    await until('the queue is empty', async () => /workqueue_depth\{[^}]*\} 0/.test(await metrics(bed)), {
      timeout: 10_000,
    });
    const writes = bed.writesSince(since).filter((line) => !/ (events|chatapps|jobs)/.test(line)).length;
    for (let round = 0; round < ROUNDS; round += 1) heals.push(await timeHeal(bed, seen, `chat-${round}`));
    yield {
      id: 'O1',
      what: `create a ChatApp -> its ${CHILDREN} children, p50`,
      value: percentile(creates, 0.5),
      unit: 'ms',
      target: 80,
    };
    yield { id: 'O1-p99', what: 'the same, p99', value: percentile(creates, 0.99), unit: 'ms', target: 200 };
    yield {
      id: 'O2',
      what: 'child deleted -> there again, p50',
      value: percentile(heals, 0.5),
      unit: 'ms',
      target: 40,
    };
    yield { id: 'O2-p99', what: 'the same, p99', value: percentile(heals, 0.99), unit: 'ms', target: 200 };
    yield {
      id: 'O4',
      what: 'writes for one new ChatApp, status, events and Job apart',
      value: writes / ROUNDS,
      unit: 'requests',
      target: CHILDREN,
    };
    const idle = new Date();
    // Not a wait for something: this is the time over which idle traffic is counted.
    await sleep(IDLE_SECONDS * 1_000);
    const requests = bed.requestsSince(idle).length;
    yield {
      id: 'O6',
      what: `idle, ${ROUNDS + 1} ChatApps: requests`,
      value: requests / IDLE_SECONDS,
      unit: '1/s',
      target: 0.9,
    };
    yield {
      id: 'O7-20',
      what: `operator, ${ROUNDS + 1} ChatApps: resident memory`,
      value: bed.residentBytes / MEBIBYTE,
      unit: 'MiB',
    };
  } finally {
    await bed.stop();
  }
}

async function metrics(bed: OperatorBed): Promise<string> {
  return (await fetch(`${bed.url}/metrics`)).text();
}
