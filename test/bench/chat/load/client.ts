/** One connection of the load to each of the servers that are compared. What they are told and tell is a short text. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket as NodeSocket } from 'ws';
import { Link } from '../../../../runtime/protocol/link.ts';
import { socketsOf, systemClock } from '../../../../runtime/protocol/socket.ts';
import type { Position } from '../../../../runtime/protocol/frames.ts';
import { enter } from '../../../integration/runtime/chat-client.ts';
import { machineMs } from './plan.ts';

export type Kind = 'chat' | 'bare' | 'centrifugo';

export interface LoadClient {
  /** Resolves when the server has the message. */
  say(text: string): Promise<void>;
  close(): void;
}

export interface Door {
  readonly kind: Kind;
  readonly url: string;
  readonly name: string;
  readonly room: string;
  readonly heard: (text: string) => void;
  /** The client is in its room again, after it lost its connection; only those of the chat come back. */
  readonly isBack: (awayMs: number) => void;
}

const wsUrl = (url: string, path: string): string => url.replace('http', 'ws') + path;

/** Resolves when the client is in its room. */
export function connect(door: Door): Promise<LoadClient> {
  return door.kind === 'chat' ? chatClient(door) : door.kind === 'bare' ? bareClient(door) : centrifugoClient(door);
}

/** The lower half of the chat's typed client: it reconnects and recovers, and keeps no items. */
async function chatClient({ url, name, room, heard, isBack }: Door): Promise<LoadClient> {
  const cookie = await enter(url, name);
  const open = (address: string): WebSocket => {
    const socket = new NodeSocket(address, { headers: { cookie }, perMessageDeflate: false });
    socket.on('error', () => undefined); // the link hears of it by `close`
    return socket as unknown as WebSocket;
  };
  const link = new Link({
    url: wsUrl(url, '/ws'),
    openSocket: socketsOf(open),
    clock: systemClock,
    random: Math.random,
  });
  let since: Position | undefined;
  let lostAt: number | undefined;
  const first = Promise.withResolvers<LoadClient>();
  link.frames.add((frame) => {
    if (frame.type === 'joined') {
      for (const entry of since === undefined ? [] : frame.entries) if (entry.kind === 'message') heard(entry.text);
      since = { epoch: frame.epoch, offset: frame.offset };
    } else if (frame.type === 'entry' && since !== undefined) {
      since = { ...since, offset: frame.entry.offset };
      if (frame.entry.kind === 'message') heard(frame.entry.text);
    }
  });
  const join = async (): Promise<void> => {
    for (;;) {
      try {
        await link.request({ type: 'join', room, ...(since === undefined ? {} : { since }) });
        if (lostAt !== undefined) isBack(machineMs() - lostAt);
        lostAt = undefined;
        first.resolve(client);
        return;
      } catch {
        if (link.state.phase !== 'connected') return; // the next welcome joins
        await delay(200);
      }
    }
  };
  link.states.add(({ phase }) => {
    if (phase === 'connected') void join();
    else if (since !== undefined) lostAt ??= machineMs();
  });
  let said = 0;
  const client: LoadClient = {
    async say(text) {
      await link.request({ type: 'send', room, key: `${name.replaceAll(' ', '-')}-${(said += 1)}-load`, text });
    },
    close: () => link.close(),
  };
  link.connect();
  return first.promise;
}

/** A socket once an event of it has come; `message`: the first one, which tells that the client is in. */
async function socketAfter(event: 'open' | 'message', address: string): Promise<NodeSocket> {
  const socket = new NodeSocket(address, { perMessageDeflate: false });
  await once(socket, event);
  return socket;
}

async function bareClient({ url, room, heard }: Door): Promise<LoadClient> {
  const socket = await socketAfter('message', wsUrl(url, `/?room=${room}`));
  socket.on('message', (data: Buffer) => heard((JSON.parse(data.toString()) as { text: string }).text));
  return {
    say(text) {
      socket.send(JSON.stringify({ text }));
      return Promise.resolve();
    },
    close: () => socket.terminate(),
  };
}

interface Reply {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly push?: { readonly pub?: { readonly data: { readonly text: string } } };
}

/** Its JSON protocol: replies and pushes, one a line; an empty object is a ping and its answer. */
async function centrifugoClient({ url, room, heard }: Door): Promise<LoadClient> {
  const socket = await socketAfter('open', wsUrl(url, '/connection/websocket'));
  const pending = new Map<number, (reply: Reply) => void>();
  let last = 0;
  socket.on('message', (data: Buffer) => {
    for (const line of data.toString().split('\n')) {
      if (line === '{}') socket.send('{}');
      const reply = JSON.parse(line) as Reply;
      const text = reply.push?.pub?.data.text;
      if (text !== undefined) heard(text);
      if (reply.id === undefined) continue;
      pending.get(reply.id)?.(reply);
      pending.delete(reply.id);
    }
  });
  const ask = (command: object): Promise<void> =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      pending.set(id, ({ error }) => (error === undefined ? resolve() : reject(new Error(error.message))));
      socket.send(JSON.stringify({ id, ...command }));
    });
  await ask({ connect: {} });
  await ask({ subscribe: { channel: room } });
  return { say: (text) => ask({ publish: { channel: room, data: { text } } }), close: () => socket.terminate() };
}
