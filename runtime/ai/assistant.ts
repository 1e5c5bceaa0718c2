/** The assistant as rooms see it: is asked, stopped, asked again. What it does then is the dispatcher's and worker's. */
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { announce } from '../metrics/metrics.ts';
import type { Models } from '../protocol/rest.ts';
import { Pace, type Sender } from '../rooms/pace.ts';
import { compareOffsets } from '../protocol/offset.ts';
import type { Room } from '../rooms/access.ts';
import type { Directory } from '../rooms/directory.ts';
import { Refusal } from '../rooms/refusal.ts';
import { parseEntry } from '../rooms/entry-json.ts';
import type { ServerState } from '../report.ts';
import type { ReportsConfigMap } from '../reports/config-map.ts';
import type { Store } from '../store/port.ts';
import type { QueueLimits, Run } from '../store/runs.ts';
import type { Answer } from './answers.ts';
import { answersTo } from './answers.ts';
import { Catalogue, type Availability, type ServerView } from './catalogue.ts';
import { Dispatcher, unavailable } from './dispatcher.ts';
import { Leftovers } from './leftovers.ts';
import { isAddressed } from './mention.ts';
import { Preloader } from './preloader.ts';
import { firstRun, nextRun, questionOf } from './run-id.ts';
import { REASON_WORDS, RunLog } from './runs.ts';
import { Spokesman } from './spokesman.ts';
import { Waits } from './waits.ts';

/** A reply that ended, as somebody wants more of it. */
interface Ended {
  readonly room: Room;
  readonly answer: Required<Answer>;
  /** Id of the run that comes of it, and that run if it began before. */
  readonly next: string;
  readonly begun: Answer | undefined;
}

export interface AssistantOptions {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly directory: Directory;
  /** Of this process among those of the chat. */
  readonly name: string;
  /** Where parts of the chat report; none outside of a cluster. */
  readonly reports: ReportsConfigMap | undefined;
}

const HAS_NEWER = 'There is a newer reply to that message.';
/** A stop may meet a run between two states: it is tried again so often. */
const STOP_TRIES = 5;

export class Assistant {
  readonly #config: RuntimeConfig;
  readonly #store: Store;
  readonly #directory: Directory;
  readonly #pace: Pace;
  readonly #catalogue: Catalogue;
  readonly #runLog: RunLog;
  readonly #dispatcher: Dispatcher;
  readonly #leftovers: Leftovers;
  readonly #preloader: Preloader;
  readonly #waits: Waits;
  readonly #spokesman: Spokesman | undefined;

  constructor({ config, store, metrics, directory, name, reports }: AssistantOptions) {
    this.#config = config;
    this.#store = store;
    this.#directory = directory;
    this.#pace = new Pace(config, store, metrics);
    announce(metrics, { models: config.rooms.map(({ model }) => model), servers: config.ollama.urls });
    this.#catalogue = new Catalogue(config.ollama, metrics);
    this.#runLog = new RunLog(config, store, metrics);
    this.#waits = new Waits(config, reports);
    const shared = { config, store, metrics, catalogue: this.#catalogue };
    this.#dispatcher = new Dispatcher({ ...shared, directory, runLog: this.#runLog, waits: this.#waits });
    const isNeeded = config.ollama.scaleToZero !== undefined || config.probe !== undefined;
    this.#spokesman = reports && isNeeded ? new Spokesman({ ...shared, reports, name }) : undefined;
    this.#leftovers = new Leftovers(directory, store, this.#runLog);
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

  /** How a model can be used now, as people choose among them. */
  state(model: string): Models['models'][number]['state'] {
    const availability = this.#catalogue.availability(model);
    return availability === 'too-large' ? 'missing' : availability;
  }

  /** How the model servers answer; nothing before they were asked. */
  servers(): ServerState | undefined {
    return this.#catalogue.state();
  }

  /** Each model server as it was seen last. */
  views(): readonly ServerView[] {
    return this.#catalogue.servers();
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
    const { offset, text } = message;
    return this.#wordsIfNot(roomName, async () => {
      const room = await this.#directory.find(roomName);
      if (room === undefined || !this.#isMeant(room, text)) return;
      await this.#ask(room, sender, offset, firstRun(roomName, offset));
    });
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
    const { room, answer, next, begun } = await this.#ended(roomName, run);
    if (begun === undefined) return this.#ask(room, sender, answer.start.replyTo, next);
    if (begun.start.continues !== undefined) throw new Refusal('Conflict', HAS_NEWER);
  }

  /**
   * Goes on with a reply that was stopped, interrupted, or cut at its bound of tokens, in a run of its own.
   * @throws Refusal when it cannot be continued; StoreUnavailable
   */
  async continue(roomName: string, run: string, sender: Sender): Promise<void> {
    const { room, answer, next, begun } = await this.#ended(roomName, run);
    if (begun !== undefined && begun.start.continues !== run) throw new Refusal('Conflict', HAS_NEWER);
    const { outcome, stats, text, deleted } = answer.end;
    const isComplete = outcome === 'done' && stats?.cut !== true;
    if (isComplete) throw new Refusal('Conflict', 'That reply is complete: there is nothing to go on with.');
    if (outcome === 'failed' || outcome === 'refused') {
      throw new Refusal('Conflict', 'That reply failed: ask again instead.');
    }
    if (deleted !== undefined) throw new Refusal('Conflict', 'That reply was deleted.');
    if (text === '') throw new Refusal('Conflict', 'That reply has no text to go on with: ask again instead.');
    if (begun === undefined) await this.#ask(room, sender, answer.start.replyTo, next, { continues: run });
  }

  /**
   * Answers an edited message anew, once for each edit; a reply to its earlier text that is under way stops.
   * @returns why the assistant will not answer
   */
  async answerAnew(roomName: string, sender: Sender, question: string): Promise<Refusal | undefined> {
    const room = await this.#directory.find(roomName);
    if (room === undefined || room.replies === 'Never') {
      return new Refusal('Unsupported', `${this.#config.assistant.name} does not answer in this room.`);
    }
    return this.#wordsIfNot(roomName, async () => {
      const { runs, edited } = await answersTo(this.#store.log, roomName, question);
      const last = runs.at(-1)?.start;
      const isAsked = last !== undefined && (edited === undefined || compareOffsets(edited, last.offset) < 0);
      if (isAsked) return;
      for (const { start, end } of runs) if (end === undefined) await this.stop(roomName, start.run);
      const next = last === undefined ? undefined : nextRun(roomName, last.run);
      await this.#ask(room, sender, question, next ?? firstRun(roomName, question), { only: 'question' });
    });
  }

  /**
   * Stops replies to a message that was deleted. One that waits in a room where the assistant answers everything answers
   * what is left.
   * @throws StoreUnavailable
   */
  async messageDeleted(roomName: string, question: string): Promise<void> {
    const room = await this.#directory.find(roomName);
    for (const { run, state } of await this.#store.runs.active(roomName)) {
      const isLeft = room?.replies === 'Always' && state === 'waiting';
      if (questionOf(roomName, run) === question && !isLeft) await this.stop(roomName, run);
    }
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

  /** For what stands whatever becomes of the question. */
  async #wordsIfNot(room: string, ask: () => Promise<void>): Promise<Refusal | undefined> {
    try {
      await ask();
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error;
      log.warn('the assistant could not be asked', { room, error: wordsOf(error) });
      return new Refusal('Unavailable', 'The assistant could not be asked. Send the message again in a moment.', 1000);
    }
  }

  /** @throws Refusal when a room has no such run that ended, or its question is gone; StoreUnavailable */
  async #ended(roomName: string, run: string): Promise<Ended> {
    const room = await this.#directory.find(roomName);
    const [question, next] = [questionOf(roomName, run), nextRun(roomName, run)];
    const isWhole = room !== undefined && next !== undefined && question !== undefined;
    const found = isWhole ? await this.#store.log.find(roomName, question) : undefined;
    const entry = found === undefined ? undefined : parseEntry(found);
    if (!isWhole || entry?.kind !== 'message') throw new Refusal('NotFound', 'That reply is no longer in the history.');
    if (entry.deleted !== undefined) throw new Refusal('Conflict', 'The message that it answered was deleted.');
    const answers = await answersTo(this.#store.log, roomName, question);
    const answer = answers.runs.find(({ start }) => start.run === run);
    if (answer === undefined) throw new Refusal('NotFound', 'That reply is no longer in the history.');
    const { start, end } = answer;
    if (end === undefined) throw new Refusal('BadFrame', 'That reply is still being written.');
    const begun = answers.runs.find((each) => each.start.run === next);
    return { room, answer: { start, end }, next, begun };
  }

  async #ask(
    room: Room,
    sender: Sender,
    replyTo: string,
    id: string,
    how: Pick<Run, 'continues' | 'only'> = {},
  ): Promise<void> {
    const isAlone = how.continues !== undefined || how.only !== undefined;
    const always = room.replies === 'Always' && !isAlone;
    if (always && (await this.#store.runs.waiting()).some((waiting) => waiting.room === room.name)) return;
    await this.#pace.reply(sender, room.name);
    const { name, model } = room;
    const run: Run = { id, room: name, model, replyTo, askedBy: sender.user.id, askedAt: Date.now(), ...how };
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
