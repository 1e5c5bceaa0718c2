/**
 * Gives back what a burst left behind. V8 collects when it needs room, so a process in which little happens any more keeps
 * the garbage of all that happened before for as long as it is calm: after 5,000 handshakes five times what the connections
 * need (docs/performance.md).
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 3000;
/** Share of a core that a calm process takes. */
const CALM = 0.1;
/** Share of a core that collecting may take: while it runs, for 0.1 or 0.2 s, nothing else happens. */
const COST = 1 / 100;
/** What must be there to win: so many times what was in use after the last time, and so many bytes more. */
export interface LeftBehind {
  readonly factor: number;
  readonly room: number;
}

const MEBIBYTE = 1024 * 1024;
const USUAL: LeftBehind = { factor: 2, room: 32 * MEBIBYTE };

/** Node's `--expose-gc`, without asking for it whoever starts the process. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (how: { type: 'major'; flavor: 'last-resort' }) => void;
  // A usual collection keeps the pages for what comes next.
  return () => gc({ type: 'major', flavor: 'last-resort' });
}

/** Milliseconds of CPU time that the process has taken. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Looks now and then whether to collect. */
export function collectWhenCalm({ factor, room }: LeftBehind = USUAL): void {
  let collect: (() => void) | undefined;
  let inUse = 0;
  let last = { at: performance.now(), cpu: cpuMs() };
  let notBefore = 0;
  const look = (): void => {
    const now = { at: performance.now(), cpu: cpuMs() };
    const isCalm = now.cpu - last.cpu < (now.at - last.at) * CALM;
    last = now;
    const most = inUse * factor + room;
    if (!isCalm || now.at < notBefore || getHeapStatistics().total_physical_size < most) return;
    collect ??= collector();
    collect();
    inUse = getHeapStatistics().used_heap_size;
    last = { at: performance.now(), cpu: cpuMs() };
    notBefore = last.at + (last.cpu - now.cpu) / COST;
  };
  setInterval(look, LOOK_EVERY_MS).unref();
}
