/** Progress of one pull over all its layers: Ollama tells it one layer at a time, so it is summed up by digest. */
import type { Layer } from '../agent/pulls.ts';
import type { PullProgress } from '../report.ts';

/** The speed is that of the last seconds. */
const WINDOW_MS = 10_000;

export interface LayerProgress {
  readonly digest: string;
  readonly total: number;
  readonly completed: number;
}

export class Progress {
  readonly #model: string;
  readonly #layers = new Map<string, { total: number; completed: number }>();
  #marks: { time: number; bytes: number }[] = [];

  constructor(model: string) {
    this.#model = model;
  }

  get completedBytes(): number {
    return sum([...this.#layers.values()].map(({ completed }) => completed));
  }

  /** What the pull is known to consist of by now. */
  get layers(): Layer[] {
    return [...this.#layers].map(([digest, { total, completed }]) => {
      return { digest, totalBytes: total, completedBytes: completed };
    });
  }

  /** @param now milliseconds */
  update({ digest, total, completed }: LayerProgress, now: number): void {
    this.#layers.set(digest, { total, completed });
    const fresh = this.#marks.filter(({ time }) => time >= now - WINDOW_MS);
    this.#marks = [...fresh, { time: now, bytes: this.completedBytes }];
  }

  /** @param now milliseconds since 1970 */
  snapshot(now: number): PullProgress {
    const totalBytes = sum([...this.#layers.values()].map(({ total }) => total));
    const completedBytes = this.completedBytes;
    const [first] = this.#marks;
    const seconds = first === undefined ? 0 : (now - first.time) / 1000;
    const speed = seconds > 0 ? Math.max(0, (completedBytes - (first?.bytes ?? 0)) / seconds) : 0;
    return {
      model: this.#model,
      completedBytes,
      totalBytes,
      speedBytesPerSecond: Math.round(speed),
      remainingSeconds: speed > 0 ? Math.ceil((totalBytes - completedBytes) / speed) : -1,
      time: new Date(now).toISOString(),
    };
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
