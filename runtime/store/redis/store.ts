import type { Store } from '../port.ts';
import { RedisAccounts } from './accounts.ts';
import type { RedisAddress } from './address.ts';
import { RedisAttempts } from './attempts.ts';
import { redisBuses } from './bus.ts';
import type { ConnectionObserver } from './connection.ts';
import { Connection } from './connection.ts';
import { RedisLeases } from './leases.ts';
import { RedisLimits } from './limits.ts';
import { RedisLog } from './log.ts';
import { RedisReads } from './reads.ts';
import { RedisRooms } from './rooms.ts';
import { RedisRuns } from './runs.ts';
import { RedisSessions } from './sessions.ts';
import { RedisTickets } from './tickets.ts';

/** The store of a chat with many backends. Returns at once; `connected()` says when Redis answers. */
export function redisStore(address: RedisAddress, observer: ConnectionObserver): Store {
  const connection = new Connection(address, observer);
  return {
    log: new RedisLog(connection),
    reads: new RedisReads(connection),
    ...redisBuses(connection),
    sessions: new RedisSessions(connection),
    accounts: new RedisAccounts(connection),
    attempts: new RedisAttempts(connection),
    tickets: new RedisTickets(connection),
    limits: new RedisLimits(connection),
    leases: new RedisLeases(connection),
    directory: new RedisRooms(connection),
    runs: new RedisRuns(connection),
    connected: () => connection.connected(),
    trouble: () => connection.trouble(),
    onRecovered: (listener) => connection.onRecovered(listener),
    close: () => connection.close(),
  };
}
