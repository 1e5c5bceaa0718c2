import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bodyOf } from '../../../../runtime/api/body.ts';
import { sessionRequestSchema } from '../../../../runtime/protocol/accounts.ts';
import { Refusal } from '../../../../runtime/rooms/refusal.ts';

const refusalOf = (body: unknown): unknown => {
  try {
    return bodyOf(sessionRequestSchema, { body });
  } catch (error) {
    return error;
  }
};

describe('the body of a request', () => {
  it('is refused with what is wrong, and with the bound of what is too long', () => {
    assert.deepEqual(refusalOf({ name: 'x'.repeat(40) }), { name: 'x'.repeat(40) });
    const rows = [
      [{ name: 'x'.repeat(41) }, 'A name has at most 40 characters.', 40],
      [{ name: ' ' }, 'A name is needed.', undefined],
      [{}, '"name" is missing or of another type', undefined],
    ] as const;
    for (const [body, message, limit] of rows) {
      assert.deepEqual(refusalOf(body), new Refusal('BadFrame', message, undefined, limit));
    }
  });
});
