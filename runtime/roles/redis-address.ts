import type * as z from 'zod';
import type { backendEnvironment } from '../environment.ts';
import type { RedisAddress } from '../store/redis/connection.ts';

/** Where Redis is and how one gets in, as the environment says. */
export function redisAddress(settings: z.output<typeof backendEnvironment>): RedisAddress {
  const { REDIS_HOST: host, REDIS_PORT: port, REDIS_PASSWORD: password } = settings;
  return { host, port, ...(password === undefined ? {} : { password }) };
}
