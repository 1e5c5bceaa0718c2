/** One reply: asks the model, streams what comes into the room, and ends the run exactly once. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatResponse } from 'ollama';
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Entry, RunStats } from '../protocol/entries.ts';
import { parseEntry } from '../rooms/entry-json.ts';
import { StoreUnavailable } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import type { Claim } from '../store/runs.ts';
import { HEARTBEAT_MS } from '../store/runs.ts';
import { Deltas } from './deltas.ts';
import { failureOf, isConnectionError } from './failure.ts';
import { contextLengthOf, keepAliveOf, loadOptions, samplingOptions } from './model-options.ts';
import { ollamaAt } from './ollama.ts';
import type { Turn } from './prompt.ts';
import { buildPrompt } from './prompt.ts';
import type { Ending, RunLog } from './runs.ts';
import { REASON_WORDS } from './runs.ts';

export interface WorkerContext {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly runLog: RunLog;
}

/** Why a reply is cut short. `lost`: somebody else ended it. */
export type Interruption = 'stop' | 'lost' | 'timeout' | 'shutdown';

const STORE_RETRY_MS = 500;
const WAKE_RETRY_MS = 1000;

export class Worker {
  readonly claim: Claim;
  readonly #context: WorkerContext;
  readonly #cut = new AbortController();
  #why: Interruption | undefined;
  #text = '';
  #stats: RunStats = {};

  constructor(claim: Claim, context: WorkerContext) {
    this.claim = claim;
    this.#context = context;
  }

  interrupt(why: Interruption): void {
    this.#why ??= why;
    this.#cut.abort();
  }

  /** Resolves when the run has ended in the log and its slot is free. Never rejects. */
  async work(): Promise<void> {
    const { run, fence } = this.claim;
    const { runLog, store, config, metrics } = this.#context;
    const heartbeat = setInterval(() => void this.#renew(), HEARTBEAT_MS);
    const timeout = setTimeout(() => this.interrupt('timeout'), config.queue.replyTimeoutSeconds * 1000);
    if (this.claim.stop) this.interrupt('stop');
    const waitMs = Math.max(0, Date.now() - run.askedAt);
    metrics.queueWait.observe(waitMs / 1000);
    this.#stats = { waitMs };
    const deltas = new Deltas(store, run.room, run.id, () => this.interrupt('lost'));
    try {
      const ending = await this.#answer(deltas);
      await deltas.close();
      if (this.#why !== 'lost') await this.#insist('end', () => runLog.end(run, ending));
      await this.#insist('release', () => store.runs.release(run.id, fence));
    } finally {
      clearInterval(heartbeat);
      clearTimeout(timeout);
    }
  }

  async #answer(deltas: Deltas): Promise<Ending> {
    const { run } = this.claim;
    try {
      await this.#insist('begin', () => this.#context.runLog.begin(run));
      const turns = await this.#insist('prompt', () => this.#prompt());
      await this.#streamAwake(turns, deltas);
      return { outcome: 'done', text: this.#text, stats: this.#stats };
    } catch (error) {
      const said = { text: this.#text, stats: this.#stats };
      switch (this.#why) {
        case 'stop':
          return { outcome: 'stopped', ...said };
        case 'lost':
        case 'shutdown':
          return { outcome: 'interrupted', ...said, reason: 'OwnerLost', message: REASON_WORDS.lost };
        case 'timeout':
          return { outcome: 'failed', ...said, reason: 'ReplyTimeout', message: REASON_WORDS.slow };
        case undefined:
          log.warn('a reply failed', { run: run.id, server: this.claim.server, error: wordsOf(error) });
          return { outcome: 'failed', ...said, ...failureOf(error, run.model) };
      }
    }
  }

  async #prompt(): Promise<Turn[]> {
    const { config, store } = this.#context;
    const { run } = this.claim;
    const { contextMessages, maxTokens, name } = config.assistant;
    const room = config.rooms.find((candidate) => candidate.name === run.room);
    // Each reply has two entries, and failed ones do not count.
    const { entries } = await store.log.before(run.room, undefined, contextMessages * 3);
    return buildPrompt({
      entries: entries.map(parseEntry).filter((entry): entry is Entry => entry !== undefined),
      replyTo: run.replyTo,
      later: room?.replies === 'Always' ? 'include' : 'leave-out',
      systemPrompt: room?.systemPrompt ?? '',
      assistantName: name,
      contextMessages,
      maxTokens: Math.max(contextLengthOf(config, run.model) - maxTokens, 64),
    });
  }

  /** A server that has just gone to sleep is woken again by the run that it was asked for: that wants it as long as it waits. */
  async #streamAwake(turns: Turn[], deltas: Deltas): Promise<void> {
    for (;;) {
      try {
        await this.#stream(turns, deltas);
        return;
      } catch (error) {
        const mayWake = this.#context.config.ollama.scaleToZero !== undefined && this.#text === '';
        if (!mayWake || this.#why !== undefined || !isConnectionError(error)) throw error;
        log.debug('a reply waits for its server', { run: this.claim.run.id, server: this.claim.server });
        await delay(WAKE_RETRY_MS, undefined, { signal: this.#cut.signal });
      }
    }
  }

  async #stream(messages: Turn[], deltas: Deltas): Promise<void> {
    const { config, metrics } = this.#context;
    const { run, server } = this.claim;
    this.#cut.signal.throwIfAborted();
    const start = performance.now();
    const chunks = await ollamaAt(server, this.#cut.signal).chat({
      model: run.model,
      messages,
      stream: true,
      keep_alive: keepAliveOf(config, run.model),
      options: {
        ...loadOptions(config, run.model),
        ...samplingOptions(config, run.model),
        num_predict: config.assistant.maxTokens,
      },
    });
    for await (const chunk of chunks) {
      this.#cut.signal.throwIfAborted();
      const { content } = chunk.message;
      if (this.#text === '' && content !== '') {
        const firstTokenMs = Math.round(performance.now() - start);
        this.#stats = { ...this.#stats, firstTokenMs };
        metrics.firstToken.observe({ model: run.model }, firstTokenMs / 1000);
      }
      if (content !== '') {
        this.#text += content;
        deltas.add(content);
      }
      if (chunk.done) this.#finished(chunk);
    }
  }

  #finished({
    prompt_eval_count: promptTokens,
    eval_count: replyTokens,
    eval_duration: nanoseconds,
  }: ChatResponse): void {
    const { metrics } = this.#context;
    const { model } = this.claim.run;
    const seconds = nanoseconds / 1e9;
    const tokensPerSecond = seconds > 0 ? Math.round((replyTokens / seconds) * 10) / 10 : 0;
    this.#stats = { ...this.#stats, promptTokens, replyTokens, tokensPerSecond };
    metrics.promptTokens.inc({ model }, promptTokens);
    metrics.replyTokens.inc({ model }, replyTokens);
    if (replyTokens > 0) metrics.tokenTime.observe({ model }, seconds / replyTokens);
  }

  /** A store that is away does not end a reply: only the word that somebody else holds it does. */
  async #renew(): Promise<void> {
    const { run, fence } = this.claim;
    try {
      const answer = await this.#context.store.runs.heartbeat(run.id, fence);
      if (answer !== 'held') this.interrupt(answer);
    } catch (error) {
      log.debug('a lease is not renewed while the store is away', { run: run.id, error: wordsOf(error) });
    }
  }

  /** Repeats a step until the store took it. */
  async #insist<T>(step: string, action: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        log.debug('a reply waits for the store', { step, run: this.claim.run.id });
        await delay(STORE_RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
