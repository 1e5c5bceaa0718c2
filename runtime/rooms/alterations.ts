/** What people do to messages and replies after they were written: the one way, with who may do what. */
import type { RuntimeConfig } from '../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { withReaction } from '../protocol/changes.ts';
import type { Author, MessageEntry, RunEndEntry } from '../protocol/entries.ts';
import { contentOf } from '../store/content.ts';
import type { Found, NewChange, Store } from '../store/port.ts';
import { checkWriting, mayModerate } from './access.ts';
import type { Room } from './access.ts';
import type { Directory } from './directory.ts';
import { parseEntry } from './entry-json.ts';
import { mentionsIn } from './mentions.ts';
import { checkText } from './post.ts';
import { Refusal, tooLarge } from './refusal.ts';
import { runStart } from './run-start.ts';
import { takeToken } from './token.ts';

type Target = MessageEntry | RunEndEntry;

/** The entry that a change appends, and what it makes of its target. */
interface Step {
  readonly change: NewChange;
  readonly becomes: object;
}

export interface ReactionRequest {
  readonly emoji: string;
  readonly action: 'add' | 'remove';
}

/** Different emojis at one message. */
const MAX_EMOJIS = 20;
/** Another change of the same message came first: the next try sees it. */
const TRIES = 20;

export class Alterations {
  readonly #config: RuntimeConfig;
  readonly #store: Store;
  readonly #directory: Directory;
  readonly #metrics: Metrics;

  constructor(config: RuntimeConfig, store: Store, directory: Directory, metrics: Metrics) {
    this.#config = config;
    this.#store = store;
    this.#directory = directory;
    this.#metrics = metrics;
  }

  /**
   * Gives one's own message another text.
   * @returns offset of the edit; none when the text is the same already
   * @throws Refusal, StoreUnavailable
   */
  edit(user: Author, room: string, target: string, text: string): Promise<string | undefined> {
    checkText(text, this.#config.limits.maxMessageBytes);
    return this.#alter(user, room, target, async (entry, where) => {
      checkWriting(where, user);
      if (entry.kind !== 'message' || entry.author.id !== user.id) {
        throw new Refusal('Forbidden', 'You can only change messages that you wrote.');
      }
      if (entry.deleted !== undefined) throw new Refusal('Conflict', 'That message was deleted.');
      if (entry.text === text) return undefined;
      const { reactions } = entry;
      const named = await mentionsIn(this.#store, where, user, text);
      const mentions = named.length > 0 ? { mentions: named } : {};
      return { change: { kind: 'edit', target, text, ...mentions }, becomes: { text, ...mentions, reactions } };
    });
  }

  /**
   * Erases one's own message, a reply that one asked for, or as a moderator any.
   * @returns offset of the deletion; none when it is deleted already
   * @throws Refusal, StoreUnavailable
   */
  delete(user: Author, room: string, target: string): Promise<string | undefined> {
    return this.#alter(user, room, target, async (entry, where) => {
      const own = (await this.#ownerOf(room, entry)) === user.id;
      if (!own && !mayModerate(where, user)) {
        throw new Refusal('Forbidden', 'You can only delete what you wrote or asked for.');
      }
      if (entry.deleted !== undefined) return undefined;
      const by = own ? 'author' : 'moderator';
      const thinking = entry.kind === 'run-end' && entry.thinking !== undefined ? { thinking: '' } : {};
      return { change: { kind: 'delete', target, by }, becomes: { text: '', ...thinking, deleted: by } };
    });
  }

  /**
   * Adds or removes a reaction of one's own.
   * @returns offset of the change; none when it is so already
   * @throws Refusal, StoreUnavailable
   */
  react(user: Author, room: string, target: string, { emoji, action }: ReactionRequest): Promise<string | undefined> {
    return this.#alter(user, room, target, (entry, where) => {
      checkWriting(where, user);
      if (entry.deleted !== undefined) throw new Refusal('Conflict', 'That message was deleted.');
      const present = entry.reactions ?? [];
      const known = present.find((each) => each.emoji === emoji);
      if ((known?.people.some(({ id }) => id === user.id) ?? false) === (action === 'add')) return undefined;
      if (known === undefined && present.length >= MAX_EMOJIS) {
        throw tooLarge(`A message has at most ${MAX_EMOJIS} different reactions.`, MAX_EMOJIS);
      }
      const change = { kind: 'react', target, emoji, person: { id: user.id, name: user.name }, action } as const;
      return { change, becomes: { ...entry, reactions: withReaction(present, change) } };
    });
  }

  /** Tries until nobody was faster. */
  async #alter(
    user: Author,
    room: string,
    offset: string,
    step: (entry: Target, room: Room) => Step | undefined | Promise<Step | undefined>,
  ): Promise<string | undefined> {
    const where = await this.#directory.open(user, room);
    await this.#checkPace(user);
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await this.#store.log.find(room, offset);
      const next = await step(targetOf(found), where);
      if (found === undefined || next === undefined) return undefined;
      const { history } = this.#config;
      const done = await this.#store.log.change(room, next.change, found, contentOf(next.becomes), history);
      if (done !== undefined) return done;
    }
    throw new Refusal('Conflict', 'Many people change that message right now: please try again.', 1000);
  }

  async #checkPace(user: Author): Promise<void> {
    await takeToken(
      { store: this.#store, metrics: this.#metrics },
      {
        bucket: `change:${user.id}`,
        perMinute: this.#config.limits.messagesPerMinute,
        kind: 'message',
        words: 'You are changing very much: please wait a moment.',
      },
    );
  }

  async #ownerOf(room: string, entry: Target): Promise<string | undefined> {
    if (entry.kind === 'message') return entry.author.id;
    return (await runStart(this.#store.log, room, entry.run, entry.offset))?.askedBy;
  }
}

function targetOf(found: Found | undefined): Target {
  const entry = found === undefined ? undefined : parseEntry(found);
  if (entry?.kind === 'message' || entry?.kind === 'run-end') return entry;
  throw new Refusal('NotFound', 'That message is no longer in the history.');
}
