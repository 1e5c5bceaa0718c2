/** One ChatApp at a time: how long its children take, and what it costs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorBed, pathTo } from '../integration/operator/operator.ts';
import { until } from '../testbed/wait.ts';
import { Children, NAMESPACE } from './children.ts';
import { percentiles, type Figure } from './figure.ts';
import { cpuOf } from './process.ts';
import { RawClient } from './raw.ts';

const ROUNDS = 30;
const HEALED = 3;
const IDLE_SECONDS = 30;

/** Until nothing waits and nobody works. */
export async function quiet(bed: OperatorBed, timeout = 60_000): Promise<void> {
  const idle = async () => {
    const text = await bed.metrics();
    return /\nworkqueue_depth\{[^}]*\} 0\n/.test(text) && /\ncontroller_runtime_active_workers\{[^}]*\} 0\n/.test(text);
  };
  // Twice, with time between for what the last change brings.
  for (let i = 0; i < 2; i += 1) {
    await until('the operator is idle', idle, { timeout, every: 100 });
    await sleep(500);
  }
}

/** Requests of the operator since a time, without its Lease. */
const requests = (bed: OperatorBed, since: Date): string[] =>
  bed.requestsSince(since).filter((line) => !line.includes(' leases '));

async function* creation(bed: OperatorBed, children: Children, count: number): AsyncGenerator<Figure> {
  const raw = await RawClient.of(bed, children.of('warm'));
  const times = { operator: [] as number[], apply: [] as number[], create: [] as number[] };
  const since = new Date();
  const create = async (name: string) => {
    const began = performance.now();
    await bed.create(NAMESPACE, name);
    times.operator.push((await children.allThere(name, count)) - began);
  };
  const cpu = await cpuOf({ operator: bed.pid, ...bed.plane.pids }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) await create(`chat-${round}`);
    await quiet(bed);
  });
  yield* percentiles('O1', `create a ChatApp -> watch event of its last child, ${count}`, times.operator, [80, 200]);
  for (const [name, ms] of Object.entries(cpu)) {
    yield { id: `O1-cpu-${name}`, what: `CPU time of ${name} for one ChatApp`, value: ms / ROUNDS, unit: 'ms' };
  }
  const all = requests(bed, since);
  const told = all.filter((line) => !line.includes(' events '));
  const what = `requests for one new ChatApp: children, pull Job, status; ${(all.length - told.length) / ROUNDS} events apart`;
  yield { id: 'O4', what, value: told.length / ROUNDS, unit: 'requests', target: count + 3 };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const how of ['apply', 'create'] as const) {
      const name = `raw-${how}-${round}`;
      const began = performance.now();
      await raw.make(name, how);
      times[how].push((await children.allThere(name, raw.size)) - began);
    }
  }
  await raw.close();
  yield* percentiles('O1-raw-apply', `peer: a bare client applies the same ${raw.size}`, times.apply);
  yield* percentiles('O1-raw-create', `peer: a bare client creates the same ${raw.size} by POST`, times.create);
}

/** Deletes, and then spoils, each child of some ChatApps. */
async function* healing(bed: OperatorBed, children: Children): AsyncGenerator<Figure> {
  const deleted: number[] = [];
  const spoilt: number[] = [];
  const NAME = 'app.kubernetes.io/name';
  for (let round = 0; round < HEALED; round += 1) {
    // The Secret last: without it, everything that reads it is rolled.
    const all = children
      .of(`chat-${round}`)
      .toSorted((a, b) => Number(a.kind === 'Secret') - Number(b.kind === 'Secret'));
    for (const { kind, object } of all) {
      const { name, uid } = object.metadata;
      if (kind !== 'Secret') {
        const began = performance.now();
        await bed.patch(kind, NAMESPACE, name, { metadata: { labels: { [NAME]: 'spoilt' } } });
        spoilt.push((await children.when(kind, name, ({ metadata }) => metadata.labels?.[NAME] === 'chatapp')) - began);
        await quiet(bed);
      }
      const began = performance.now();
      await bed.client.ok('DELETE', pathTo(kind, NAMESPACE, name), { propagationPolicy: 'Background' });
      deleted.push((await children.when(kind, name, ({ metadata }) => metadata.uid !== uid)) - began);
      await quiet(bed);
    }
  }
  yield* percentiles('O2', 'a child of each kind deleted -> there again', deleted, [40, 200]);
  yield* percentiles('O2-drift', 'a label of a child of each kind changed -> as it was', spoilt, [40, 200]);
}

/** How many there are; what they are is told to people where there should be none. */
function explained(lines: readonly string[]): number {
  for (const line of lines.slice(0, 40)) console.error(`  unexpected: ${line}`);
  return lines.length;
}

async function* stillness(bed: OperatorBed): AsyncGenerator<Figure> {
  const chats = (await bed.list('ChatApp', NAMESPACE)).length;
  const touched = new Date();
  for (let round = 0; round < ROUNDS; round += 1) {
    await bed.patch('ChatApp', NAMESPACE, `chat-${round}`, {
      metadata: { annotations: { 'example.org/look': 'again' } },
    });
  }
  await quiet(bed);
  const asked = explained(requests(bed, touched));
  yield {
    id: 'O5',
    what: `requests of ${ROUNDS} reconciles that find all well`,
    value: asked,
    unit: 'requests',
    target: 0,
  };
  const idle = new Date();
  // Not a wait for something: this is the time over which idle traffic is counted.
  await sleep(IDLE_SECONDS * 1_000);
  const traffic = bed.requestsSince(idle).length / IDLE_SECONDS;
  yield {
    id: 'O6',
    what: `idle, ${chats} ChatApps: requests, Lease included`,
    value: traffic,
    unit: '1/s',
    target: 0.6,
  };
  await bed.stopOperator();
  const restarted = new Date();
  await bed.startOperator();
  await until('all are reconciled', async () => (await bed.successes()) >= chats, { timeout: 60_000 });
  await quiet(bed);
  const writes = explained(bed.writesSince(restarted));
  yield {
    id: 'O5-restart',
    what: `writes of a restart with ${chats} ChatApps`,
    value: writes,
    unit: 'requests',
    target: 0,
  };
}

export async function* latencyFigures(): AsyncGenerator<Figure> {
  const bed = await OperatorBed.start({ program: 'dist/operator/main.js', pods: 'idle' });
  try {
    const children = await Children.follow(bed);
    // The first one fills caches and code; how many children there are is read from it.
    await bed.create(NAMESPACE, 'warm');
    await until('something is made', () => children.of('warm').length > 5, { timeout: 60_000 });
    await quiet(bed);
    const count = children.of('warm').length;
    yield* creation(bed, children, count);
    yield* healing(bed, children);
    yield* stillness(bed);
  } finally {
    await bed.stop();
  }
}
