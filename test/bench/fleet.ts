/** Many ChatApps: how long they take, and what the operator needs for them. */
import { CHILD_KINDS, COLLECTIONS, OperatorBed } from '../integration/operator/operator.ts';
import { until } from '../testbed/wait.ts';
import { NAMESPACE } from './children.ts';
import type { Figure } from './figure.ts';
import { quiet } from './latency.ts';
import { cpuOf, residentMiB } from './process.ts';

const AT_ONCE = 16;
/** So many ChatApps a namespace: a Service's name is looked up in a list of its namespace. */
const PER_NAMESPACE = 50;
/** Of a ChatApp that says nothing: three backends, two frontends, Redis, Ollama and its pull. */
const PODS = 8;
/** Nothing more comes after so long without a write. */
const STILL_MS = 20_000;
const minutes = (count: number) => ({ timeout: count * 60_000, every: 100 });

/** What is created one after the other; the targets are for all of it. */
const STAGES: readonly { id: string; count: number; total: number; seconds: number; mebibytes?: number }[] = [
  { id: 'O3', count: 200, total: 200, seconds: 30 },
  { id: 'O7', count: 1_000, total: 1_200, seconds: 120, mebibytes: 180 },
  { id: 'O7-5000', count: 3_800, total: 5_000, seconds: 600, mebibytes: 320 },
];

interface Page {
  readonly items: readonly unknown[];
  readonly metadata: { readonly remainingItemCount?: number };
}

/** How many objects of a kind there are in all namespaces, without reading them. */
async function countOf(bed: OperatorBed, kind: string): Promise<number> {
  const path = COLLECTIONS[kind]!.replace('namespaces/NS/', '');
  const { items, metadata } = await bed.client.ok<Page>('GET', `/${path}?limit=1`);
  return items.length + (metadata.remainingItemCount ?? 0);
}

/** How many children there are, pull Jobs apart, and what else is of their kinds. */
async function childCount(bed: OperatorBed): Promise<number> {
  const counts = await Promise.all(CHILD_KINDS.map((kind) => countOf(bed, kind)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Seconds from the first request that creates ChatApps until all of their children are there. */
async function createMany(bed: OperatorBed, prefix: string, count: number, children: number): Promise<number> {
  const names = Array.from({ length: count }, (_, i) => i);
  const spaces = Array.from({ length: Math.ceil(count / PER_NAMESPACE) }, (_, i) => `${prefix}-${i}`);
  for (const space of spaces) await bed.namespace(space);
  const before = await childCount(bed);
  const began = performance.now();
  const post = async () => {
    for (let i = names.shift(); i !== undefined; i = names.shift()) {
      await bed.create(spaces[Math.floor(i / PER_NAMESPACE)]!, `chat-${i}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, post));
  const enough = before + count * children;
  await until(`${count} ChatApps have their children`, async () => (await childCount(bed)) >= enough, minutes(30));
  return (performance.now() - began) / 1_000;
}

/** The longest that 99 in 100 turns of the event loop waited since this was last asked, in milliseconds. */
async function loopDelayMs(bed: OperatorBed): Promise<number> {
  const text = await bed.metrics();
  return Number(/\nnodejs_eventloop_lag_p99_seconds (\S+)/.exec(text)?.[1]) * 1_000;
}

function* memory(bed: OperatorBed, id: string, chats: number, target: number): Generator<Figure> {
  const what = `operator, ${chats} ChatApps with their pods: resident memory`;
  yield { id, what, value: residentMiB(bed.pid), unit: 'MiB', target };
  yield { id: `${id}-peak`, what: 'the same, at its highest', value: residentMiB(bed.pid, 'peak'), unit: 'MiB' };
}

/** Until the operator has written nothing for a while: the controllers of Kubernetes go on for long after the last pod is made. */
async function still(bed: OperatorBed): Promise<void> {
  let [writes, since] = [-1, 0];
  const holds = async (): Promise<boolean> => {
    const text = await bed.metrics();
    const counts = text.matchAll(/\nrest_client_requests_total\{[^}]*method="(?:POST|PATCH|DELETE)"[^}]*\} (\d+)/g);
    const now = [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    if (now !== writes) [writes, since] = [now, performance.now()];
    return performance.now() - since > STILL_MS;
  };
  await until('the operator writes nothing', holds, { ...minutes(90), every: 500 });
}

/** Restarts with the given number of ChatApps. */
async function* restart(bed: OperatorBed, chats: number): AsyncGenerator<Figure> {
  await bed.stopOperator();
  const since = new Date();
  const began = performance.now();
  await bed.startOperator();
  const seconds = (performance.now() - began) / 1_000;
  yield { id: 'O8', what: `restart with ${chats} ChatApps -> ready`, value: seconds, unit: 's', target: 10 };
  await until('all are reconciled', async () => (await bed.successes()) >= chats, minutes(5));
  await quiet(bed, 5 * 60_000);
  const writes = bed.writesSince(since).length;
  yield { id: 'O8-writes', what: 'writes of that restart', value: writes, unit: 'requests', target: 0 };
}

/**
 * The controllers of Kubernetes stand still while ChatApps are created: on two cores they would be measured instead. Then they
 * make pods, which the operator keeps in its caches, and which stay pending.
 */
export async function* fleetFigures(most: number): AsyncGenerator<Figure> {
  const bed = await OperatorBed.start({ program: 'dist/operator/main.js', pods: 'idle' });
  const controllers = bed.plane.pids.controllerManager;
  const meanwhile = (signal: 'SIGSTOP' | 'SIGCONT') => process.kill(controllers, signal);
  let chats = 0;
  try {
    await quiet(bed);
    yield* memory(bed, 'O9-0', 0, 120);
    await bed.create(NAMESPACE, 'warm');
    await until('the first has children', async () => (await childrenOf(bed, 'warm')) > 5, minutes(1));
    await quiet(bed);
    const children = await childrenOf(bed, 'warm');
    chats = 1;
    for (const { id, count, seconds: target, mebibytes } of STAGES.filter(({ total }) => total <= most)) {
      meanwhile('SIGSTOP');
      await loopDelayMs(bed);
      let seconds = 0;
      const cpu = await cpuOf({ operator: bed.pid, ...bed.plane.pids }, async () => {
        seconds = await createMany(bed, id.toLowerCase(), count, children);
      });
      const lag = await loopDelayMs(bed);
      const what = `${count} ChatApps created at once -> all their ${count * children} children`;
      yield { id, what, value: seconds, unit: 's', target };
      for (const name of ['operator', 'apiServer', 'etcd'] as const) {
        yield { id: `${id}-cpu-${name}`, what: `CPU time of ${name} meanwhile`, value: cpu[name] / 1_000, unit: 's' };
      }
      if (id === 'O7') {
        yield { id: 'O10', what: 'event loop delay meanwhile, p99', value: lag, unit: 'ms', target: 100 };
      }
      meanwhile('SIGCONT');
      chats += count;
      if (mebibytes === undefined) continue;
      await until('all pods', async () => (await countOf(bed, 'Pod')) >= chats * PODS, minutes(90));
      await still(bed);
      yield* memory(bed, id === 'O7' ? 'O9-1000' : 'O9-5000', chats, mebibytes);
      yield* restart(bed, chats);
    }
  } finally {
    meanwhile('SIGCONT');
    await bed.stop();
  }
}

/** How many children a ChatApp has, pull Jobs apart. */
async function childrenOf(bed: OperatorBed, chat: string): Promise<number> {
  const lists = await Promise.all(CHILD_KINDS.map((kind) => bed.list(kind, NAMESPACE)));
  return lists.flat().filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === chat).length;
}
