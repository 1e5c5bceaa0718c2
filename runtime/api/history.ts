import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { log, wordsOf as errorWords } from '../log.ts';
import type { SearchResult } from '../protocol/rest.ts';
import { exportQuerySchema, MAX_QUERY, searchQuerySchema } from '../protocol/rest.ts';
import { exportJson, exportMarkdown } from '../rooms/export.ts';
import { Refusal } from '../rooms/refusal.ts';
import { search, wordsOf } from '../rooms/search.ts';
import { takeToken } from '../rooms/token.ts';
import type { Author } from '../protocol/entries.ts';
import type { ApiContext } from './app.ts';
import { personOf } from './person.ts';

/** A whole history is much work: so often in a minute for each person. */
const EXPORTS_PER_MINUTE = 5;

/** `/api/rooms/:room/search` and `/api/rooms/:room/export`. */
export function historyRoutes(context: ApiContext): Router {
  const router = Router();
  router.get('/api/rooms/:room/search', (request, response) => find(context, request, response));
  router.get('/api/rooms/:room/export', (request, response) => download(context, request, response));
  return router;
}

async function find(context: ApiContext, request: Request<{ room: string }>, response: Response): Promise<void> {
  const { user } = await personOf(context, request);
  const room = await context.directory.open(user, request.params.room);
  const query = searchQuerySchema.safeParse(request.query);
  if (!query.success) throw new Refusal('BadFrame', `A search has words ("q", ${MAX_QUERY} characters at most).`);
  const words = wordsOf(query.data.q);
  if (words.length === 0) throw new Refusal('BadFrame', 'What are you looking for? Write a word or two.');
  await checkPace(context, 'search', user, context.config.limits.messagesPerMinute);
  const { hits, next } = await search(context.store.log, room.name, words, query.data.before);
  response.json({
    hits: hits.map((entry) => ({ room: room.name, entry })),
    ...(next === undefined ? {} : { next }),
  } satisfies SearchResult);
}

async function download(context: ApiContext, request: Request<{ room: string }>, response: Response): Promise<void> {
  const { user } = await personOf(context, request);
  const { name, title, model } = await context.directory.open(user, request.params.room);
  const query = exportQuerySchema.safeParse(request.query);
  if (!query.success) throw new Refusal('BadFrame', 'An export is "json" or "markdown".');
  await checkPace(context, 'export', user, EXPORTS_PER_MINUTE);
  const { log: history } = context.store;
  // Asked once before anything is sent: a store that is away is an answer, not half a file.
  await history.position(name);
  const room = { name, title, model };
  const isJson = query.data.format === 'json';
  const text = isJson
    ? exportJson(history, room, Date.now())
    : exportMarkdown(history, room, context.config.assistant.name);
  response.attachment(`${name}.${isJson ? 'json' : 'md'}`);
  response.type(isJson ? 'application/json' : 'text/markdown; charset=utf-8');
  try {
    await pipeline(Readable.from(text), response);
  } catch (error) {
    // The connection is cut: whoever saves the file sees that it is not whole.
    log.warn('an export ended early', { room: name, error: errorWords(error) });
  }
}

function checkPace(context: ApiContext, kind: 'search' | 'export', { id }: Author, perMinute: number): Promise<void> {
  const words = 'You are asking very often: please wait a moment.';
  return takeToken(context, { bucket: `${kind}:${id}`, perMinute, kind, words });
}
