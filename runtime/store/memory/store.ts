import type { Store } from '../port.ts';
import { MemoryAccounts, MemoryAttempts } from './accounts.ts';
import { memoryBuses } from './bus.ts';
import { MemoryLeases } from './leases.ts';
import { MemoryLimits } from './limits.ts';
import { MemoryLog } from './log.ts';
import { MemoryReads } from './reads.ts';
import { MemoryRooms } from './rooms.ts';
import type { OpenRuns } from './runs.ts';
import { MemoryRuns } from './runs.ts';
import { MemorySessions } from './sessions.ts';
import { MemoryTickets } from './tickets.ts';

/** The store of a single process: everything is gone when it ends. */
export function memoryStore(): Store {
  const buses = memoryBuses();
  const openRuns: OpenRuns = new Map();
  const accounts = new MemoryAccounts();
  const limits = new MemoryLimits();
  const log = new MemoryLog(buses.rooms, openRuns, limits);
  return {
    log,
    reads: new MemoryReads(log),
    ...buses,
    sessions: new MemorySessions(accounts),
    accounts,
    attempts: new MemoryAttempts(),
    tickets: new MemoryTickets(),
    limits,
    leases: new MemoryLeases(),
    directory: new MemoryRooms(buses.control),
    runs: new MemoryRuns(buses, openRuns),
    connected: () => true,
    trouble: () => undefined,
    onRecovered: () => undefined,
    close: () => Promise.resolve(),
  };
}
