/** The beginning and the one end of a run in its room's log. */
import type { RuntimeConfig } from '../config.ts';
import type { Outcome, RunReason, RunStats } from '../protocol/entries.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Store } from '../store/port.ts';
import type { Run } from '../store/runs.ts';

export interface Ending {
  readonly outcome: Outcome;
  /** What was written until then. */
  readonly text: string;
  /** What the model thought before it answered. */
  readonly thinking?: string;
  readonly reason?: RunReason;
  /** For people, where `reason` alone does not say it. */
  readonly message?: string;
  readonly stats?: RunStats;
}

export class RunLog {
  readonly #config: RuntimeConfig;
  readonly #store: Store;
  readonly #metrics: Metrics;

  constructor(config: RuntimeConfig, store: Store, metrics: Metrics) {
    this.#config = config;
    this.#store = store;
    this.#metrics = metrics;
  }

  /** Whoever asks and whoever answers may both say so: it is in the log once. */
  async begin({ id, room, model, replyTo, askedBy, continues }: Run): Promise<void> {
    const more = continues === undefined ? {} : { continues };
    const entry = { kind: 'run-start', run: id, model, replyTo, askedBy, ...more } as const;
    await this.#store.log.append(room, `${id}:start`, entry, this.#config.history);
  }

  /** The first of all ends counts; any other changes nothing. */
  async end({ id, room, model }: Pick<Run, 'id' | 'room' | 'model'>, ending: Ending): Promise<void> {
    const entry = { kind: 'run-end', run: id, model, ...ending } as const;
    const { duplicate } = await this.#store.log.append(room, `${id}:end`, entry, this.#config.history);
    if (duplicate) return;
    const { outcome, reason } = ending;
    if (outcome === 'failed' && reason !== undefined) this.#metrics.runFailures.inc({ reason });
    this.#metrics.runs.inc({ outcome });
    const type = outcome === 'failed' || outcome === 'refused' ? 'fallback' : 'assistant';
    this.#metrics.messages.inc({ type });
  }
}

/** Sentences for the reasons that do not depend on the case. */
export const REASON_WORDS = {
  away: 'The assistant is away: no model server answers. The chat goes on without it.',
  waited: 'The assistant was too busy to get to this. Please try again.',
  lost: 'The server that wrote this reply stopped.',
  slow: 'The reply took too long.',
  noConnection: 'The assistant is away: its server could not be reached in time. The chat goes on without it.',
  noFirstToken: 'The model did not begin to answer in time. Please try again later.',
  noToken: 'The model stopped in the middle of its reply: nothing more came for too long.',
  garbled: 'The model server answered something that cannot be read.',
  broken: 'The model could not go on.',
  notReady: (model: string) => `The model "${model}" is not ready yet. Please try again later.`,
  tooLarge: (model: string) =>
    `The model "${model}" needs more memory than its server has. Whoever runs the chat can give it more, or choose a smaller model.`,
  full: 'The assistant has too many questions waiting. Please try again in a moment.',
} as const;
