import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CLOSE } from '../../../../runtime/protocol/constants.ts';
import { entrySchema } from '../../../../runtime/protocol/entries.ts';
import { clientFrameSchema, serverFrameSchema } from '../../../../runtime/protocol/frames.ts';
import { protocolPage } from '../../../../runtime/reference/protocol-page.ts';

describe('the page of the protocol', () => {
  const page = protocolPage();

  it('has a row for every frame, entry and close code', () => {
    const frames = [...clientFrameSchema.options, ...serverFrameSchema.options].map(({ shape }) => shape.type.value);
    const kinds = entrySchema.options.map(({ shape }) => shape.kind.value);
    for (const name of [...frames, ...kinds]) assert.ok(page.includes(`\n| \`${name}\` |`), name);
    for (const code of Object.values(CLOSE)) assert.ok(page.includes(`\n| ${code} |`), String(code));
  });

  it('marks what may be left out', () => {
    assert.match(page, /\| `send` \|.*`text`: string; `replyTo\?`: string/);
  });
});
