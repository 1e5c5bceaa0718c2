import type * as z from 'zod';
import { UsageError, type redisEnvironment } from '../environment.ts';
import { parseRedisURL, type RedisAddress } from '../store/redis/address.ts';
import { authorityOf } from './authority.ts';

/**
 * Where Redis is, from the environment of the process.
 * @throws UsageError in words that never hold the address itself: there is a password in it
 */
export async function redisAddress(settings: z.infer<typeof redisEnvironment>): Promise<RedisAddress> {
  const {
    REDIS_HOST: host,
    REDIS_PORT: port,
    REDIS_PASSWORD: password,
    REDIS_URL: url,
    REDIS_PREFIX: prefix,
  } = settings;
  const own = prefix === undefined ? {} : { prefix };
  if (url === undefined) {
    if (host === undefined) throw new UsageError('REDIS_HOST or REDIS_URL must say where Redis is');
    const login = password === undefined ? {} : { password };
    return { servers: [{ host, port }], ...login, ...own, memory: 'keeps' };
  }
  const { REDIS_SENTINEL_MASTER: masterName, REDIS_SENTINEL_PASSWORD: theirs } = settings;
  const sentinel =
    masterName === undefined ? undefined : { masterName, ...(theirs !== undefined && { password: theirs }) };
  const { tls, ...address } = parsed(url, sentinel === undefined ? 'redis' : 'sentinel');
  const authority = await authorityOf(settings, 'REDIS_CA_FILE');
  return {
    ...address,
    ...own,
    ...(tls && { tls: authority === undefined ? {} : { authority } }),
    ...(sentinel && { sentinel }),
    // Whoever runs it may have a replica take over, which had not heard of the last writes.
    memory: 'may-forget',
  };
}

function parsed(url: string, kind: 'redis' | 'sentinel'): ReturnType<typeof parseRedisURL> {
  try {
    return parseRedisURL(url, kind);
  } catch (error) {
    throw new UsageError('REDIS_URL is wrong', { cause: error });
  }
}
