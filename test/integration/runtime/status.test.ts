/** What administrators are told of the whole chat, by any backend. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Status } from '../../../runtime/protocol/rest.ts';
import { statusSchema } from '../../../runtime/protocol/rest.ts';
import { until } from '../../testbed/wait.ts';
import type { Cluster } from './cluster.ts';
import { NOWHERE, startCluster } from './cluster.ts';
import { Visitor } from './visitor.ts';

const ADMIN = { name: 'Boss', password: 'the-password-of-the-secret' };

describe('the state of a chat', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      backends: 2,
      config: (config) => ({
        ...config,
        ollama: { ...config.ollama, urls: [NOWHERE.replace('//', '//somebody:secret@')] },
      }),
      environment: { ADMIN_USERNAME: ADMIN.name, ADMIN_PASSWORD: ADMIN.password },
    });
  });
  after(() => cluster.stop());

  it('is told to administrators only: people and connections of all backends, and no password', async () => {
    const ann = new Visitor(cluster.url(0));
    assert.equal(await ann.code('GET', '/api/admin/status'), '401 Unauthorized');
    assert.equal(await ann.code('POST', '/api/session', { name: 'Ann' }), '200');
    assert.equal(await ann.code('GET', '/api/admin/status'), '403 Forbidden');
    const boss = await new Visitor(cluster.url(1)).logIn(ADMIN.name, ADMIN.password);
    const status = async (): Promise<Status> => {
      const { body } = await boss.ask('GET', '/api/admin/status');
      return statusSchema.strict().parse(body);
    };
    const empty = await status();
    assert.deepEqual([empty.people, empty.connections, empty.rooms], [0, 0, []]);
    assert.deepEqual(empty.queue, { waiting: 0, running: 0, most: 10 });
    assert.deepEqual(empty.servers, [{ name: '127.0.0.1:9', state: 'away', models: [] }]);
    assert.equal(empty.limits.connectionsPerUser, 10);
    const clients = [await ann.connect(), await ann.at(cluster.url(1)).connect()];
    for (const client of clients) await client.rejoin('second');
    const [first, second] = clients;
    await until('both are counted', async () => (await status()).connections === 2, { timeout: 20_000 });
    const both = await status();
    assert.equal(both.people, 1);
    assert.deepEqual(both.rooms, [{ room: 'second', people: 1 }]);
    first?.cut();
    await until('one is left', async () => (await status()).connections === 1, { timeout: 20_000 });
    assert.deepEqual((await status()).rooms, [{ room: 'second', people: 1 }]);
    second?.cut();
    await until('nobody is left', async () => (await status()).rooms.length === 0, { timeout: 20_000 });
  });
});
