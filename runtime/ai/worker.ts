/** One reply: asks the model, streams what comes into the room, and ends the run exactly once. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RunStats } from '../protocol/entries.ts';
import type { Directory } from '../rooms/directory.ts';
import { StoreUnavailable } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import type { Claim, Part } from '../store/runs.ts';
import { HEARTBEAT_MS } from '../store/runs.ts';
import type { Chunk } from './chat-stream.ts';
import { streamChat } from './chat-stream.ts';
import { readContext } from './context.ts';
import { Deltas } from './deltas.ts';
import { failureOf, isConnectionError } from './failure.ts';
import { contextLengthOf, keepAliveOf, loadOptions, samplingOptions } from './model-options.ts';
import type { Turn } from './prompt.ts';
import { buildPrompt } from './prompt.ts';
import { tellPlace } from './queue-place.ts';
import type { Ending, RunLog } from './runs.ts';
import { REASON_WORDS } from './runs.ts';
import type { Waits } from './waits.ts';

export interface WorkerContext {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly runLog: RunLog;
  readonly directory: Directory;
  readonly waits: Waits;
}

/** Why a reply is cut short. `lost`: somebody else ended it. */
export type Interruption = 'stop' | 'lost' | 'timeout' | 'shutdown';

const STORE_RETRY_MS = 500;
/** A server that writes for several people may take its time for each; a dead one takes for ever. */
const TOKEN_TIMEOUT_SECONDS = 120;

/** Where each part of a reply goes as it comes. */
type Streams = Readonly<Record<Part, Deltas>>;
const WAKE_RETRY_MS = 1000;

export class Worker {
  readonly claim: Claim;
  readonly #context: WorkerContext;
  readonly #cut = new AbortController();
  #why: Interruption | undefined;
  #text = '';
  #thinking = '';
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
    const streamOf = (part: Part): Deltas => new Deltas(store, run, part, () => this.interrupt('lost'));
    const streams: Streams = { text: streamOf('text'), thinking: streamOf('thinking') };
    try {
      const ending = await this.#answer(streams);
      await Promise.all([streams.text.close(), streams.thinking.close()]);
      if (this.#why !== 'lost') await this.#insist('end', () => runLog.end(run, ending));
      await this.#insist('release', () => store.runs.release(run.id, fence));
    } finally {
      clearInterval(heartbeat);
      clearTimeout(timeout);
    }
  }

  async #answer(streams: Streams): Promise<Ending> {
    const { run } = this.claim;
    try {
      await this.#insist('begin', () => this.#context.runLog.begin(run));
      const turns = await this.#insist('prompt', () => this.#prompt());
      await this.#streamAwake(turns, streams);
      return { outcome: 'done', ...this.#said() };
    } catch (error) {
      const said = this.#said();
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

  #said(): Pick<Ending, 'text' | 'thinking' | 'stats'> {
    const thinking = this.#thinking === '' ? {} : { thinking: this.#thinking };
    return { text: this.#text, ...thinking, stats: this.#stats };
  }

  async #prompt(): Promise<Turn[]> {
    const { config, store, directory } = this.#context;
    const { run } = this.claim;
    const { contextMessages, maxTokens, name } = config.assistant;
    const room = await directory.find(run.room);
    const later = room?.replies === 'Always' ? 'include' : 'leave-out';
    const context = await readContext(store.log, run, later, contextMessages);
    if (context === undefined) this.interrupt('stop');
    this.#cut.signal.throwIfAborted();
    return buildPrompt({
      ...(context ?? { entries: [], later }),
      replyTo: run.replyTo,
      systemPrompt: room?.systemPrompt ?? '',
      assistantName: name,
      contextMessages,
      maxTokens: Math.max(contextLengthOf(config, run.model) - maxTokens, 64),
    });
  }

  /** A server that has just gone to sleep is woken again by the run that it was asked for: that wants it as long as it waits. */
  async #streamAwake(turns: Turn[], streams: Streams): Promise<void> {
    for (;;) {
      try {
        await this.#stream(turns, streams);
        return;
      } catch (error) {
        const isSilent = this.#text === '' && this.#thinking === '';
        const mayWake = this.#context.config.ollama.scaleToZero !== undefined && isSilent;
        if (!mayWake || this.#why !== undefined || !isConnectionError(error)) throw error;
        await this.#tellWaking();
        await delay(WAKE_RETRY_MS, undefined, { signal: this.#cut.signal });
      }
    }
  }

  async #tellWaking(): Promise<void> {
    const { store, waits } = this.#context;
    const { run, server } = this.claim;
    log.debug('a reply waits for its server', { run: run.id, server });
    const wait = await waits.of(run.model, 'away');
    await this.#insist('waking', () => tellPlace(store, run, 1, wait));
  }

  async #stream(messages: Turn[], streams: Streams): Promise<void> {
    const { config } = this.#context;
    const { run, server } = this.claim;
    const { replyTimeoutSeconds, firstTokenTimeoutSeconds, tokenTimeoutSeconds } = config.queue;
    this.#cut.signal.throwIfAborted();
    const start = performance.now();
    const request = {
      model: run.model,
      messages,
      keep_alive: keepAliveOf(config, run.model),
      options: {
        ...loadOptions(config, run.model),
        ...samplingOptions(config, run.model),
        num_predict: config.assistant.maxTokens,
      },
    };
    const limits = {
      firstTokenMs: (firstTokenTimeoutSeconds ?? replyTimeoutSeconds) * 1000,
      tokenMs: (tokenTimeoutSeconds ?? TOKEN_TIMEOUT_SECONDS) * 1000,
    };
    try {
      for await (const chunk of streamChat(server, request, limits, this.#cut.signal)) {
        this.#cut.signal.throwIfAborted();
        const { content, thinking } = chunk.message;
        if (content !== '' || thinking !== '') this.#began(start);
        this.#thinking += thinking;
        if (thinking !== '') streams.thinking.add(thinking);
        this.#text += content;
        if (content !== '') streams.text.add(content);
        if (chunk.done) this.#finished(chunk);
      }
    } finally {
      this.#stats = { ...this.#stats, totalMs: Math.round(performance.now() - start) };
    }
  }

  #began(start: number): void {
    if (this.#stats.firstTokenMs !== undefined) return;
    const firstTokenMs = Math.round(performance.now() - start);
    this.#stats = { ...this.#stats, firstTokenMs };
    this.#context.metrics.firstToken.observe({ model: this.claim.run.model }, firstTokenMs / 1000);
  }

  #finished(chunk: Chunk): void {
    const { prompt_eval_count: promptTokens, eval_count: replyTokens, eval_duration: nanoseconds } = chunk;
    const { metrics } = this.#context;
    const { model } = this.claim.run;
    const seconds = nanoseconds / 1e9;
    const tokensPerSecond = seconds > 0 ? Math.round((replyTokens / seconds) * 10) / 10 : 0;
    const cut = chunk.done_reason === 'length' ? { cut: true as const } : {};
    this.#stats = { ...this.#stats, promptTokens, replyTokens, tokensPerSecond, ...cut };
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
