/** S6, S8, S9, S10, S12: what people notice when parts of a chat go away. */
import { setTimeout as delay } from 'node:timers/promises';
import { ChatClient } from '../../integration/runtime/chat-client.ts';
import { Person } from '../../integration/runtime/chaos/person.ts';
import { startCluster, type Cluster } from '../../integration/runtime/cluster.ts';
import { Service } from '../../integration/runtime/service.ts';
import { until } from '../../testbed/wait.ts';
import { percentile, type Figure } from '../figure.ts';
import { residentMiB } from '../process.ts';
import { machineMs } from './load/plan.ts';
import { LoadProcesses } from './load-processes.ts';
import { benchConfig, BUNDLE, ROOMS } from './systems.ts';

const SOON = { timeout: 60_000, every: 5 };
const [ROOM] = ROOMS as [string];

const DROPS = { people: 30, count: 3, awayMs: 2_000, everyMs: 4_000, writeEveryMs: 200 } as const;

/** Everybody's network is gone for 2 s, again and again, and one of three backends is killed: what is missing in the end. */
async function* drops(cluster: Cluster): AsyncGenerator<Figure> {
  let network: 'there' | 'gone' = 'there';
  const living = () => cluster.backends.filter(({ child }) => child.ended() === undefined);
  let next = 0;
  const service = await Service.start(() =>
    network === 'gone' ? undefined : living()[(next += 1) % living().length]?.url,
  );
  try {
    const names = Array.from({ length: DROPS.people }, (_unused, n) => `Dropped ${n}`);
    const people = await Promise.all(names.map((name) => Person.enter(service.url, name, [ROOM])));
    await until('all are in', () => people.every(({ isIn }) => isIn), SOON);
    let said = 0;
    const writing = setInterval(() => people[said % people.length]!.write(ROOM, `${(said += 1)}`), DROPS.writeEveryMs);
    for (let n = 0; n < DROPS.count; n += 1) {
      network = 'gone';
      service.cut(() => true);
      if (n === 1) await living()[0]!.child.stop('SIGKILL');
      await delay(DROPS.awayMs);
      network = 'there';
      await delay(DROPS.everyMs - DROPS.awayMs);
    }
    clearInterval(writing);
    await Promise.all(people.map((person) => person.allSent(SOON.timeout)));
    const written = people.flatMap((person) => person.written.get(ROOM) ?? []);
    const [reference] = people as [Person];
    await until('all has come', async () => (await reference.seen(ROOM)).length >= written.length, SOON);
    await delay(2_000);
    const seen = await Promise.all(people.map((person) => person.seen(ROOM)));
    const missing = seen.reduce((sum, keys) => sum + written.filter((key) => !keys.includes(key)).length, 0);
    const twice = seen.reduce((sum, keys) => sum + keys.length - new Set(keys).size, 0);
    const disordered = seen.filter((keys) => keys.join() !== seen[0]!.join()).length;
    const what = `${DROPS.count} network drops of ${DROPS.awayMs / 1_000} s and a killed backend, ${written.length} messages to ${people.length} people`;
    yield { id: 'S6', what: `${what}: never delivered`, value: missing, unit: 'messages', target: 0 };
    yield { id: 'S6-twice', what: 'of them: delivered twice', value: twice, unit: 'messages', target: 0 };
    yield {
      id: 'S6-disorder',
      what: 'of them: people who saw another order',
      value: disordered,
      unit: 'people',
      target: 0,
    };
    for (const person of people) person.leave();
  } finally {
    service.stop();
  }
}

const RETURNING = 1_000;
/** The clients of one of three backends have to go; the others stay. */
async function* rollingRestart(cluster: Cluster): AsyncGenerator<Figure> {
  let next = 0;
  const leaving = await Promise.all([0, 1, 2].map(() => cluster.addBackend()));
  const later: string[] = [];
  const service = await Service.start(() => {
    const urls = later.length > 0 ? later : leaving.map(({ url }) => url);
    return urls[(next += 1) % urls.length];
  });
  const rooms = ROOMS.slice(0, 20);
  const clientsPerRoom = RETURNING / rooms.length;
  const load = await LoadProcesses.open({
    kind: 'chat',
    urls: [service.url],
    rooms,
    clientsPerRoom,
    label: 'returning',
  });
  try {
    const others = await Promise.all([0, 1, 2].map(() => cluster.addBackend()));
    later.push(...others.map(({ url }) => url));
    const began = machineMs();
    await Promise.all(leaving.map(({ child }) => child.stop('SIGTERM')));
    await until('all are back', () => load.back.length >= RETURNING, SOON);
    const p95 = (times: readonly number[]) => percentile(times, 0.95) / 1_000;
    const away = p95(load.back.map(({ awayMs }) => awayMs));
    const what = `${RETURNING} clients of three backends that stop: connection lost -> in its room again, p95`;
    yield { id: 'S8', what, value: away, unit: 's', target: 5 };
    const all = p95(load.back.map(({ at }) => at - began));
    yield { id: 'S8-stop', what: 'the backends are told to stop -> the same', value: all, unit: 's' };
  } finally {
    load.close();
    service.stop();
  }
}

/** Much more than the kernel keeps for one connection. */
const FLOOD = { perSecond: 400, seconds: 8, bytes: 4_000 };
/** A client that reads nothing while its room is full of talk. */
async function* slowReader(cluster: Cluster): AsyncGenerator<Figure> {
  const backend = await cluster.addBackend();
  const rooms = ROOMS.slice(0, 2);
  const plan = { kind: 'chat', urls: [backend.url], rooms, clientsPerRoom: 10, label: 'flood' } as const;
  const load = await LoadProcesses.open(plan);
  try {
    await load.talk(FLOOD); // what the talk itself takes is there before
    const before = residentMiB(backend.child.pid);
    const slow = await ChatClient.join(backend.url, 'Slow reader', ROOM);
    for (const room of rooms) await slow.rejoin(room);
    slow.ws.pause();
    await load.talk(FLOOD);
    const value = residentMiB(backend.child.pid) - before;
    slow.ws.resume();
    const what = `resident memory that a backend gains: ${FLOOD.perSecond} messages/s of ${FLOOD.bytes} bytes, one client reads nothing`;
    yield { id: 'S9', what, value, unit: 'MiB' };
    const closed = await until('it is closed', () => slow.closed, { timeout: 20_000 }).catch(() => undefined);
    yield {
      id: 'S9-open',
      what: 'slow clients that were not sent away',
      value: closed === undefined ? 1 : 0,
      unit: 'clients',
      target: 0,
    };
  } finally {
    load.close();
  }
}

const AWAY_MS = 10_000;
async function* redisAway(cluster: Cluster): AsyncGenerator<Figure> {
  const backends = cluster.backends.filter(({ child }) => child.ended() === undefined);
  const people = await Promise.all(backends.map(({ url }, n) => ChatClient.join(url, `Waits ${n}`, ROOM)));
  await cluster.redis.down('SIGKILL');
  await delay(AWAY_MS);
  await cluster.redis.start();
  const began = performance.now();
  const saysSo = (person: ChatClient, n: number) =>
    until('it is taken', () => person.say('again', `again-key-${n}`, ROOM).catch(() => undefined), SOON);
  await Promise.all(people.map(saysSo));
  const value = (performance.now() - began) / 1_000;
  yield {
    id: 'S10',
    what: `Redis away for ${AWAY_MS / 1_000} s; there again -> every backend takes messages`,
    value,
    unit: 's',
    target: 5,
  };
  const crashed = backends.filter(({ child }) => child.ended() !== undefined).length;
  yield { id: 'S10-crashed', what: 'backends that ended meanwhile', value: crashed, unit: 'backends', target: 0 };
  const lost = people.filter(({ closed }) => closed !== undefined).length;
  yield {
    id: 'S10-lost',
    what: 'clients that lost their connection meanwhile',
    value: lost,
    unit: 'clients',
    target: 0,
  };
}

async function* sentFiveTimes(cluster: Cluster): AsyncGenerator<Figure> {
  const backends = cluster.backends.filter(({ child }) => child.ended() === undefined);
  const first = await ChatClient.join(backends[0]!.url, 'Sends again', ROOM);
  const connections = await Promise.all(
    Array.from({ length: 5 }, (_unused, n) => ChatClient.connect(backends[n % backends.length]!.url, first.cookie)),
  );
  await Promise.all(connections.map((connection) => connection.rejoin(ROOM)));
  await Promise.all(connections.map((connection) => connection.say('five times', 'one-and-the-same', ROOM)));
  await first.say('the last', undefined, ROOM);
  await until('the last has come', () => first.texts(ROOM).includes('the last'), SOON);
  const more = first.texts(ROOM).filter((text) => text === 'five times').length - 1;
  yield {
    id: 'S12',
    what: 'one message sent five times at once, to different backends: messages more or fewer than one',
    value: Math.abs(more),
    unit: 'messages',
    target: 0,
  };
  for (const connection of [first, ...connections]) connection.cut();
}

export async function* faultFigures(): AsyncGenerator<Figure> {
  const cluster = await startCluster({ program: BUNDLE, config: benchConfig });
  try {
    yield* sentFiveTimes(cluster);
    yield* drops(cluster);
    yield* redisAway(cluster);
    yield* slowReader(cluster);
    yield* rollingRestart(cluster);
  } finally {
    await cluster.stop();
  }
}
