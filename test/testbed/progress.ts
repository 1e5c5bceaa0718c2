/** Words for people go to stderr, so that stdout holds only what a command was asked for. */
export function say(words: string): void {
  process.stderr.write(`${words}\n`);
}

/** `4.2 s`, `1 min 05 s`: a duration given in milliseconds, for people. */
export function duration(milliseconds: number): string {
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `17 MB`, `1.3 GB`: a size given in bytes, for people (powers of ten, as disks are sold). */
export function size(bytes: number): string {
  if (bytes < 1e9) return `${Math.ceil(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Says that a long piece of work begins, every half minute that it goes on, and how long it took. */
export async function task<Result>(words: string, work: () => Promise<Result>): Promise<Result> {
  const started = performance.now();
  say(`      ${words} ...`);
  const reminder = setInterval(() => {
    say(`      ${words}: still at it after ${duration(performance.now() - started)}`);
  }, 30_000);
  try {
    const result = await work();
    say(`      ${words}: done in ${duration(performance.now() - started)}`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}

/** Numbers the steps of a command and says how long each took. */
export class Steps {
  readonly #started = performance.now();
  readonly #total: number;
  readonly #times: { readonly words: string; readonly milliseconds: number }[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  /** The steps done so far, with the milliseconds that each took. */
  get times(): readonly { readonly words: string; readonly milliseconds: number }[] {
    return this.#times;
  }

  /** Milliseconds since the first step began. */
  get elapsed(): number {
    return performance.now() - this.#started;
  }

  async step<Result>(words: string, work: () => Promise<Result>): Promise<Result> {
    const number = this.#times.length + 1;
    const started = performance.now();
    say(`[${number}/${this.#total}] ${words}`);
    const result = await work();
    const milliseconds = performance.now() - started;
    this.#times.push({ words, milliseconds });
    say(`[${number}/${this.#total}] ${words}: ${duration(milliseconds)}`);
    return result;
  }
}
