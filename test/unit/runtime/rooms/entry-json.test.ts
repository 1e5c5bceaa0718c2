import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { serverFrameSchema } from '../../../../runtime/protocol/frames.ts';
import { entryFrame, entryJson, parseEntry, timeOf } from '../../../../runtime/rooms/entry-json.ts';

const author = { id: 'u-1', name: 'A "nn"', role: 'guest' } as const;
const body = JSON.stringify({ kind: 'message', id: 'message-1', author, text: 'a "b" \\ \u2028 {"offset":"0-0"}' });
const logged = { offset: '1700000000000-3', body };

describe('an entry as JSON', () => {
  it('is the body with its place, and can be read again', () => {
    const { kind, id, text } = JSON.parse(body) as Record<string, unknown>;
    const entry = { offset: logged.offset, time: 1_700_000_000_000, kind, id, author, text };
    assert.deepEqual(JSON.parse(entryJson(logged)), entry);
    assert.deepEqual(parseEntry(logged), entry);
    assert.equal(timeOf(logged.offset), 1_700_000_000_000);
  });

  it('is a frame of the protocol', () => {
    const frame = serverFrameSchema.parse(JSON.parse(entryFrame('general', '0-0', logged)));
    assert.deepEqual(frame, { type: 'entry', room: 'general', prev: '0-0', entry: parseEntry(logged) });
  });

  it('is nothing where only a newer version knows it', () => {
    assert.equal(parseEntry({ offset: '1-0', body: '{"kind":"poll","question":"?"}' }), undefined);
  });
});
