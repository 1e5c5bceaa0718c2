import type { ActiveRun, Wait } from '../../protocol/frames.ts';
import type { Buses } from './bus.ts';
import type {
  Claim,
  Enqueued,
  Heartbeat,
  Offer,
  OpenRun,
  Part,
  QueueLimits,
  Run,
  RunQueue,
  RunState,
  WaitingRun,
} from '../runs.ts';
import { ENDED_RUN_SECONDS, LEASE_MS } from '../runs.ts';

interface Kept {
  readonly run: Run;
  readonly turn: number;
  readonly sequence: number;
  /** The one run of its room that may wait. */
  readonly only: boolean;
  state: 'waiting' | 'running' | 'ended';
  fence: number;
  server: string;
  stop: boolean;
  note: { waitsFor?: Wait; excusedAt?: number };
  /** Milliseconds since 1970: end of the lease, or when an ended run is forgotten. */
  until: number;
}

/** Streamed parts of each open run of each room. */
export type OpenRuns = Map<string, Map<string, Record<Part, string>>>;

/** The same rules as `redis/run-scripts.ts`; the holder is always this process, so no lease survives it. */
export class MemoryRuns implements RunQueue {
  readonly #buses: Buses;
  readonly #openRuns: OpenRuns;
  readonly #runs = new Map<string, Kept>();
  readonly #turns = new Map<string, number>();
  #turn = 0;
  #sequence = 0;
  #fence = 0;

  constructor(buses: Buses, openRuns: OpenRuns) {
    this.#buses = buses;
    this.#openRuns = openRuns;
  }

  async enqueue(run: Run, limits: QueueLimits): Promise<Enqueued> {
    this.#forget();
    const waiting = this.#inOrder();
    const only = limits.waitingPerRoom === 'one';
    const answered = only && waiting.some((kept) => kept.only && kept.run.room === run.room);
    if (this.#runs.has(run.id) || answered) return { state: 'known' };
    if (waiting.length >= limits.maxWaiting) return { state: 'full', waiting: waiting.length };
    const turn = Math.max(this.#turn, this.#turns.get(run.askedBy) ?? 0) + 1;
    this.#turns.set(run.askedBy, turn);
    this.#sequence += 1;
    this.#runs.set(run.id, {
      run,
      turn,
      sequence: this.#sequence,
      only,
      state: 'waiting',
      fence: 0,
      server: '',
      stop: false,
      note: {},
      until: 0,
    });
    await this.#buses.control.publish({ kind: 'wake' });
    return { state: 'waiting', place: this.#place(run.id) };
  }

  claim(offer: Offer): Promise<Claim | undefined> {
    const busy = new Map<string, number>();
    for (const { state, server } of this.#runs.values()) {
      if (state === 'running') busy.set(server, (busy.get(server) ?? 0) + 1);
    }
    for (const kept of this.#inOrder()) {
      const servers = (offer.models.get(kept.run.model) ?? [])
        .map(({ url, loaded }) => ({ url, loaded, load: busy.get(url) ?? 0 }))
        .filter(({ load }) => load < offer.capacity)
        .sort((a, b) => Number(b.loaded) - Number(a.loaded) || a.load - b.load);
      if (servers[0] !== undefined) {
        this.#turn = kept.turn;
        return Promise.resolve(this.#hold(kept, servers[0].url));
      }
    }
    return Promise.resolve(undefined);
  }

  take(run: string): Promise<Claim | undefined> {
    const kept = this.#runs.get(run);
    return Promise.resolve(kept?.state === 'waiting' ? this.#hold(kept, '') : undefined);
  }

  takeExpired(): Promise<Claim | undefined> {
    const expired = [...this.#runs.values()].find((kept) => kept.state === 'running' && kept.until <= Date.now());
    return Promise.resolve(expired === undefined ? undefined : this.#hold(expired, ''));
  }

  heartbeat(run: string, fence: number): Promise<Heartbeat> {
    const kept = this.#runs.get(run);
    if (kept?.state !== 'running' || kept.fence !== fence) return Promise.resolve('lost');
    kept.until = Date.now() + LEASE_MS;
    return Promise.resolve(kept.stop ? 'stop' : 'held');
  }

  async requestStop(run: string): Promise<RunState> {
    const kept = this.#runs.get(run);
    if (kept?.state === 'running') {
      kept.stop = true;
      await this.#buses.control.publish({ kind: 'stop', run });
    }
    return kept?.state ?? 'ended';
  }

  async release(run: string, fence: number): Promise<void> {
    const kept = this.#runs.get(run);
    if (kept?.fence !== fence) return;
    kept.state = 'ended';
    kept.until = Date.now() + ENDED_RUN_SECONDS * 1000;
    await this.#buses.control.publish({ kind: 'wake' });
  }

  waiting(): Promise<WaitingRun[]> {
    return Promise.resolve(this.#inOrder().map(({ run, note }) => ({ ...run, ...note })));
  }

  note(run: string, wait: Wait | undefined, at: number): Promise<boolean> {
    const kept = this.#runs.get(run);
    if (kept?.state !== 'waiting') return Promise.resolve(false);
    const { waitsFor, excusedAt } = kept.note;
    const excused = wait === undefined ? excusedAt : at;
    kept.note = { ...(wait && { waitsFor: wait }), ...(excused !== undefined && { excusedAt: excused }) };
    return Promise.resolve(JSON.stringify(waitsFor) !== JSON.stringify(wait));
  }

  running(): Promise<number> {
    return Promise.resolve([...this.#runs.values()].filter(({ state }) => state === 'running').length);
  }

  async addText(
    room: string,
    run: string,
    at: number,
    text: string,
    frame: string,
    part: Part = 'text',
  ): Promise<boolean> {
    const open = this.#openRuns.get(room)?.get(run);
    if (open === undefined) return false;
    open[part] = Buffer.from(open[part]).subarray(0, at).toString() + text;
    await this.#buses.rooms.publish(room, { kind: 'delta', json: frame });
    return true;
  }

  text(room: string, run: string, part: Part = 'text'): Promise<string> {
    return Promise.resolve(this.#openRuns.get(room)?.get(run)?.[part] ?? '');
  }

  active(room: string): Promise<ActiveRun[]> {
    const open = [...(this.#openRuns.get(room) ?? [])];
    return Promise.resolve(
      open.map(([run, { text, thinking }]) => {
        const place = this.#place(run);
        if (place === 0) return { run, state: 'running', text, ...(thinking !== '' && { thinking }) };
        const waitsFor = this.#runs.get(run)?.note.waitsFor;
        return { run, state: 'waiting', place, ...(waitsFor && { waitsFor }), text };
      }),
    );
  }

  leftOpen(rooms: readonly string[]): Promise<OpenRun[]> {
    const open = rooms.flatMap((room) => [...(this.#openRuns.get(room)?.keys() ?? [])].map((run) => ({ room, run })));
    const isLeft = ({ run }: OpenRun): boolean => (this.#runs.get(run)?.state ?? 'ended') === 'ended';
    return Promise.resolve(open.filter(isLeft));
  }

  #inOrder(): Kept[] {
    return [...this.#runs.values()]
      .filter(({ state }) => state === 'waiting')
      .sort((a, b) => a.turn - b.turn || a.sequence - b.sequence);
  }

  #place(run: string): number {
    return this.#inOrder().findIndex((kept) => kept.run.id === run) + 1;
  }

  #hold(kept: Kept, server: string): Claim {
    this.#fence += 1;
    Object.assign(kept, { state: 'running', fence: this.#fence, server, until: Date.now() + LEASE_MS });
    if (this.#inOrder().length === 0) {
      this.#turns.clear();
      this.#turn = 0;
    }
    return { run: kept.run, fence: this.#fence, server, stop: kept.stop };
  }

  #forget(): void {
    const now = Date.now();
    for (const [id, { state, until }] of this.#runs) if (state === 'ended' && until <= now) this.#runs.delete(id);
  }
}
