/** Whether what a pull still has to write fits on the volume. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { log } from '../log.ts';
import type { VolumeReport } from '../report.ts';
import { partialsIn, removePartial } from './partials.ts';
import { Pulls, type Layer } from './pulls.ts';
import { volumeOf } from './volume.ts';

export interface Room {
  readonly fits: boolean;
  /** Free space that would do: what is still to be written, and a reserve. */
  readonly neededBytes: number;
  readonly volume: VolumeReport;
}

/** Space that no pull may use: the server writes manifests and its key there too. */
const RESERVE = { share: 0.01, mostBytes: 256 * 1024 * 1024 };
/** After so long nobody goes on with a download: the slowest pull is tried again each hour. */
const ABANDONED_MS = 2 * 60 * 60_000;
/** The same where a pull has no room: only a pull without hope is tried less often than each ten minutes. */
const IN_THE_WAY_MS = 15 * 60_000;

export class Rooms {
  readonly #volume: string;
  readonly #blobs: string;
  readonly #pulls = new Pulls();

  /** @param volume where the volume is mounted @param blobs Ollama's folder of blobs */
  constructor(volume: string, blobs: string) {
    this.#volume = volume;
    this.#blobs = blobs;
  }

  volume(): Promise<VolumeReport> {
    return volumeOf(this.#volume);
  }

  /** A puller tells what it is about to pull: says whether there is room, and makes some where others left theirs. */
  async ask(pull: string, layers: readonly Layer[]): Promise<Room> {
    this.#pulls.note(pull, layers, Date.now());
    let room = await this.#roomFor(pull);
    if (!room.fits && (await this.#clear(IN_THE_WAY_MS, 'needy'))) room = await this.#roomFor(pull);
    if (!room.fits) this.#pulls.refuse(pull);
    return room;
  }

  /** Removes downloads that nobody goes on with. */
  async tidy(): Promise<void> {
    await this.#clear(ABANDONED_MS, 'patient');
  }

  async #clear(idleMs: number, mood: 'patient' | 'needy'): Promise<boolean> {
    const leftovers = this.#pulls.leftovers(await partialsIn(this.#blobs), Date.now(), idleMs, mood);
    for (const partial of leftovers) {
      await removePartial(partial);
      const written = new Date(partial.writtenAt).toISOString();
      log.info('a download that nobody went on with is removed', { digest: partial.digest, written });
    }
    return leftovers.length > 0;
  }

  async #roomFor(pull: string): Promise<Room> {
    const partials = new Map((await partialsIn(this.#blobs)).map((partial) => [partial.digest, partial]));
    let missing = 0;
    for (const layer of this.#pulls.layersFor(pull, Date.now())) {
      missing += partials.get(layer.digest)?.missingBytes ?? (await this.#missingOf(layer));
    }
    const volume = await this.volume();
    const reserve = Math.min(volume.capacityBytes * RESERVE.share, RESERVE.mostBytes);
    const neededBytes = missing === 0 ? 0 : Math.ceil(missing + reserve);
    return { fits: volume.freeBytes >= neededBytes, neededBytes, volume };
  }

  async #missingOf({ digest, totalBytes, completedBytes }: Layer): Promise<number> {
    const isThere = access(path.join(this.#blobs, digest.replace(':', '-'))).then(
      () => true,
      () => false,
    );
    return (await isThere) ? 0 : Math.max(0, totalBytes - completedBytes);
  }
}
