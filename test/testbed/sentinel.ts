import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startChild } from './child.ts';
import { freePort } from './port.ts';
import { ensureRedis, startRedis, type RedisServer } from './redis.ts';
import { until } from './wait.ts';

/** A master, its replica and one sentinel that has the replica take over soon after the master is gone. */
export interface SentinelBed {
  readonly masterName: string;
  /** `127.0.0.1:PORT` of the sentinel. */
  readonly sentinel: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  stop(): Promise<void>;
}

const SOON = { timeout: 20_000, every: 50 };

/** Starts them; resolves when the replica has what the master has and the sentinel knows both. */
export async function startSentinel(password: string): Promise<SentinelBed> {
  const masterName = 'main';
  const login = ['--masterauth', password];
  const master = await startRedis({ password, settings: login });
  const replicaOf = ['--replicaof', '127.0.0.1', String(master.port)];
  const replica = await startRedis({ password, settings: [...login, ...replicaOf] });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-sentinel-'));
  const port = await freePort();
  const file = path.join(folder, 'sentinel.conf');
  const monitor = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${masterName} 127.0.0.1 ${master.port} 1`,
    `sentinel auth-pass ${masterName} "${password}"`,
    `sentinel down-after-milliseconds ${masterName} 500`,
    `sentinel failover-timeout ${masterName} 4000`,
  ];
  fs.writeFileSync(file, `${monitor.join('\n')}\n`);
  const program = await ensureRedis();
  const logFile = path.join(folder, 'sentinel.log');
  const child = await startChild({ name: 'sentinel', program, args: [file, '--sentinel'], logFile });
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  await until(
    'the sentinel knows master and replica',
    async () => {
      const replicas = (await client.call('SENTINEL', 'replicas', masterName)) as unknown[];
      return replicas.length === 1;
    },
    { ...SOON, hopeless: () => child.ended() },
  );
  client.disconnect();
  return {
    masterName,
    sentinel: `127.0.0.1:${port}`,
    master,
    replica,
    async stop() {
      await child.stop('SIGKILL');
      await Promise.all([master.stop(), replica.stop()]);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
