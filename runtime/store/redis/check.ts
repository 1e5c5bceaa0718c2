/** Whether a program of this version may work with a Redis: looked at once, with nothing written. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { clientOptions, type RedisAddress } from './address.ts';
import { keysOf } from './keys.ts';
import { isTelling, redisTrouble } from './trouble.ts';
import { newerData, newerProtocol } from './versions.ts';

const AGAIN_MS = 200;

/** What Redis answers, tried until it does. @throws Error with what stood in the way when the time is over */
async function ask(redis: Redis, { database, prefix }: RedisAddress, withinMs: number): Promise<(string | null)[]> {
  let problem = 'no answer';
  const keep = (error: Error): string => (problem = `${redisTrouble(error).message} (${error.message})`);
  redis.on('error', keep);
  redis.on('sentinelError', (error: Error) => isTelling(error) && keep(error));
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      // The client goes on with another database when it cannot have this one.
      if (database !== undefined) await redis.select(database);
      return await redis.hmget(keysOf(prefix).server, 'data', 'protocol');
    } catch (error) {
      if (redis.status === 'ready' && error instanceof Error) keep(error);
      if (performance.now() > end) throw new Error(`Redis cannot be used: ${problem}`);
      await delay(AGAIN_MS);
    }
  }
}

/**
 * Asks Redis whether a backend of this version may work with it; writes nothing.
 * @throws Error in words when it may not, or when Redis does not let it in within so many milliseconds
 */
export async function checkVersions(address: RedisAddress, withinMs: number): Promise<void> {
  const redis = new Redis(clientOptions(address));
  try {
    const [data, protocol] = await ask(redis, address, withinMs);
    const problem = newerData(Number(data ?? 0)) ?? newerProtocol(Number(protocol ?? 0));
    if (problem !== undefined) throw new Error(problem);
  } finally {
    redis.disconnect();
  }
}
