/** The trial of an image and its settings against a real Redis. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { Redis } from 'ioredis';
import { preflightResultSchema, type PreflightResult } from '../../../runtime/report.ts';
import { startChild } from '../../testbed/child.ts';
import { repository } from '../../testbed/folders.ts';
import { freePort } from '../../testbed/port.ts';
import { until } from '../../testbed/wait.ts';
import { startCluster, type Cluster } from './cluster.ts';

const SERVER = 'chatapp:server';

describe('a preflight', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let redis: Redis;
  let count = 0;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({ backends: 1 });
    redis = new Redis(cluster.redis.url);
  });
  after(async () => {
    redis.disconnect();
    await cluster.stop();
  });

  async function run(environment: Record<string, string> = {}): Promise<PreflightResult> {
    const result = path.join(cluster.folder, `result-${(count += 1)}.json`);
    const child = await startChild({
      name: 'preflight',
      program: process.execPath,
      args: [path.join(repository, 'runtime/main.ts'), 'preflight'],
      env: {
        PATH: process.env.PATH,
        CHATAPP_CONFIG: path.join(cluster.folder, 'config.json'),
        REDIS_HOST: '127.0.0.1',
        REDIS_PORT: String(cluster.redis.port),
        REDIS_PASSWORD: 'secret',
        POD_NAME: 'preflight',
        PREFLIGHT_SECONDS: '3',
        TERMINATION_LOG: result,
        ...environment,
      },
      logFile: path.join(cluster.folder, `preflight-${count}.log`),
    });
    await until('it ends', () => child.ended(), { timeout: 30_000 });
    const said = preflightResultSchema.parse(JSON.parse(fs.readFileSync(result, 'utf8')));
    assert.match(child.ended()!, said.ok ? /ended with 0/ : /ended with 1/);
    return said;
  }

  const problem = async (environment?: Record<string, string>): Promise<string> => {
    const said = await run(environment);
    assert.ok(!said.ok, 'it fails');
    return said.message;
  };

  it('passes where a backend would work, says its version, and leaves Redis as it is', async () => {
    const before = await redis.hgetall(SERVER);
    const { version } = JSON.parse(fs.readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    assert.deepEqual(await run(), { ok: true, version });
    assert.equal(before['data'], '1');
    assert.deepEqual(await redis.hgetall(SERVER), before);
  });

  it('fails in words for settings that are missing or wrong', async () => {
    assert.match(await problem({ CHATAPP_CONFIG: '/nowhere.json' }), /nowhere\.json.*cannot be read/);
    const wrong = path.join(cluster.folder, 'wrong.json');
    fs.writeFileSync(wrong, '{"title": 1}');
    assert.match(await problem({ CHATAPP_CONFIG: wrong }), /is wrong:\n {2}title: /);
    fs.writeFileSync(wrong, 'no JSON');
    assert.match(await problem({ CHATAPP_CONFIG: wrong }), /is no JSON/);
    assert.match(await problem({ POD_NAME: '' }), /POD_NAME/);
  });

  it('fails in words for a Redis that is away or refuses the password', async () => {
    assert.match(await problem({ REDIS_PORT: String(await freePort()) }), /Redis cannot be used: .*ECONNREFUSED/);
    assert.match(await problem({ REDIS_PASSWORD: 'wrong' }), /Redis cannot be used: .*WRONGPASS/);
    assert.match(await problem({ REDIS_PASSWORD: '' }), /Redis cannot be used: .*NOAUTH/);
  });

  it('refuses data and protocol of a newer program; a backend refuses such data too, and touches nothing', async () => {
    const before = await redis.hgetall(SERVER);
    await redis.hset(SERVER, { protocol: '99' });
    assert.match(await problem(), /speak protocol 99, this program 1/);
    await redis.hset(SERVER, { ...before, data: '2' });
    assert.match(await problem(), /data in Redis is of version 2; this program understands versions up to 1/);
    await assert.rejects(cluster.addBackend(), /ended with 1/);
    const log = fs.readFileSync(path.join(cluster.folder, 'backend-2.log'), 'utf8');
    assert.match(log, /cannot go on.*data in Redis is of version 2/);
    assert.deepEqual(await redis.hgetall(SERVER), { ...before, data: '2' });
  });
});
