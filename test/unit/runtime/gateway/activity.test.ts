import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Activity, type Listener } from '../../../../runtime/gateway/activity.ts';
import { until } from '../../../testbed/wait.ts';

describe('activity in other rooms', () => {
  it('is told to all, but not to all at once, and to nobody who has come into the room meanwhile', async () => {
    const told: number[] = [];
    const at: number[] = [];
    const listeners = Array.from({ length: 60 }, (_unused, n): Listener & { readonly rooms: Set<string> } => ({
      user: { id: `u${n}`, name: `U${n}`, role: 'guest' },
      rooms: new Set(),
      deliver: () => {
        told.push(n);
        at.push(performance.now());
        listeners.at(-1)?.rooms.add('lively');
      },
    }));
    const activity = new Activity(() => listeners);
    activity.add([{ room: 'lively', top: '1-0', messages: 1 }]);
    await until('all the others are told', () => told.length === 59, { timeout: 10_000, every: 10 });
    assert.deepEqual(
      told,
      Array.from({ length: 59 }, (_unused, n) => n),
    );
    assert.ok(at.at(-1)! - at[0]! > 200, 'one after the other');
    activity.close();
  });
});
