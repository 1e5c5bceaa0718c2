/** How signals travel as text: the first letter is the kind. Shared by the stores and the Lua script that appends. */
import type { ControlSignal, News, RoomChanged, RoomSignal } from './port.ts';

export function encodeRoomSignal(signal: RoomSignal): string {
  switch (signal.kind) {
    case 'entry':
      return `e${signal.prev} ${signal.entry.offset} ${signal.entry.body}`;
    case 'frame':
      return `f${signal.json}`;
    case 'delta':
      return `d${signal.json}`;
    case 'people':
      return 'p';
  }
}

/** @returns nothing for a kind that a newer version sends */
export function decodeRoomSignal(text: string): RoomSignal | undefined {
  const kind = text.slice(0, 1);
  if (kind === 'e') {
    const afterPrev = text.indexOf(' ');
    const afterOffset = text.indexOf(' ', afterPrev + 1);
    const entry = { offset: text.slice(afterPrev + 1, afterOffset), body: text.slice(afterOffset + 1) };
    return { kind: 'entry', prev: text.slice(1, afterPrev), entry };
  }
  if (kind === 'd') return { kind: 'delta', json: text.slice(1) };
  if (kind === 'f') return { kind: 'frame', json: text.slice(1) };
  return kind === 'p' ? { kind: 'people' } : undefined;
}

export function encodeControlSignal(signal: ControlSignal): string {
  switch (signal.kind) {
    case 'wake':
      return 'w';
    case 'stop':
      return `s${signal.run}`;
    case 'session-ended':
      return `x${signal.session}`;
    case 'user-out':
      return `o${signal.user} ${signal.except ?? ''}`;
    case 'user-changed':
      return `c${signal.user} ${signal.except ?? ''}`;
    case 'room-changed':
      return `r${JSON.stringify(signal)}`;
    case 'news':
      return `n${JSON.stringify(signal)}`;
  }
}

/** @returns nothing for a kind that a newer version sends */
export function decodeControlSignal(text: string): ControlSignal | undefined {
  const kind = text.slice(0, 1);
  if (kind === 's') return { kind: 'stop', run: text.slice(1) };
  if (kind === 'x') return { kind: 'session-ended', session: text.slice(1) };
  if (kind === 'o' || kind === 'c') {
    const [user = '', except = ''] = text.slice(1).split(' ');
    return { kind: kind === 'o' ? 'user-out' : 'user-changed', user, ...(except !== '' && { except }) };
  }
  if (kind === 'r') return JSON.parse(text.slice(1)) as RoomChanged;
  if (kind === 'n') return JSON.parse(text.slice(1)) as News;
  return kind === 'w' ? { kind: 'wake' } : undefined;
}
