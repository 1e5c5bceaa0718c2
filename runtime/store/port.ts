/**
 * Where the chat's state lives, as the rest of the runtime sees it. Two versions exist: `redis/` (many backends) and
 * `memory/` (one process, development); one contract test runs against both. Every method may throw
 * {@link StoreUnavailable} when the store does not answer.
 */
import type { Author, Entry } from '../protocol/entries.ts';
import type { LeftReason } from '../protocol/frames.ts';
import type { ServerTrouble } from '../report.ts';
import type { AccountStore, Attempts } from './accounts.ts';
import type { LeaseSets } from './leases.ts';
import type { RoomStore } from './rooms.ts';
import type { RunQueue } from './runs.ts';
import type { Tickets } from './tickets.ts';

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

type WithoutPosition<T> = T extends Entry ? Omit<T, 'offset' | 'time'> : never;

/** An entry before the log gave it its place. */
export type NewEntry = WithoutPosition<Entry>;

/**
 * An entry as the log keeps it. `body` is the entry's JSON without `offset` and `time`: it goes to sockets as it is, never
 * parsed on the way (see `rooms/entry-json.ts`).
 */
export interface LoggedEntry {
  readonly offset: string;
  readonly body: string;
}

/** An entry with its changeable part as it is now, by which a change tells that nobody was faster. */
export interface Found extends LoggedEntry {
  readonly content: string;
}

/** A change of an entry before the log gave it its place. */
export type NewChange = Extract<NewEntry, { kind: 'edit' | 'delete' | 'react' }>;

/** How much a room's log keeps; the older of the two bounds wins. */
export interface Retention {
  /** Messages and replies. */
  readonly maxMessages: number;
  readonly maxAgeSeconds: number;
}

export interface LogPosition {
  readonly epoch: string;
  /** Offset of the newest entry ever appended; `0-0` in an empty log. */
  readonly top: string;
  /** Offset of the newest entry that the log dropped; whoever is before it missed something for good. */
  readonly floor: string;
}

export interface Appended {
  readonly offset: string;
  /** The key was used before: `offset` is the first one's, nothing was appended. */
  readonly duplicate: boolean;
}

/** Nothing was appended: a bucket was empty. */
export interface TooSoon {
  /** Name of the bucket that takes longest to have a token. */
  readonly empty: string;
  readonly retryAfterMs: number;
}

/** What the processes of a chat tell each other about one room. */
export type RoomSignal =
  | { readonly kind: 'entry'; readonly prev: string; readonly entry: LoggedEntry }
  /** A frame for everybody in the room, as JSON; `delta` frames may be dropped for slow readers. */
  | { readonly kind: 'frame' | 'delta'; readonly json: string }
  /** Somebody came or left. */
  | { readonly kind: 'people' };

/** A room is another one than before. */
export interface RoomChanged {
  readonly kind: 'room-changed';
  readonly room: string;
  /** Ids of the people who are told so; everybody if not set. */
  readonly tell?: readonly string[] | undefined;
  /** Whose connections leave the room at once: those of a person, everybody's where no `user` is set. */
  readonly out?: { readonly user?: string; readonly reason: LeftReason } | undefined;
}

/** Of more new messages in a room nobody needs to know the offsets: there are many. */
export const MOST_TOLD = 100;

/** What people may want to know wherever they are; gathered for a moment. */
export interface News {
  readonly kind: 'news';
  /** What people read, told to their connections but for the one that said so. */
  readonly reads: readonly {
    readonly room: string;
    readonly user: string;
    readonly offset: string;
    readonly tell: readonly string[];
    readonly except: string;
  }[];
  /** Rooms with new messages: for all but a few, or for a few only. */
  readonly activity: readonly {
    readonly room: string;
    readonly top: string;
    readonly messages: number;
    /** Of the newest of them, at most {@link MOST_TOLD}; backends of older versions do not say. */
    readonly offsets?: readonly string[];
    readonly only?: readonly string[];
    readonly except?: readonly string[];
  }[];
  /** Who was named in messages. */
  readonly mentions: readonly {
    readonly room: string;
    readonly offset: string;
    readonly author: Author;
    readonly text: string;
    readonly users: readonly string[];
  }[];
}

/** What concerns all rooms. */
export type ControlSignal =
  | { readonly kind: 'wake' }
  | { readonly kind: 'stop'; readonly run: string }
  | { readonly kind: 'session-ended'; readonly session: string }
  /**
   * Sockets of a person close, but for those of one session: for good, or to come back at once as somebody else than before
   * (another role, another name).
   */
  | { readonly kind: 'user-out' | 'user-changed'; readonly user: string; readonly except?: string }
  | RoomChanged
  | News;

/** A log with positions for each room. */
export interface RoomLog {
  /**
   * Appends once: `key` names the entry within the room for {@link IDEMPOTENCY_SECONDS}. One atomic step with the trimming
   * and with telling every process.
   */
  append(room: string, key: string, entry: NewEntry, retention: Retention): Promise<Appended>;
  /**
   * Takes one token out of each bucket and appends, or does neither; a resend costs the same. One atomic step: a message
   * waits for the store once.
   */
  post(
    room: string,
    key: string,
    entry: NewEntry,
    retention: Retention,
    buckets: readonly Bucket[],
  ): Promise<Appended | TooSoon>;
  /** The message or reply at an offset, as it is now. */
  find(room: string, offset: string): Promise<Found | undefined>;
  /**
   * Appends a change and gives its target the new content, in one atomic step; an edit's time is added to the content.
   * @param target as `find` gave it
   * @param content see `content.ts`; what it replaces is gone for good
   * @returns the change's offset, or nothing when the target is no longer as it was found
   */
  change(
    room: string,
    change: NewChange,
    target: Found,
    content: string,
    retention: Retention,
  ): Promise<string | undefined>;
  position(room: string): Promise<LogPosition>;
  /** Entries after `offset`, oldest first, with the position they were read at (one snapshot). */
  after(room: string, offset: string, limit: number): Promise<LogPosition & { entries: LoggedEntry[] }>;
  /** The newest entries before `before` (or of all), oldest first, with the position they were read at. */
  before(room: string, before: string | undefined, limit: number): Promise<LogPosition & { entries: LoggedEntry[] }>;
  /** Drops what is older than the retention allows. */
  trim(room: string, retention: Retention): Promise<void>;
  /** Erases all messages and replies for good and says so in the log, in one atomic step. @returns offset of the word */
  clear(room: string): Promise<string>;
  /** Nothing of the log stays. */
  erase(room: string): Promise<void>;
}

export interface RoomBus {
  /** Resolves when no later signal can be missed. Returns the way to stop it. */
  subscribe(room: string, listener: (signal: RoomSignal) => void): Promise<() => void>;
  publish(room: string, signal: RoomSignal): Promise<void>;
}

export interface ControlBus {
  subscribe(listener: (signal: ControlSignal) => void): Promise<() => void>;
  publish(signal: ControlSignal): Promise<void>;
}

/** Up to where each person has read each room; forgotten {@link READ_MARK_SECONDS} after it was last used. */
export interface ReadMarks {
  /** Only ever forward, and never past the newest entry. */
  move(room: string, user: string, offset: string): Promise<'moved' | 'kept'>;
  of(room: string, user: string): Promise<string | undefined>;
  /** Where a person is in a room, and how many messages come after that and are not deleted, counted up to {@link MOST_UNREAD}. */
  unread(room: string, user: string): Promise<Unread>;
}

export interface Unread {
  readonly top: string;
  readonly read?: string;
  readonly unread: number;
}

export interface StoredSession {
  readonly user: Author;
  /** The name folded for comparison; it stays with this user while leases of it are renewed. */
  readonly nameKey: string;
}

/** Where a session was begun, for the person to recognise it by. */
export interface SessionPlace {
  readonly agent: string;
  readonly address: string;
}

/** A session as its person sees it. */
export interface KnownSession extends SessionPlace {
  /** Of its token. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly created: number;
}

export interface SessionStore {
  /**
   * Stores a guest's session under the hash of its token and takes its name.
   * @returns `false` when somebody else has the name
   */
  create(hash: string, session: StoredSession, maxAgeSeconds: number, nameHoldSeconds: number): Promise<boolean>;
  /**
   * Stores a session of an account; it lives as long as the account is active. The oldest of too many ends.
   * @returns `false` when there is no such account, or it is disabled
   */
  createFor(account: string, hash: string, place: SessionPlace, maxAgeSeconds: number): Promise<boolean>;
  /** @returns the session, when it lives and its name is (again) its own; of an account with its present name and role */
  resume(hash: string, nameHoldSeconds: number): Promise<StoredSession | undefined>;
  remove(hash: string): Promise<void>;
  /** Sessions of an account, oldest first. */
  of(account: string): Promise<KnownSession[]>;
  /** Ends all sessions of an account, or all but one. */
  removeOf(account: string, except?: string): Promise<void>;
}

export interface Allowance {
  readonly allowed: boolean;
  /** Milliseconds until one more is allowed; 0 when allowed. */
  readonly retryAfterMs: number;
}

/** Holds as many tokens as may be taken in a minute, and fills evenly. */
export interface Bucket {
  readonly name: string;
  readonly perMinute: number;
}

export interface RateLimits {
  /** Takes one token out of a bucket. */
  take(bucket: string, perMinute: number): Promise<Allowance>;
  /**
   * Takes one token out of each bucket, or none at all.
   * @returns the name of the bucket that takes longest to have one, if any has none now
   */
  takeAll(buckets: readonly Bucket[]): Promise<Allowance & { readonly empty?: string }>;
}

export interface Store {
  readonly log: RoomLog;
  readonly reads: ReadMarks;
  readonly rooms: RoomBus;
  readonly control: ControlBus;
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  readonly attempts: Attempts;
  readonly tickets: Tickets;
  readonly limits: RateLimits;
  readonly leases: LeaseSets;
  readonly directory: RoomStore;
  readonly runs: RunQueue;
  /** Whether the store answered lately. */
  connected(): boolean;
  /** Why it did not, in words for whoever runs the chat, without addresses; nothing while it answers. */
  trouble(): ServerTrouble | undefined;
  /** Called each time the store is back after it was away: signals may have been missed. */
  onRecovered(listener: () => void): void;
  close(): Promise<void>;
}

/** Sessions of one account. */
export const MOST_SESSIONS = 50;
export const MOST_UNREAD = 100;
/** Ninety days. */
export const READ_MARK_SECONDS = 90 * 24 * 3600;
/** No shorter than an unsent message may wait in a browser. */
export const IDEMPOTENCY_SECONDS = 48 * 3600;
