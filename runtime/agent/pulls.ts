/** Pulls onto this server that their pullers tell of, and what may be thought of the downloads that others left behind. */
import type { Partial } from './partials.ts';

/** One blob of a pull, as Ollama tells of it. */
export interface Layer {
  readonly digest: string;
  readonly totalBytes: number;
  readonly completedBytes: number;
}

interface Pull {
  readonly layers: readonly Layer[];
  /** Milliseconds since 1970: when its puller last spoke. */
  readonly toldAt: number;
  /** One that was refused takes no room from others. */
  readonly isAdmitted: boolean;
}

/** A puller that works speaks each minute; one that has been silent for so long is gone. */
const SILENT_MS = 3 * 60_000;
/** More pullers than any server has at a time. */
const MOST_PULLS = 200;

export class Pulls {
  /** In the order in which they came. */
  readonly #pulls = new Map<string, Pull>();

  /** A puller speaks. @param now milliseconds since 1970 */
  note(id: string, layers: readonly Layer[], now: number): void {
    this.#pulls.set(id, { layers, toldAt: now, isAdmitted: true });
    const [oldest] = this.#pulls.keys();
    if (this.#pulls.size > MOST_PULLS && oldest !== undefined) this.#pulls.delete(oldest);
  }

  refuse(id: string): void {
    const pull = this.#pulls.get(id);
    if (pull !== undefined) this.#pulls.set(id, { ...pull, isAdmitted: false });
  }

  /** Blobs for which there must be room so that this pull can end: its own, and those of pulls that came before it. */
  layersFor(id: string, now: number): Layer[] {
    const layers = new Map<string, Layer>();
    for (const [other, pull] of this.#pulls) {
      const counts = other === id || (pull.isAdmitted && pull.toldAt > now - SILENT_MS);
      if (counts) for (const layer of pull.layers) layers.set(layer.digest, layer);
      if (other === id) break;
    }
    return [...layers.values()];
  }

  /**
   * Downloads that nobody goes on with: not written for so long, and in no pull that was heard of since. A puller that
   * waits for its registry does not know its blobs yet: while one of those was heard of, `patient` spares everything.
   * @param idleMs longer than a pull that failed waits before it is tried again
   */
  leftovers(partials: readonly Partial[], now: number, idleMs: number, mood: 'patient' | 'needy'): Partial[] {
    const recent = [...this.#pulls.values()].filter(({ toldAt }) => toldAt > now - idleMs);
    if (mood === 'patient' && recent.some(({ layers }) => layers.length === 0)) return [];
    const named = new Set(recent.flatMap(({ layers }) => layers.map(({ digest }) => digest)));
    return partials.filter(({ digest, writtenAt }) => writtenAt < now - idleMs && !named.has(digest));
  }
}
