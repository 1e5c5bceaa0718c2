/** Who is at the limit of connections when a backend is killed: those of the dead one count no longer than it takes to know. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { WebSocket as NodeSocket } from 'ws';
import { Link } from '../../../runtime/protocol/link.ts';
import type { LinkState } from '../../../runtime/protocol/link.ts';
import { RestClient } from '../../../runtime/protocol/rest-client.ts';
import { socketsOf, systemClock } from '../../../runtime/protocol/socket.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient, enter } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './cluster.ts';
import { Service } from './service.ts';
import { connectedStore } from './stores.ts';

const LIMIT = 3;

describe('somebody at the limit of connections', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let service: Service;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      config: (config) => ({ ...config, limits: { ...config.limits, connectionsPerUser: LIMIT } }),
    });
    service = await Service.start(() => cluster.backends.find(({ child }) => child.ended() === undefined)?.url);
  });
  after(async () => {
    service.stop();
    await cluster.stop();
  });

  /** A page: it comes back by itself as long as it is not told otherwise. */
  const open = (cookie: string): { link: Link; states: LinkState[] } => {
    const create = (url: string): NodeSocket => new NodeSocket(url, { headers: { cookie } });
    const link = new Link({
      url: `${service.url.replace('http', 'ws')}/ws`,
      openSocket: socketsOf((url) => create(url) as unknown as WebSocket),
      ...{ clock: systemClock, random: Math.random },
    });
    const states: LinkState[] = [];
    link.states.add((state) => states.push(state));
    link.connect();
    return { link, states };
  };

  it('is back by themselves after the backend was killed, and no more get in than before', async () => {
    const cookie = await enter(service.url, 'Many tabs');
    const pages = Array.from({ length: LIMIT }, () => open(cookie));
    const connectedTo = (): string[] =>
      pages.flatMap(({ link: { state } }) => (state.phase === 'connected' ? [state.server] : []));
    await until('all are connected', () => connectedTo().length === LIMIT, { timeout: 15_000 });
    const killed = cluster.backends.find(({ name }) => name === connectedTo()[0])!;
    assert.deepEqual(
      connectedTo(),
      pages.map(() => killed.name),
    );
    await killed.child.stop('SIGKILL');
    await until('all are back', () => connectedTo().length === LIMIT && !connectedTo().includes(killed.name), {
      timeout: 45_000,
    });
    for (const { states } of pages) assert.ok(states.every(({ phase }) => phase !== 'ended'));
    const oneMore = (): Promise<string> =>
      ChatClient.connect(service.url, cookie).then(
        () => 'let in',
        (error: unknown) => String(error),
      );
    await until('one more is told so for good', async () => (await oneMore()).includes('closed with 3502'), {
      timeout: 30_000,
    });
    for (const { link } of pages) link.close();
  });

  it('is told to come again as long as it is not known whose the others are', async () => {
    const cookie = await enter(service.url, 'Old tabs');
    const { user } = await new RestClient({ url: service.url, headers: { cookie } }).session();
    const store = await connectedStore(cluster.redis);
    try {
      // As a backend of a version writes them that tells nobody that it lives.
      for (let at = 0; at < LIMIT; at++) await store.leases.hold(`user:${user.id}`, `connection${at}`, 60, LIMIT);
      await assert.rejects(ChatClient.connect(service.url, cookie), /closed with 3003/);
      await store.leases.drop(`user:${user.id}`, 'connection0');
      (await ChatClient.connect(service.url, cookie)).cut();
    } finally {
      await store.close();
    }
  });

  it('takes no place of others by knocking', async () => {
    const cookie = await enter(service.url, 'Knocks');
    const { user } = await new RestClient({ url: service.url, headers: { cookie } }).session();
    const tabs = await Promise.all(Array.from({ length: LIMIT }, () => ChatClient.connect(service.url, cookie)));
    const store = await connectedStore(cluster.redis);
    try {
      const count = async (): Promise<number> => (await store.leases.members('address:127.0.0.1')).length;
      const before = await count();
      const knocks = Array.from({ length: 20 }, () => ChatClient.connect(service.url, cookie));
      const refused = await Promise.allSettled(knocks);
      assert.deepEqual(new Set(refused.map(({ status }) => status)), new Set(['rejected']));
      assert.ok((await count()) <= before, 'whoever was refused holds nothing');
      assert.equal((await store.leases.members(`user:${user.id}`)).length, LIMIT);
    } finally {
      await store.close();
    }
    for (const tab of tabs) tab.cut();
  });
});
