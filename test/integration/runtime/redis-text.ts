/** All that a Redis holds, as text: for tests that nothing of something is left. */
import { Redis } from 'ioredis';
import type { RedisServer } from '../../testbed/redis.ts';

export async function redisText({ port, password }: RedisServer): Promise<string> {
  const redis = new Redis({ host: '127.0.0.1', port, ...(password !== undefined && { password }) });
  try {
    const keys = await redis.keys('*');
    return JSON.stringify(await Promise.all(keys.map(async (key) => [key, await valueOf(redis, key)])));
  } finally {
    redis.disconnect();
  }
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return undefined;
    default:
      throw new Error(`${key} is a ${type}: this function cannot read it`);
  }
}
