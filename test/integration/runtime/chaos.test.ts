/** People write while everything they need comes and goes: what was written arrives everywhere, once and in order. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import type { Entry } from '../../../runtime/protocol/entries.ts';
import { START } from '../../../runtime/protocol/offset.ts';
import { parseEntry } from '../../../runtime/rooms/entry-json.ts';
import type { Store } from '../../../runtime/store/port.ts';
import type { OllamaServer } from '../../testbed/ollama.ts';
import { startOllama } from '../../testbed/ollama.ts';
import { until } from '../../testbed/wait.ts';
import { Faults, living } from './chaos/faults.ts';
import { Person } from './chaos/person.ts';
import { diceOf, SECONDS, SEED } from './chaos/seed.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './cluster.ts';
import { Service } from './service.ts';
import { connectedStore } from './stores.ts';

const ROOMS = ['general', 'second'] as const;
/** The end of a run has all the time it needs: this is for what never comes. */
const AT_LAST = 2 * 60_000;
const PAGE = 500;

describe(`chaos for ${SECONDS} s (CHAOS_SEED=${SEED})`, function () {
  this.timeout(20 * 60_000);
  let ollama: OllamaServer;
  let cluster: Cluster;
  let service: Service;
  before(async () => {
    ollama = await startOllama({ parallel: 2 });
    cluster = await startCluster({ config: forChaos, graceSeconds: 4 });
    let next = 0;
    service = await Service.start(() => {
      const all = living(cluster);
      return all[(next += 1) % all.length]?.url;
    });
  });
  after(async () => {
    service.stop();
    await cluster.stop();
    await ollama.stop();
  });

  function forChaos(config: RuntimeConfig): RuntimeConfig {
    const room = { ...config.rooms[0]!, replies: 'Mention' as const };
    return {
      ...config,
      rooms: ROOMS.map((name) => ({ ...room, name })),
      assistant: { ...config.assistant, maxTokens: 12, contextMessages: 1 },
      history: { ...config.history, maxMessages: 1_000_000 },
      // A killed backend leaves the places of its connections taken for a minute.
      limits: { ...config.limits, connectionsPerUser: 1000, connectionsPerAddress: 100_000 },
      ollama: { ...config.ollama, urls: [ollama.url], numParallel: 2 },
    };
  }

  /** The log of a room as Redis has it. */
  async function logOf(store: Store, room: string): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (;;) {
      const page = await store.log.after(room, entries.at(-1)?.offset ?? START, PAGE);
      entries.push(...page.entries.map((entry) => parseEntry(entry)!));
      if (page.entries.length < PAGE) return entries;
    }
  }

  it('delivers each message to everybody once and in order, and ends each reply once', async () => {
    const dice = diceOf(SEED);
    const frontends = await Promise.all([0, 1].map(() => cluster.addFrontend(service.url)));
    const doors = [service.url, ...frontends.map(({ url }) => url)];
    const entering = Array.from({ length: 9 }, (_unused, n) =>
      Person.enter(doors[n % doors.length]!, `Person ${n}`, ROOMS),
    );
    const people = (await Promise.all(entering)) as [Person, ...Person[]];
    await until('all are in', () => people.every(({ isIn }) => isIn), { timeout: AT_LAST });

    let chaos = true;
    let written = 0;
    const writing = Promise.all(
      people.map(async (person) => {
        const own = diceOf(SEED + Number(person.name.slice('Person '.length)) + 1);
        while (chaos) {
          const question = own.next() < 0.03 ? '@Assistant what is ' : '';
          person.write(own.of(ROOMS), `${question}${(written += 1)}`);
          await delay(own.between(50, 600));
        }
      }),
    );
    const faults = new Faults({ cluster, service, people }, dice);
    await faults.happen(SECONDS).finally(() => (chaos = false));
    await writing;
    await Promise.all(people.map((person) => person.allSent(AT_LAST)));

    const late = await Person.enter(service.url, 'Late', ROOMS);
    const store = await connectedStore(cluster.redis);
    for (const room of ROOMS) {
      const isSettled = async (): Promise<true> => {
        const log = await logOf(store, room);
        mustBeWhole(log, room, people);
        const expected = log.flatMap(keyOf);
        for (const person of [...people, late]) {
          assert.deepEqual(await person.seen(room), expected, `${person.name} sees ${room} as it is`);
        }
        return true;
      };
      await until(`${room} has arrived everywhere`, isSettled, { timeout: AT_LAST, every: 500 });
    }
    await store.close();
    assert.deepEqual(
      people.flatMap(({ restarts }) => restarts),
      [],
      'nobody had to start over',
    );
    for (const person of [...people, late]) person.leave();
    console.log(`      ${written} messages; ${[...faults.counts].map(([what, n]) => `${what} ${n}`).join(', ')}`);
  });

  /** Each message of each person once and in order, and for each reply one beginning and one end. */
  function mustBeWhole(log: readonly Entry[], room: string, people: readonly Person[]): void {
    const messages = log.filter((entry) => entry.kind === 'message');
    for (const { name, written } of people) {
      const own = messages.filter(({ author }) => author.name === name).map(({ id }) => id);
      assert.deepEqual(own, written.get(room) ?? [], `what ${name} wrote is in ${room}`);
    }
    const runs = (kind: 'run-start' | 'run-end'): string[] =>
      log.flatMap((entry) => (entry.kind === kind ? [entry.run] : [])).toSorted();
    assert.deepEqual(runs('run-end'), runs('run-start'), `replies in ${room}: ends and beginnings`);
    assert.equal(new Set(runs('run-end')).size, runs('run-end').length, 'each reply ends once');
  }

  /** What a client shows an entry as: replies are where they began. */
  function keyOf(entry: Entry): string[] {
    if (entry.kind === 'message') return [entry.id];
    return entry.kind === 'run-start' ? [entry.run] : [];
  }
});
