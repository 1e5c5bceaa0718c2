/** What pullers may ask: `GET /report`, and `POST /pulls` before and while they pull. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { log, wordsOf } from '../log.ts';
import type { Agent } from './agent.ts';
import { textOf } from '../http.ts';
import type { Layer } from './pulls.ts';
import type { Rooms } from './room.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_LAYERS = 100;

export function agentServer(agent: Agent, rooms: Rooms): Server {
  return createServer((request, response) => {
    answer(request, agent, rooms).then(
      ([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      },
      (error: unknown) => {
        log.warn('a question could not be answered', { path: request.url ?? '', error: wordsOf(error) });
        response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ error: wordsOf(error) }));
      },
    );
  });
}

async function answer(request: IncomingMessage, agent: Agent, rooms: Rooms): Promise<[number, object]> {
  const route = `${request.method ?? ''} ${request.url ?? ''}`;
  switch (route) {
    case 'GET /health':
      return [200, { ok: true }];
    case 'GET /report':
      return [200, await agent.report()];
    case 'POST /pulls': {
      const notice = noticeIn(await textOf(request, MAX_BODY_BYTES));
      if (notice === undefined) return [400, { error: 'expected {"pull": string, "layers": [{digest, …}]}' }];
      return [200, await rooms.ask(notice.pull, notice.layers)];
    }
    default:
      return [404, { error: 'there are GET /health, GET /report and POST /pulls' }];
  }
}

/** What a puller says, if it is well formed. */
export function noticeIn(text: string): { pull: string; layers: Layer[] } | undefined {
  try {
    const { pull, layers } = JSON.parse(text) as { pull?: unknown; layers?: unknown };
    const isNotice = typeof pull === 'string' && pull !== '' && pull.length <= 300 && Array.isArray(layers);
    if (!isNotice || layers.length > MAX_LAYERS || !layers.every(isLayer)) return undefined;
    return { pull, layers };
  } catch {
    return undefined;
  }
}

function isLayer(value: unknown): value is Layer {
  if (typeof value !== 'object' || value === null) return false;
  const { digest, totalBytes, completedBytes } = value as Record<string, unknown>;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && (count as number) >= 0;
  return (
    typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) && isCount(totalBytes) && isCount(completedBytes)
  );
}
