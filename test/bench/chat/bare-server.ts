/**
 * The least that three replicas need to share rooms: `ws`, and Redis pub/sub. No names, no log, no acknowledgement, no limits;
 * it sends to each socket by itself. Prints its URL.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { WebSocketServer, type WebSocket } from 'ws';

const [publisher, subscriber] = [0, 1].map(() => new Redis(process.env['REDIS_URL']!)) as [Redis, Redis];
const rooms = new Map<string, Set<WebSocket>>();
const server = createServer((_request, response) => response.end());
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

subscriber.on('message', (room: string, text: string) => {
  for (const socket of rooms.get(room) ?? []) socket.send(text);
});

async function open(socket: WebSocket, room: string): Promise<void> {
  const members = rooms.get(room) ?? new Set();
  rooms.set(room, members.add(socket));
  socket.on('message', (data: Buffer) => void publisher.publish(room, data.toString()));
  socket.on('close', () => members.delete(socket));
  await subscriber.subscribe(room);
  socket.send('welcome');
}

sockets.on('connection', (socket, request) => {
  const room = new URL(request.url ?? '/', 'http://localhost').searchParams.get('room') ?? '';
  open(socket, room).catch(() => socket.terminate());
});
server.listen(Number(process.env['PORT']), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
