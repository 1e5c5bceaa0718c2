import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as signals from '../../../../runtime/store/signals.ts';
import type { ControlSignal, RoomSignal } from '../../../../runtime/store/port.ts';

const ROOM: readonly RoomSignal[] = [
  { kind: 'entry', prev: '0-0', entry: { offset: '1-2', body: '{"text":"a b  c"}' } },
  { kind: 'frame', json: '{"type":"typing"}' },
  { kind: 'delta', json: '{"text":" "}' },
  { kind: 'people' },
];
const CONTROL: readonly ControlSignal[] = [
  { kind: 'wake' },
  { kind: 'stop', run: '1-0-1-abc' },
  { kind: 'session-ended', session: 'hash' },
  { kind: 'user-out', user: 'a-1' },
  { kind: 'user-out', user: 'a-1', except: 'hash' },
  { kind: 'user-changed', user: 'a-1' },
];

describe('signals', () => {
  for (const signal of ROOM) {
    it(`of rooms: ${signal.kind}`, () =>
      assert.deepEqual(signals.decodeRoomSignal(signals.encodeRoomSignal(signal)), signal));
  }
  for (const signal of CONTROL) {
    it(`of control: ${JSON.stringify(signal)}`, () =>
      assert.deepEqual(signals.decodeControlSignal(signals.encodeControlSignal(signal)), signal));
  }
  it('of a newer version are nothing', () => {
    for (const text of ['', '?', 'zx 1']) {
      assert.equal(signals.decodeRoomSignal(text), undefined);
      assert.equal(signals.decodeControlSignal(text), undefined);
    }
  });
});
