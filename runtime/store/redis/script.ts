/** A Lua script that Redis runs as one atomic step. */
import { createHash } from 'node:crypto';
import type { Connection } from './connection.ts';

/** Milliseconds by the server's clock: every process of a chat sees the same time. */
export const NOW = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
`;

export class Script {
  readonly #lua: string;
  readonly #sha: string;

  constructor(lua: string) {
    this.#lua = lua;
    this.#sha = createHash('sha1').update(lua).digest('hex');
  }

  /** @throws StoreUnavailable when Redis does not answer in time or refuses */
  run(connection: Connection, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return connection.ask('script', async (redis) => {
      try {
        return await redis.evalsha(this.#sha, keys.length, ...keys, ...args);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return await redis.eval(this.#lua, keys.length, ...keys, ...args);
      }
    });
  }
}
