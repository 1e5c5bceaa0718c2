import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { WebSocket, WebSocketServer } from 'ws';
import { frameText } from '../../../../runtime/gateway/framing.ts';
import { Heartbeat } from '../../../../runtime/gateway/heartbeat.ts';

describe('a text frame', () => {
  for (const length of [0, 1, 125, 126, 65_535, 65_536, 200_000]) {
    it(`of ${length} bytes is read as it was`, async () => {
      const text = length < 2 ? 'y'.repeat(length) : `${'x'.repeat(length - 2)}ü`;
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      server.on('connection', (_ws, request) => request.socket.write(frameText(text)));
      await once(server, 'listening');
      const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const [data, isBinary] = (await once(client, 'message')) as [Buffer, boolean];
      client.terminate();
      server.close();
      assert.deepEqual([data.toString(), isBinary], [text, false]);
    });
  }
});

describe('heartbeat', () => {
  it('pings each once a period, and ends who did not answer the last time', () => {
    const beaten: string[] = [];
    const make = (name: string) => ({
      name,
      alive: true,
      ping: () => beaten.push(`${name} pinged`),
      terminate: () => beaten.push(`${name} ended`),
    });
    const heartbeat = new Heartbeat<ReturnType<typeof make>>(({ name }) => beaten.push(`${name} renewed`));
    const [good, bad, gone] = [make('good'), make('bad'), make('gone')];
    for (const each of [good, bad, gone]) heartbeat.add(each);
    heartbeat.remove(gone);
    const period = (): string[] => {
      beaten.length = 0;
      for (let second = 0; second < 25; second++) heartbeat.tick();
      return beaten.toSorted();
    };
    assert.deepEqual(period(), ['bad pinged', 'bad renewed', 'good pinged', 'good renewed']);
    good.alive = true;
    assert.deepEqual(period(), ['bad ended', 'good pinged', 'good renewed']);
    heartbeat.stop();
  });
});
