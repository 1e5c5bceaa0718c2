/** Backends with a Redis that somebody else runs: logins, TLS, sentinels, and the words when it cannot be used. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Ready } from '../../../runtime/protocol/rest.ts';
import { makeCertificates } from '../../testbed/certificates.ts';
import { freePort } from '../../testbed/port.ts';
import type { RedisServer } from '../../testbed/redis.ts';
import { startRedis } from '../../testbed/redis.ts';
import { startSentinel } from '../../testbed/sentinel.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient, positionOf } from './chat-client.ts';
import type { RoleProcess } from './cluster.ts';
import { startRole, testConfig } from './cluster.ts';

const SOON = { timeout: 20_000, every: 20 };
/** Needs an escape in an address, and must be found nowhere. */
const PASSWORD = 'p@ss/word:%';
/** As docs/operating.md says. */
const RIGHTS = ['+@read', '+@write', '+@pubsub', '+@scripting', '+@connection', '+info', '+time'];

describe('backends with an external Redis', function () {
  this.timeout(60_000);
  let folder: string;
  let configFile: string;
  let redis: RedisServer;
  let tlsPort: number;
  const backends: RoleProcess[] = [];

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-external-'));
    configFile = path.join(folder, 'config.json');
    fs.writeFileSync(configFile, JSON.stringify(testConfig()));
    for (const name of ['ours', 'theirs']) {
      fs.mkdirSync(path.join(folder, name));
      await makeCertificates(path.join(folder, name));
    }
    tlsPort = await freePort();
    const [certificate, key] = ['crt', 'key'].map((kind) => path.join(folder, `ours/apiserver.${kind}`));
    redis = await startRedis({
      password: 'of the owner',
      settings: [
        ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'no', '--tls-cert-file', certificate!],
        ...['--tls-key-file', key!, '--tls-ca-cert-file', path.join(folder, 'ours/ca.crt')],
      ],
    });
    const owner = new Redis(redis.url);
    await owner.call('ACL', 'SETUSER', 'chat', 'on', `>${PASSWORD}`, '~chatapp:*', '&chatapp:*', ...RIGHTS);
    owner.disconnect();
  });
  afterEach(async () => {
    await Promise.all(backends.splice(0).map(({ child }) => child.stop('SIGKILL')));
  });
  after(async () => {
    await redis.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  let started = 0;
  /** Starts a backend that need not become ready. */
  const start = async (url: string, environment: Record<string, string> = {}): Promise<RoleProcess> => {
    const name = `backend-${(started += 1)}`;
    const settings = { CHATAPP_CONFIG: configFile, POD_NAME: name, REDIS_URL: url, GRACE_SECONDS: '3' };
    const backend = await startRole('backend', name, folder, '/api/health', { ...settings, ...environment });
    backends.push(backend);
    return backend;
  };
  const readiness = async ({ url }: RoleProcess): Promise<Ready> =>
    (await (await fetch(`${url}/api/ready`)).json()) as Ready;
  const isReady = (backend: RoleProcess): Promise<true> =>
    until(`${backend.name} is ready`, async () => (await readiness(backend)).ready, SOON);
  const logOf = ({ logFile }: RoleProcess): string => fs.readFileSync(logFile, 'utf8');
  const login = `chat:${encodeURIComponent(PASSWORD)}`;
  const says = (backend: RoleProcess, words: RegExp): Promise<Ready> =>
    until(
      `${backend.name} says ${words.source}`,
      async () => {
        const answer = await readiness(backend);
        return words.test(answer.reason ?? '') && answer;
      },
      { timeout: 10_000, every: 50 },
    );

  it('enters as a user with no more than the rights that a chat needs, and two chats in it know nothing of each other', async () => {
    const url = `redis://${login}@127.0.0.1:${redis.port}/0`;
    const one = { REDIS_PREFIX: 'chatapp:a/one:' };
    const [first, second, other] = await Promise.all([
      start(url, one),
      start(url, one),
      start(url, { REDIS_PREFIX: 'chatapp:a/two:' }),
    ]);
    await Promise.all([first, second, other].map((backend) => isReady(backend)));
    const ann = await ChatClient.join(first.url, 'Ann');
    const bob = await ChatClient.join(second.url, 'Bob');
    const stranger = await ChatClient.join(other.url, 'Ann');
    await ann.say('only here');
    await until('Bob hears of it', () => bob.texts().includes('only here'), SOON);
    await stranger.say('only there');
    await ann.say('once more');
    await until('Bob hears of that too', () => bob.texts().length === 2, SOON);
    assert.deepEqual(stranger.texts(), ['only there']);
    assert.deepEqual(bob.texts(), ['only here', 'once more']);
    const owner = new Redis(redis.url);
    const foreign = (await owner.keys('*')).filter((key) => !/^chatapp:a\/(?:one|two):/.test(key));
    owner.disconnect();
    assert.deepEqual(foreign, []);
    assert.ok(!/NOPERM/.test(logOf(first)), 'the rights are enough');
  });

  it('speaks TLS with an authority of its own, uses a database of its own, and says why it does not trust another', async () => {
    const url = `rediss://${login}@localhost:${tlsPort}/3`;
    const good = await start(url, { REDIS_CA_FILE: path.join(folder, 'ours/ca.crt') });
    const [wrong, none, plain] = await Promise.all([
      start(url, { REDIS_CA_FILE: path.join(folder, 'theirs/ca.crt') }),
      start(url),
      start(`redis://${login}@127.0.0.1:${tlsPort}`),
    ]);
    await isReady(good);
    await (await ChatClient.join(good.url, 'Tess')).say('in secret');
    const owner = new Redis(`${redis.url}/3`);
    assert.equal(await owner.exists('chatapp:server'), 1);
    owner.disconnect();
    for (const backend of [wrong, none]) {
      const { redis: works } = await says(backend, /certificate of Redis is not trusted/);
      assert.equal(works, false);
    }
    await says(plain, /rediss:\/\//);
    const swapped = await start(`rediss://${login}@127.0.0.1:${redis.port}`);
    await says(swapped, /does not speak TLS at this port/);
  });

  it('says that login, database or place are wrong, in readiness and log, with no password in either', async () => {
    const at = `127.0.0.1:${redis.port}`;
    const [password, nobody, none, database, nowhere] = await Promise.all([
      start(`redis://chat:${encodeURIComponent(`${PASSWORD}x`)}@${at}`),
      start(`redis://nobody:${encodeURIComponent(PASSWORD)}@${at}`),
      start(`redis://${at}`),
      start(`redis://${login}@${at}/99`),
      start(`redis://${login}@127.0.0.1:${await freePort()}`),
    ]);
    for (const backend of [password, nobody, none]) await says(backend, /refuses the user or the password/);
    await says(database, /no database/);
    await says(nowhere, /Nothing listens/);
    assert.equal((await fetch(`${nowhere.url}/api/ready`)).status, 503);
    const logs = backends.map(logOf).join('');
    assert.match(logs, /"message":"redis cannot be used","reason":"Redis refuses the user or the password/);
    for (const spelled of [PASSWORD, encodeURIComponent(PASSWORD)]) assert.ok(!logs.includes(spelled), 'no password');
  });

  it('ends with words without a password when the address makes no sense', async () => {
    const secret = 'https://chat:hidden@example.org';
    await assert.rejects(start(secret), (error: Error) => {
      assert.match(error.message, /REDIS_URL is wrong: it is not like redis:/);
      return !error.message.includes('hidden');
    });
  });

  it('follows a failover of its sentinels: backends move on, nobody is told of a position that means something else', async () => {
    const bed = await startSentinel('of both');
    try {
      const elsewhere = `127.0.0.1:${await freePort()}`;
      const url = `redis://:${encodeURIComponent('of both')}@${elsewhere},${bed.sentinel}`;
      const [first, second, lost] = await Promise.all([
        start(url, { REDIS_SENTINEL_MASTER: bed.masterName }),
        start(url, { REDIS_SENTINEL_MASTER: bed.masterName }),
        start(url, { REDIS_SENTINEL_MASTER: 'no-such-master' }),
      ]);
      await says(lost, /No sentinel knows a master/);
      await Promise.all([isReady(first), isReady(second)]);
      const ann = await ChatClient.join(first.url, 'Ann');
      const bob = await ChatClient.join(second.url, 'Bob');
      await ann.say('before');
      await until('Bob has it', () => bob.texts().includes('before'), SOON);
      const master = new Redis(bed.master.url);
      assert.equal(await master.call('WAIT', '1', '5000'), 1, 'the replica has it too');
      master.disconnect();
      const since = positionOf(bob);
      /** As a page does when its room starts over: comes back with the same session. */
      const back = (person: ChatClient, backend: RoleProcess): Promise<ChatClient> =>
        until(
          'somebody is back',
          async () => {
            const client = await ChatClient.connect(backend.url, person.cookie).catch(() => undefined);
            return (await client?.rejoin('general', since).catch(() => undefined)) && client;
          },
          SOON,
        );
      await bed.master.down('SIGKILL');
      assert.equal((await bob.ended(20_000)).code, 3000, 'his room starts over');
      const [annAgain, bobAgain] = await Promise.all([back(ann, first), back(bob, second)]);
      const joined = await bobAgain.next('joined');
      assert.equal(joined.recovered, false, 'positions of before mean nothing');
      await annAgain.say('after');
      await until('Bob has it', () => bobAgain.texts().includes('after'), SOON);
      assert.deepEqual(bobAgain.texts(), ['before', 'after']);
      // The old master comes back as a replica, and takes over when asked to: nobody dies this time.
      await bed.master.start();
      const sentinel = new Redis(`redis://${bed.sentinel}`);
      const ask = (): Promise<true | undefined> =>
        sentinel.call('SENTINEL', 'failover', bed.masterName).then(
          () => true as const,
          () => undefined,
        );
      await until('it is to take over once more', ask, SOON);
      const old = new Redis(bed.master.url);
      const isMaster = async (): Promise<boolean> => (await old.info('replication')).includes('role:master');
      await until('the old master is the master', isMaster, SOON);
      old.disconnect();
      sentinel.disconnect();
      await bobAgain.ended(20_000);
      await (await back(annAgain, first)).say('at last');
      const bobAtLast = await back(bobAgain, second);
      await until('Bob has it', () => bobAtLast.texts().includes('at last'), SOON);
    } finally {
      await bed.stop();
    }
  });
});
