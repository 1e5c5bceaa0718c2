/** The assistant as rooms see it: is asked, stopped, asked again. What it does then is the dispatcher's and worker's. */
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Pace, type Sender } from '../rooms/pace.ts';
import { Refusal } from '../rooms/refusal.ts';
import { runStart } from '../rooms/run-start.ts';
import type { ServerState } from '../report.ts';
import type { ReportsConfigMap } from '../reports/config-map.ts';
import type { Store } from '../store/port.ts';
import type { QueueLimits, Run } from '../store/runs.ts';
import { Catalogue, type Availability } from './catalogue.ts';
import { Dispatcher, unavailable } from './dispatcher.ts';
import { Leftovers } from './leftovers.ts';
import { isAddressed } from './mention.ts';
import { Preloader } from './preloader.ts';
import { firstRun, nextRun } from './run-id.ts';
import { REASON_WORDS, RunLog } from './runs.ts';
import { Spokesman } from './spokesman.ts';
import { Waits } from './waits.ts';

type Room = RuntimeConfig['rooms'][number];

export interface AssistantOptions {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly metrics: Metrics;
  /** Of this process among those of the chat. */
  readonly name: string;
  /** Where parts of the chat report; none outside of a cluster. */
  readonly reports: ReportsConfigMap | undefined;
}

/** A stop may meet a run between two states: it is tried again so often. */
const STOP_TRIES = 5;

export class Assistant {
  readonly #config: RuntimeConfig;
  readonly #store: Store;
  readonly #pace: Pace;
  readonly #catalogue: Catalogue;
  readonly #runLog: RunLog;
  readonly #dispatcher: Dispatcher;
  readonly #leftovers: Leftovers;
  readonly #preloader: Preloader;
  readonly #waits: Waits;
  readonly #spokesman: Spokesman | undefined;

  constructor({ config, store, metrics, name, reports }: AssistantOptions) {
    this.#config = config;
    this.#store = store;
    this.#pace = new Pace(config, store, metrics);
    this.#catalogue = new Catalogue(config.ollama, metrics);
    this.#runLog = new RunLog(config, store, metrics);
    this.#waits = new Waits(config, reports);
    const shared = { config, store, metrics, catalogue: this.#catalogue };
    this.#dispatcher = new Dispatcher({ ...shared, runLog: this.#runLog, waits: this.#waits });
    const isNeeded = config.ollama.scaleToZero !== undefined || config.probe !== undefined;
    this.#spokesman = reports && isNeeded ? new Spokesman({ ...shared, reports, name }) : undefined;
    this.#leftovers = new Leftovers(config, store, this.#runLog);
    this.#preloader = new Preloader(config, store.leases, this.#catalogue);
  }

  /** Begins to look after the queue. @throws StoreUnavailable */
  async listen(): Promise<void> {
    await this.#store.control.subscribe((signal) => {
      if (signal.kind === 'wake') {
        this.#dispatcher.wake();
        this.#spokesman?.wake();
      }
      if (signal.kind === 'stop') this.#dispatcher.stop(signal.run);
    });
    void this.#catalogue.watch();
    this.#leftovers.watch();
    this.#preloader.watch();
    this.#spokesman?.start();
  }

  /** Whether any model server answers. */
  available(): boolean {
    return this.#catalogue.anyUp();
  }

  /** How the model servers answer; nothing before they were asked. */
  servers(): ServerState | undefined {
    return this.#catalogue.state();
  }

  /** Looks at the model servers now. */
  look(): Promise<void> {
    return this.#catalogue.look();
  }

  /**
   * Asks for a reply to a message if the room wants one. The message stands whatever becomes of this.
   * @returns why the assistant will not answer, if the person should know
   */
  async consider(
    roomName: string,
    sender: Sender,
    message: { offset: string; text: string },
  ): Promise<Refusal | undefined> {
    const room = this.#config.rooms.find(({ name }) => name === roomName);
    if (room === undefined || !this.#isMeant(room, message.text)) return undefined;
    try {
      await this.#ask(room, sender, message.offset, firstRun(roomName, message.offset));
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error;
      log.warn('the assistant could not be asked', { room: roomName, error: wordsOf(error) });
      return new Refusal('Unavailable', 'The assistant could not be asked. Send the message again in a moment.', 1000);
    }
  }

  /**
   * Stops a run wherever it is: waiting, before its first token, in mid-reply. A run that ended stays as it is.
   * @throws Refusal when the room has no such run; StoreUnavailable
   */
  async stop(room: string, run: string): Promise<void> {
    if (nextRun(room, run) === undefined) throw new Refusal('NotFound', 'There is no such reply in this room.');
    for (let tries = 0; tries < STOP_TRIES; tries++) {
      const state = await this.#store.runs.requestStop(run);
      if (state === 'running') return;
      if (state === 'ended') return this.#leftovers.close(room, run);
      const claim = await this.#store.runs.take(run);
      if (claim !== undefined) return this.#dispatcher.end(claim, { outcome: 'stopped', text: '' });
    }
  }

  /**
   * Asks again what an ended run answered.
   * @throws Refusal when there is no such run, it has not ended, or the person asks too often; StoreUnavailable
   */
  async retry(roomName: string, run: string, sender: Sender): Promise<void> {
    const room = this.#config.rooms.find(({ name }) => name === roomName);
    const next = nextRun(roomName, run);
    const start = next === undefined ? undefined : await runStart(this.#store.log, roomName, run);
    if (room === undefined || next === undefined || start === undefined) {
      throw new Refusal('NotFound', 'That reply is no longer in the history.');
    }
    const active = await this.#store.runs.active(roomName);
    if (active.some((each) => each.run === run)) throw new Refusal('BadFrame', 'That reply is still being written.');
    await this.#ask(room, sender, start.replyTo, next);
  }

  /** Lets replies under way end within a time, then cuts them. */
  async drain(withinMs: number): Promise<void> {
    this.#leftovers.stop();
    this.#preloader.stop();
    await Promise.all([this.#dispatcher.drain(withinMs), this.#spokesman?.stop()]);
    this.#catalogue.stop();
  }

  #isMeant({ replies }: Room, text: string): boolean {
    if (replies === 'Mention') return isAddressed(text, this.#config.assistant.name);
    return replies === 'Always';
  }

  async #ask(room: Room, sender: Sender, replyTo: string, id: string): Promise<void> {
    const always = room.replies === 'Always';
    if (always && (await this.#store.runs.waiting()).some((waiting) => waiting.room === room.name)) return;
    await this.#pace.reply(sender, room.name);
    const run: Run = { id, room: room.name, model: room.model, replyTo, askedBy: sender.user.id, askedAt: Date.now() };
    const availability = await this.#availability(room.model);
    if (availability !== 'ready' && (await this.#waits.of(room.model, availability)) === undefined) {
      await this.#runLog.begin(run);
      return this.#runLog.end(run, unavailable(availability, room.model));
    }
    const { maxWaiting } = this.#config.queue;
    const limits: QueueLimits = { maxWaiting, waitingPerRoom: always ? 'one' : 'any' };
    const enqueued = await this.#store.runs.enqueue(run, limits);
    if (enqueued.state === 'known') return;
    await this.#runLog.begin(run);
    if (enqueued.state === 'full') {
      await this.#runLog.end(run, { outcome: 'refused', text: '', reason: 'QueueFull', message: REASON_WORDS.full });
    }
  }

  /** Looks afresh before saying no. */
  async #availability(model: string): Promise<Availability> {
    if (this.#catalogue.availability(model) !== 'ready') await this.#catalogue.look();
    return this.#catalogue.availability(model);
  }
}
