/** Whether a program of this version may work with a Redis: looked at once, with nothing written. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisAddress } from './connection.ts';
import { clientOptions } from './connection.ts';
import { keys } from './keys.ts';
import { newerData, newerProtocol } from './versions.ts';

const AGAIN_MS = 200;

/** What Redis answers, tried until it does. @throws Error with what stood in the way when the time is over */
async function ask(redis: Redis, withinMs: number): Promise<(string | null)[]> {
  let problem = 'no answer';
  redis.on('error', (error: Error) => (problem = error.message));
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await redis.hmget(keys.server, 'data', 'protocol');
    } catch (error) {
      if (redis.status === 'ready' && error instanceof Error) problem = error.message;
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
    const [data, protocol] = await ask(redis, withinMs);
    const problem = newerData(Number(data ?? 0)) ?? newerProtocol(Number(protocol ?? 0));
    if (problem !== undefined) throw new Error(problem);
  } finally {
    redis.disconnect();
  }
}
