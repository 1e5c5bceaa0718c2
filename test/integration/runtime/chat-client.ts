/** A plain client of the chat for tests: every frame it gets is checked against the protocol and kept. */
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Entry, MessageEntry, RunEndEntry } from '../../../runtime/protocol/entries.ts';
import type { ClientFrame, Position, ServerFrame } from '../../../runtime/protocol/frames.ts';
import { serverFrameSchema } from '../../../runtime/protocol/frames.ts';
import { until } from '../../testbed/wait.ts';

type Of<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>;
type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;
type Request = WithoutId<ClientFrame>;

/** Enters as a guest. @returns the session cookie as a request header */
export async function enter(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`${name} could not enter: ${response.status} ${await response.text()}`);
  return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

export class ChatClient {
  readonly frames: ServerFrame[] = [];
  readonly cookie: string;
  readonly ws: WebSocket;
  closed: { code: number; reason: string } | undefined;
  #nextId = 1;

  constructor(ws: WebSocket, cookie: string) {
    this.ws = ws;
    this.cookie = cookie;
    ws.on('message', (data: Buffer) => this.frames.push(serverFrameSchema.parse(JSON.parse(data.toString()))));
    ws.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    ws.on('error', () => undefined);
  }

  /** Connects with a session; resolves after `welcome`. */
  static async connect(url: string, cookie: string, headers: Record<string, string> = {}): Promise<ChatClient> {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: { cookie, ...headers } });
    const client = new ChatClient(ws, cookie);
    await client.next('welcome');
    return client;
  }

  /** Enters, connects and joins. */
  static async join(url: string, name: string, room = 'general'): Promise<ChatClient> {
    const client = await ChatClient.connect(url, await enter(url, name));
    await client.request({ type: 'join', room });
    return client;
  }

  send(frame: object | string): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Sends a request and waits for its answer, an `error` too. */
  async request(request: Request): Promise<ServerFrame> {
    const id = (this.#nextId += 1);
    this.send({ ...request, id });
    return this.until(`the answer to ${request.type}`, (frame) => 'id' in frame && frame.id === id);
  }

  async rejoin(room: string, since?: Position): Promise<Of<'joined'>> {
    const answer = await this.request({ type: 'join', room, ...(since === undefined ? {} : { since }) });
    if (answer.type !== 'joined') throw new Error(`not joined: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Posts a message; slows down for a moment where the server asks for it. @returns its offset */
  async say(text: string, key: string = crypto.randomUUID(), room = 'general'): Promise<string> {
    const answer = await this.request({ type: 'send', room, key, text });
    if (answer.type === 'ok' && answer.offset !== undefined) return answer.offset;
    const wait = answer.type === 'error' && answer.code === 'RateLimited' ? (answer.retryAfterMs ?? 0) : Infinity;
    if (wait > 1000) throw new Error(`not sent: ${JSON.stringify(answer)}`);
    await delay(wait);
    return this.say(text, key, room);
  }

  /** The first frame so far or to come that the test accepts. */
  async until(what: string, test: (frame: ServerFrame) => boolean, timeout = 10_000): Promise<ServerFrame> {
    const hopeless = (): string | undefined =>
      this.closed && !this.frames.some(test) ? `the connection closed with ${this.closed.code}` : undefined;
    return until(what, () => this.frames.find(test), { timeout, every: 5, hopeless });
  }

  async next<T extends ServerFrame['type']>(type: T, timeout?: number): Promise<Of<T>> {
    return (await this.until(`a ${type} frame`, (frame) => frame.type === type, timeout)) as Of<T>;
  }

  /** All entries that came for a room, as they came: with `joined` and one by one. */
  entries(room = 'general'): Entry[] {
    return this.frames.flatMap((frame) => {
      if (frame.type === 'entry' && frame.room === room) return [frame.entry];
      return frame.type === 'joined' && frame.room === room ? frame.entries : [];
    });
  }

  texts(room = 'general'): string[] {
    return this.entries(room)
      .filter((entry): entry is MessageEntry => entry.kind === 'message')
      .map(({ text }) => text);
  }

  /** Waits for the end of a run; of the newest that anybody asked for when none is named. */
  async end(run: string | undefined, timeout = 30_000, room = 'general'): Promise<RunEndEntry> {
    const isEnd = (entry: Entry): entry is RunEndEntry =>
      entry.kind === 'run-end' && (run === undefined || entry.run === run);
    const find = (): RunEndEntry | undefined => this.entries(room).findLast(isEnd);
    return until(`the end of run ${run ?? ''}`, find, { timeout, every: 10 });
  }

  /** Waits until a run that answers a message has begun. */
  async started(replyTo: string, room = 'general'): Promise<string> {
    const find = (): string | undefined => {
      const start = this.entries(room).findLast((entry) => entry.kind === 'run-start' && entry.replyTo === replyTo);
      return start?.kind === 'run-start' ? start.run : undefined;
    };
    return until('a run', find, { timeout: 10_000, every: 5 });
  }

  /** Streamed text of a run, put together as a page does it. */
  streamed(run: string, part: 'text' | 'thinking' = 'text'): string {
    let text = '';
    for (const frame of this.frames) {
      if (frame.type === 'delta' && frame.run === run && (frame.part ?? 'text') === part) {
        text = text.slice(0, frame.at) + frame.text;
      }
    }
    return text;
  }

  async ended(timeout = 10_000): Promise<{ code: number; reason: string }> {
    return until('the connection closes', () => this.closed, { timeout, every: 10 });
  }

  /** Cuts the connection as a network would. */
  cut(): void {
    this.ws.terminate();
  }
}

/** Where a client is after all that it got: what it would say when it comes back. */
export function positionOf(client: ChatClient, room = 'general'): Position {
  const joined = client.frames.findLast((frame) => frame.type === 'joined' && frame.room === room);
  if (joined?.type !== 'joined') throw new Error('never joined');
  const last = client.frames.findLast((frame) => frame.type === 'entry' && frame.room === room);
  return { epoch: joined.epoch, offset: last?.type === 'entry' ? last.entry.offset : joined.offset };
}
