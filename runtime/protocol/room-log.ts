/**
 * A room as a client knows it: what the frames of a room make of what was known before. Pure: every function returns a
 * new state and changes nothing, so that a view can compare by identity.
 */
import type { Author, Entry, MessageEntry, Outcome, Reaction, RunReason, RunStats } from './entries.ts';
import { withChange } from './changes.ts';
import type { ActiveRun, LeftReason, Position, ServerFrame, Wait } from './frames.ts';
import { compareOffsets, laterOf } from './offset.ts';

/** What people did to an item after it was written. */
export interface Changes {
  /** Milliseconds since 1970. */
  readonly edited?: number;
  /** The text is gone for good. */
  readonly deleted?: 'author' | 'moderator';
  readonly reactions?: readonly Reaction[];
}

export interface MessageItem extends Changes {
  readonly kind: 'message';
  /** The message's id. */
  readonly key: string;
  readonly offset: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly author: Author;
  readonly text: string;
  /** Offset of the message or reply (its end) that this one answers. */
  readonly replyTo?: string;
  /** Ids of the people whom the text names. */
  readonly mentions?: readonly string[];
}

export interface ReplyItem extends Changes {
  readonly kind: 'reply';
  /** The run's id. */
  readonly key: string;
  /** Where the reply was asked for; where it ended, while that part of the log is unknown. */
  readonly offset: string;
  readonly time: number;
  readonly model: string;
  readonly state: 'waiting' | 'running' | 'ended';
  /** Place in the queue, 1 is next. */
  readonly place?: number | undefined;
  /** What it waits for beside its turn. */
  readonly waitsFor?: Wait | undefined;
  readonly text: string;
  readonly thinking?: string;
  /** Offset of the end, by which changes name the reply; none while it is under way. */
  readonly endOffset?: string;
  /** Offset of the message that it answers, and id of who asked; unknown while that part of the log is. */
  readonly replyTo?: string;
  readonly askedBy?: string;
  /** The run whose text this one goes on with. */
  readonly continues?: string;
  readonly outcome?: Outcome;
  readonly reason?: RunReason;
  readonly message?: string;
  readonly stats?: RunStats;
}

export type Item = MessageItem | ReplyItem;

export interface RoomState {
  readonly phase: 'loading' | 'ready' | 'missing';
  readonly position?: Position;
  /** By offset, oldest first. */
  readonly items: readonly Item[];
  /** Older entries exist before the first item. */
  readonly hasMore: boolean;
  readonly people: readonly Author[];
  /** Up to where this person has read, on any device. */
  readonly read?: string;
  /** Why the server took this client out, with `phase: 'missing'`. */
  readonly left?: LeftReason;
}

export const emptyRoom: RoomState = { phase: 'loading', items: [], hasMore: false, people: [] };

type Frame<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>;

/** A state after a frame, and whether something before the frame is missing: then the room must be joined again. */
export interface Applied {
  readonly state: RoomState;
  readonly gap: boolean;
}

export function applyJoined(state: RoomState, frame: Frame<'joined'>): RoomState {
  const known = frame.recovered ? state.items : [];
  const items = withRuns(frame.entries.reduce(withEntry, known), frame.runs);
  const read = laterOf(state.read, frame.read);
  return {
    phase: 'ready',
    position: { epoch: frame.epoch, offset: frame.offset },
    items,
    hasMore: frame.recovered && state.position !== undefined ? state.hasMore : frame.hasMore,
    people: frame.people,
    ...(read === undefined ? {} : { read }),
  };
}

/** A read mark of this person, which only moves forward. */
export function applyRead(state: RoomState, offset: string): RoomState {
  return { ...state, read: laterOf(state.read, offset) };
}

export function applyEntry(state: RoomState, frame: Frame<'entry'>): Applied {
  const { position } = state;
  if (position === undefined) return { state, gap: false };
  if (compareOffsets(frame.entry.offset, position.offset) <= 0) return { state, gap: false };
  if (compareOffsets(frame.prev, position.offset) !== 0) return { state, gap: true };
  const items = withEntry(state.items, frame.entry);
  return { state: { ...state, items, position: { ...position, offset: frame.entry.offset } }, gap: false };
}

export function applyDelta(state: RoomState, frame: Frame<'delta'>): Applied {
  const reply = replyOf(state.items, frame.run);
  if (reply === undefined || reply.state === 'ended') return { state, gap: false };
  const part = frame.part ?? 'text';
  const before = reply[part] ?? '';
  const known = before.length - frame.at;
  if (known < 0) return { state, gap: true };
  const whole = before + frame.text.slice(known);
  return { state: { ...state, items: replaced(state.items, started({ ...reply, [part]: whole })) }, gap: false };
}

export function applyQueue(state: RoomState, frame: Frame<'queue'>): RoomState {
  const reply = replyOf(state.items, frame.run);
  if (reply?.state !== 'waiting') return state;
  return { ...state, items: replaced(state.items, { ...reply, place: frame.place, waitsFor: frame.waitsFor }) };
}

export function applyHistory(state: RoomState, frame: Frame<'history'>): RoomState {
  return { ...state, items: frame.entries.reduce(withEntry, state.items), hasMore: frame.hasMore };
}

function withEntry(items: readonly Item[], entry: Entry): readonly Item[] {
  const { offset, time } = entry;
  switch (entry.kind) {
    case 'message':
      return inserted(items, messageItem(entry));
    case 'run-start': {
      const ended = replyOf(items, entry.run);
      const { model, replyTo, askedBy, continues } = entry;
      const fresh = { kind: 'reply', key: entry.run, model, state: 'waiting', text: '', replyTo, askedBy } as const;
      return inserted(items, { ...fresh, ...(continues === undefined ? {} : { continues }), ...ended, offset, time });
    }
    case 'run-end': {
      const begun = replyOf(items, entry.run);
      const { run, model, outcome, text, thinking, reason, message, stats, edited, deleted, reactions } = entry;
      const { replyTo, askedBy, continues } = begun ?? {};
      return inserted(items, {
        ...{ kind: 'reply', key: run, model, state: 'ended', outcome, text, endOffset: entry.offset },
        ...present({ thinking, reason, message, stats, edited, deleted, reactions, replyTo, askedBy, continues }),
        offset: begun?.offset ?? offset,
        time: begun?.time ?? time,
      } as ReplyItem);
    }
    case 'clear':
      return [];
    case 'edit':
    case 'delete':
    case 'react': {
      const changed = items.findLast((item) => contentOffset(item) === entry.target);
      return changed === undefined ? items : replaced(items, withChange(changed, entry));
    }
    default:
      return items; // a kind that only newer servers have
  }
}

/** The offset by which changes and answers name an item. */
export function contentOffset(item: Item): string | undefined {
  return item.kind === 'message' ? item.offset : item.endOffset;
}

function messageItem({ id: key, ...entry }: MessageEntry): MessageItem {
  return present({ ...entry, key }) as MessageItem;
}

/** Without the properties that are undefined: items are compared and shown by what they have. */
function present<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;
}

function withRuns(items: readonly Item[], runs: readonly ActiveRun[]): readonly Item[] {
  return runs.reduce((all, { run, state, place, waitsFor, text, thinking }) => {
    const reply = replyOf(all, run);
    if (reply === undefined || reply.state === 'ended') return all;
    const thought = thinking === undefined ? {} : { thinking };
    if (state === 'running') return replaced(all, started({ ...reply, text, ...thought }));
    return replaced(all, { ...reply, state, text, place, waitsFor });
  }, items);
}

function started(reply: ReplyItem): ReplyItem {
  return { ...reply, state: 'running', place: undefined, waitsFor: undefined };
}

/** Replies that run are near the end of a room: looked for from there. */
function replyOf(items: readonly Item[], run: string): ReplyItem | undefined {
  return items.findLast((item): item is ReplyItem => item.kind === 'reply' && item.key === run);
}

function replaced(items: readonly Item[], item: Item): readonly Item[] {
  return items.with(
    items.findLastIndex(({ kind, key }) => kind === item.kind && key === item.key),
    item,
  );
}

/** Puts an item where its offset belongs, instead of what had its key. */
function inserted(items: readonly Item[], item: Item): readonly Item[] {
  const known = items.findLastIndex(({ kind, key }) => kind === item.kind && key === item.key);
  if (known >= 0 && items[known]?.offset === item.offset) return items.with(known, item);
  const others = known < 0 ? items : items.toSpliced(known, 1);
  const after = others.findLastIndex(({ offset }) => compareOffsets(offset, item.offset) < 0);
  return others.toSpliced(after + 1, 0, item);
}
