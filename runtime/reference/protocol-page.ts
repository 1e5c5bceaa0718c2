/** docs/protocol.md, made from the schemas that both sides check with. Pure. */
import * as z from 'zod';
import { CLOSE, MAX_FRAME_BYTES, PAGE_SIZE, PROTOCOL_VERSION } from '../protocol/constants.ts';
import { entrySchema } from '../protocol/entries.ts';
import { clientFrameSchema, errorCodeSchema, serverFrameSchema, waitSchema } from '../protocol/frames.ts';
import { restSections } from './rest-page.ts';
import type { JsonSchema } from './schema-words.ts';
import { fieldsOf } from './schema-words.ts';

const INTRODUCTION = `# The protocol

Made by \`npm run generate\` from \`runtime/protocol\`: change that, not this. What each frame means is said beside its schema there.

One WebSocket at \`/ws\`, authenticated by the session cookie of its handshake; one JSON object a frame, ${MAX_FRAME_BYTES / 1024} KiB at most.
Requests carry an \`id\` that the client chose; their answer repeats it. A room is a log: every entry has an offset that only grows, every log an epoch
that changes when it starts anew. Who comes back joins with \`since\` and gets all entries after it in order, ${PAGE_SIZE} in a page, or \`recovered: false\`.
This is version ${PROTOCOL_VERSION}; kinds of frames and entries may be added, and a client skips those that it does not know.
`;

export function protocolPage(): string {
  const codes = Object.entries(CLOSE).map(([name, code]) => `| ${code} | \`${name}\` | ${meaning(code)} |`);
  return [
    INTRODUCTION,
    section('From the client', 'type', clientFrameSchema),
    section('From the server', 'type', serverFrameSchema),
    section('What a reply waits for beside its turn', 'for', waitSchema),
    section('Entries of a room', 'kind', entrySchema),
    `## Error codes\n\n${errorCodeSchema.options.map((code) => `\`${code}\``).join(', ')}\n`,
    `## Close codes\n\n| code | name | then |\n| --- | --- | --- |\n${codes.join('\n')}\n`,
    ...restSections(),
  ].join('\n');
}

const meaning = (code: number): string => (code < 3500 ? 'connect again' : 'do not connect again');

function section(title: string, key: string, schema: z.ZodDiscriminatedUnion): string {
  const members = schema.options.map((option) => z.toJSONSchema(option, { io: 'input' }) as JsonSchema);
  const rows = members.map((member) => {
    const { [key]: name, ...properties } = member.properties ?? {};
    return `| \`${String(name?.const)}\` | ${fieldsOf({ ...member, properties })} |`;
  });
  return `## ${title}\n\n| \`${key}\` | fields (\`?\`: may be left out) |\n| --- | --- |\n${rows.join('\n')}\n`;
}
