/**
 * Ends replies that began in a room's log and that no queue knows: their backend died between the two entries of a refusal,
 * or the queue's data were lost. Nobody else would ever end them.
 */
import { log, wordsOf } from '../log.ts';
import type { ActiveRun } from '../protocol/frames.ts';
import type { Directory } from '../rooms/directory.ts';
import type { Store } from '../store/port.ts';
import type { Ending, RunLog } from './runs.ts';
import { REASON_WORDS } from './runs.ts';

/** A run has to be left over at two looks in a row: whoever refuses one just now needs far less. */
const LOOK_EVERY_MS = 4000;

export class Leftovers {
  readonly #directory: Directory;
  readonly #store: Store;
  readonly #runLog: RunLog;
  #seen: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;

  constructor(directory: Directory, store: Store, runLog: RunLog) {
    this.#directory = directory;
    this.#store = store;
    this.#runLog = runLog;
  }

  /** Looks until stopped. */
  watch(): void {
    this.#timer ??= setInterval(() => {
      this.#look().catch((error: unknown) => log.debug('open replies could not be read', { error: wordsOf(error) }));
    }, LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Ends one run of a room as somebody asked for it, if it is left over. @throws StoreUnavailable */
  async close(room: string, run: string): Promise<void> {
    const leftover = (await this.#store.runs.active(room)).find((each) => each.run === run);
    if (leftover !== undefined) await this.#end(room, leftover, { outcome: 'stopped', ...saidIn(leftover) });
  }

  /** All rooms in a few calls: nearly always there is nothing, however many rooms there are. */
  async #look(): Promise<void> {
    const before = this.#seen;
    const left = await this.#store.runs.leftOpen(await this.#directory.names());
    this.#seen = new Set(left.map(({ run }) => run));
    for (const { room, run } of left) if (before.has(run)) await this.#interrupt(room, run);
  }

  async #interrupt(room: string, run: string): Promise<void> {
    const active = (await this.#store.runs.active(room)).find((each) => each.run === run);
    if (active === undefined) return;
    log.warn('a reply was left open', { run });
    const lost = { reason: 'OwnerLost', message: REASON_WORDS.lost } as const;
    await this.#end(room, active, { outcome: 'interrupted', ...saidIn(active), ...lost });
  }

  async #end(room: string, { run }: ActiveRun, ending: Ending): Promise<void> {
    const model = (await this.#directory.find(room))?.model ?? '';
    return this.#runLog.end({ id: run, room, model }, ending);
  }
}

function saidIn({ text, thinking }: ActiveRun): Pick<Ending, 'text' | 'thinking'> {
  return { text, ...(thinking === undefined ? {} : { thinking }) };
}
