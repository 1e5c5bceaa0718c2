/**
 * A room as a client knows it: what the frames of a room make of what was known before. Pure: every function returns a
 * new state and changes nothing, so that a view can compare by identity.
 */
import type { Author, Entry, Outcome, RunReason, RunStats } from './entries.ts';
import type { ActiveRun, Position, ServerFrame } from './frames.ts';
import { compareOffsets } from './offset.ts';

export interface MessageItem {
  readonly kind: 'message';
  /** The message's id. */
  readonly key: string;
  readonly offset: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly author: Author;
  readonly text: string;
}

export interface ReplyItem {
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
  readonly text: string;
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
  return {
    phase: 'ready',
    position: { epoch: frame.epoch, offset: frame.offset },
    items,
    hasMore: frame.recovered && state.position !== undefined ? state.hasMore : frame.hasMore,
    people: frame.people,
  };
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
  const known = reply.text.length - frame.at;
  if (known < 0) return { state, gap: true };
  const text = reply.text + frame.text.slice(known);
  return { state: { ...state, items: replaced(state.items, started({ ...reply, text })) }, gap: false };
}

export function applyQueue(state: RoomState, frame: Frame<'queue'>): RoomState {
  const reply = replyOf(state.items, frame.run);
  if (reply?.state !== 'waiting') return state;
  return { ...state, items: replaced(state.items, { ...reply, place: frame.place }) };
}

export function applyHistory(state: RoomState, frame: Frame<'history'>): RoomState {
  return { ...state, items: frame.entries.reduce(withEntry, state.items), hasMore: frame.hasMore };
}

function withEntry(items: readonly Item[], entry: Entry): readonly Item[] {
  const { offset, time } = entry;
  switch (entry.kind) {
    case 'message': {
      const { id: key, author, text } = entry;
      return inserted(items, { kind: 'message', key, offset, time, author, text });
    }
    case 'run-start': {
      const ended = replyOf(items, entry.run);
      const fresh = { kind: 'reply', key: entry.run, model: entry.model, state: 'waiting', text: '' } as const;
      return inserted(items, { ...fresh, ...ended, offset, time });
    }
    case 'run-end': {
      const begun = replyOf(items, entry.run);
      const { outcome, text, model, reason, message, stats } = entry;
      const whole = { kind: 'reply', key: entry.run, model, state: 'ended', outcome, text } as const;
      return inserted(items, {
        ...whole,
        offset: begun?.offset ?? offset,
        time: begun?.time ?? time,
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
        ...(stats === undefined ? {} : { stats }),
      });
    }
  }
}

function withRuns(items: readonly Item[], runs: readonly ActiveRun[]): readonly Item[] {
  return runs.reduce((all, { run, state, place, text }) => {
    const reply = replyOf(all, run);
    if (reply === undefined || reply.state === 'ended') return all;
    if (state === 'running') return replaced(all, started({ ...reply, text }));
    return replaced(all, { ...reply, state, text, place });
  }, items);
}

function started(reply: ReplyItem): ReplyItem {
  return { ...reply, state: 'running', place: undefined };
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
