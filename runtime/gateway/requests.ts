/** What each frame of a client does. */
import type { ClientFrame, Refused } from '../protocol/frames.ts';
import type { Assistant } from '../ai/assistant.ts';
import { log, wordsOf } from '../log.ts';
import type { Alterations } from '../rooms/alterations.ts';
import type { Notices } from '../rooms/notices.ts';
import type { Post } from '../rooms/post.ts';
import { checkWriting } from '../rooms/access.ts';
import type { Directory } from '../rooms/directory.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { StoreUnavailable } from '../store/port.ts';
import type { Connection } from './connection.ts';
import { frameText } from './framing.ts';

export interface Services {
  readonly directory: Directory;
  readonly rooms: Rooms;
  readonly notices: Notices;
  readonly post: Post;
  readonly alterations: Alterations;
  readonly assistant: Assistant;
}

type Of<T extends ClientFrame['type']> = Extract<ClientFrame, { type: T }>;

/** Answers a frame; refusals and failures become `error` frames. Never rejects. */
export async function answer(services: Services, connection: Connection, frame: ClientFrame): Promise<void> {
  try {
    await handle(services, connection, frame);
  } catch (error) {
    const id = 'id' in frame ? { id: frame.id } : {};
    connection.send({ type: 'error', ...id, ...explain(error) });
  }
}

/** The words of the protocol for anything thrown. */
export function explain(error: unknown): Refused {
  if (error instanceof Refusal) {
    const { code, message, retryAfterMs, limit } = error;
    const numbers = {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(limit === undefined ? {} : { limit }),
    };
    return { code, message, ...numbers };
  }
  if (!(error instanceof StoreUnavailable)) log.error('a request failed', { error: wordsOf(error) });
  const message = 'The chat cannot store anything right now; it goes on by itself in a moment.';
  return { code: 'Unavailable', message, retryAfterMs: 1000 };
}

async function handle(services: Services, connection: Connection, frame: ClientFrame): Promise<void> {
  switch (frame.type) {
    case 'ping': {
      connection.send({ type: 'pong', id: frame.id });
      return;
    }
    case 'join':
      return join(services, connection, frame);
    case 'leave':
      connection.rooms.delete(frame.room);
      {
        services.rooms.leave(connection, frame.room);
        return;
      }
    case 'send':
      return send(services, connection, frame);
    case 'history': {
      mustBeIn(connection, frame.room);
      const { entries, hasMore } = await services.rooms.history(frame.room, frame.before);
      const head = `{"type":"history","id":${frame.id},"room":"${frame.room}"`;
      connection.deliver(frameText(`${head},"entries":${entries},"hasMore":${hasMore}}`), 'frame');
      return;
    }
    case 'typing':
      mustBeIn(connection, frame.room);
      return services.rooms.typing(frame.room, connection.user);
    case 'edit':
    case 'delete':
    case 'react':
      return alter(services, connection, frame);
    case 'read':
      mustBeIn(connection, frame.room);
      return services.notices.read(frame.room, connection.user, frame.offset, connection.id);
    case 'continue':
      mustBeIn(connection, frame.room);
      checkWriting(await services.directory.open(connection.user, frame.room), connection.user);
      await services.assistant.continue(frame.room, frame.run, connection);
      {
        connection.send({ type: 'ok', id: frame.id });
        return;
      }
    case 'stop':
      mustBeIn(connection, frame.room);
      await services.assistant.stop(frame.room, frame.run);
      {
        connection.send({ type: 'ok', id: frame.id });
        return;
      }
    case 'retry':
      mustBeIn(connection, frame.room);
      checkWriting(await services.directory.open(connection.user, frame.room), connection.user);
      await services.assistant.retry(frame.room, frame.run, connection);
      {
        connection.send({ type: 'ok', id: frame.id });
        return;
      }
  }
}

async function join({ directory, rooms }: Services, connection: Connection, frame: Of<'join'>): Promise<void> {
  await directory.open(connection.user, frame.room);
  connection.rooms.add(frame.room);
  try {
    await rooms.join(connection, frame.room, frame.id, frame.since);
  } catch (error) {
    connection.rooms.delete(frame.room);
    throw error;
  }
}

async function send({ post, assistant }: Services, connection: Connection, frame: Of<'send'>): Promise<void> {
  mustBeIn(connection, frame.room);
  const { offset } = await post.message(connection, frame);
  connection.send({ type: 'ok', id: frame.id, offset });
  // Also for a resend: the backend that took the message first may have died before it asked the assistant.
  const refusal = await assistant.consider(frame.room, connection, { offset, text: frame.text });
  if (refusal !== undefined) connection.send({ type: 'error', ...explain(refusal) });
}

async function alter(
  { alterations, assistant }: Services,
  connection: Connection,
  frame: Of<'edit' | 'delete' | 'react'>,
): Promise<void> {
  const { user } = connection;
  const { room, target } = frame;
  mustBeIn(connection, room);
  const offset = await (frame.type === 'edit'
    ? alterations.edit(user, room, target, frame.text)
    : frame.type === 'delete'
      ? alterations.delete(user, room, target)
      : alterations.react(user, room, target, frame));
  // Also for a resend: whoever took the first may have died in between.
  if (frame.type === 'delete') await assistant.messageDeleted(room, target);
  connection.send({ type: 'ok', id: frame.id, ...(offset === undefined ? {} : { offset }) });
  if (frame.type !== 'edit' || frame.then !== 'ask') return;
  const refusal = await assistant.answerAnew(room, connection, target);
  if (refusal !== undefined) connection.send({ type: 'error', ...explain(refusal) });
}

function mustBeIn(connection: Connection, room: string): void {
  if (!connection.rooms.has(room)) throw new Refusal('NotJoined', `Join the room "${room}" first.`);
}
