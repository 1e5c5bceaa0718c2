/** The agent beside an Ollama server: a real server, a real small volume, a real API server. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { Ollama } from 'ollama';
import { Agent } from '../../../runtime/agent/agent.ts';
import { Inventory } from '../../../runtime/agent/inventory.ts';
import type { Room } from '../../../runtime/agent/room.ts';
import { Rooms } from '../../../runtime/agent/room.ts';
import type { ServerReport } from '../../../runtime/report.ts';
import { serverReportSchema } from '../../../runtime/report.ts';
import type { Child } from '../../testbed/child.ts';
import { startChild } from '../../testbed/child.ts';
import { repository } from '../../testbed/folders.ts';
import type { ModelRegistry } from '../../testbed/model-registry.ts';
import { startModelRegistry } from '../../testbed/model-registry.ts';
import type { OllamaServer } from '../../testbed/ollama.ts';
import { startOllama } from '../../testbed/ollama.ts';
import { freePort } from '../../testbed/port.ts';
import type { SmallVolume } from '../../testbed/small-volume.ts';
import { smallVolume } from '../../testbed/small-volume.ts';
import { until } from '../../testbed/wait.ts';

const MODEL = 'smollm2:135m';
const MEGABYTE = 1_000_000;
const HOUR = 3_600;
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

describe('the agent beside an Ollama server', function () {
  this.timeout(60_000);
  let volume: SmallVolume;
  let ollama: OllamaServer;
  let agent: Child;
  let url: string;
  before(async function () {
    this.timeout(20 * 60_000);
    volume = await smallVolume(300 * MEGABYTE);
    ollama = await startOllama({ folder: volume.folder });
    url = `http://127.0.0.1:${await freePort()}`;
    agent = await startChild({
      name: 'agent',
      program: process.execPath,
      args: [path.join(repository, 'runtime/main.ts'), 'agent'],
      env: {
        PATH: process.env.PATH,
        PORT: new URL(url).port,
        OLLAMA_URL: ollama.url,
        DATA_DIR: volume.folder,
        MODELS_DIR: volume.folder,
      },
      logFile: path.join(ollama.models, 'agent.log'),
    });
    await until('the agent answers', async () => (await fetch(`${url}/health`)).ok, { timeout: 20_000 });
  });
  after(async () => {
    await agent.stop();
    assert.match(agent.ended()!, /ended with 0/);
    await ollama.stop();
    await volume.remove();
  });

  const report = async (): Promise<ServerReport> =>
    serverReportSchema.parse(await (await fetch(`${url}/report`)).json());
  const ask = async (pull: string, layers: object[]): Promise<Room> =>
    (await (await fetch(`${url}/pulls`, { method: 'POST', body: JSON.stringify({ pull, layers }) })).json()) as Room;

  it('tells the size of the volume and what the server has, with the price of its context', async () => {
    const { volume: room, models } = await report();
    assert.ok(Math.abs(room.capacityBytes - 300 * MEGABYTE) < MEGABYTE, `${room.capacityBytes}`);
    assert.ok(room.usedBytes > 98 * MEGABYTE && room.usedBytes < 105 * MEGABYTE, `${room.usedBytes}`);
    assert.equal(room.freeBytes, room.capacityBytes - room.usedBytes);
    const [model] = models;
    assert.deepEqual([models.length, model?.name], [1, MODEL]);
    assert.match(model!.digest, /^[0-9a-f]{64}$/);
    assert.ok(model!.sizeBytes > 98 * MEGABYTE);
    // 30 layers, 3 heads of 64 for keys and as many for values, 2 bytes each.
    assert.deepEqual(model!.context, { bytesPerToken: 30 * 3 * 128 * 2, maxTokens: 8_192 });
  });

  it('estimates the memory of a model as the server itself does', async () => {
    const client = new Ollama({ host: ollama.url });
    await client.chat({ model: MODEL, messages: [], options: { num_ctx: 4096, num_thread: 1 } });
    const [running] = (await client.ps()).models;
    const [{ sizeBytes, context }] = (await report()).models as [ServerReport['models'][number]];
    const estimate = sizeBytes + context.bytesPerToken * 4096 * 4;
    assert.ok(Math.abs(running!.size - estimate) < estimate * 0.05, `${running!.size} against ${estimate}`);
    await client.chat({ model: MODEL, messages: [], keep_alive: 0 });
  });

  it('says whether a pull fits, together with those that came before it', async () => {
    const layer = (digit: string, megabytes: number): object => ({
      ...{ digest: digest(digit), totalBytes: megabytes * MEGABYTE, completedBytes: 0 },
    });
    const first = await ask('one', [layer('a', 150)]);
    assert.ok(first.fits && first.neededBytes > 150 * MEGABYTE && first.neededBytes < 154 * MEGABYTE);
    const second = await ask('two', [layer('b', 100)]);
    assert.ok(!second.fits && second.neededBytes > 250 * MEGABYTE, 'the first one needs the room');
    assert.ok((await ask('one', [layer('a', 150)])).fits, 'it still fits');
    assert.ok((await ask('three', [layer('c', 40)])).fits, 'one that was refused takes no room');
    await volume.resize(400 * MEGABYTE);
    assert.ok((await ask('two', [layer('b', 100)])).fits, 'the volume has grown');
    const nothing = await ask('one', []);
    assert.deepEqual([nothing.fits, nothing.neededBytes], [true, 0]);
    await ask('two', []);
    await ask('three', []);
    await volume.resize(300 * MEGABYTE);
  });

  it('reports once, again when something changed, and until it is taken', async () => {
    const reports: ServerReport[] = [];
    let refusals = 1;
    const watching = new Agent({
      rooms: new Rooms(volume.folder, path.join(volume.folder, 'blobs')),
      inventory: new Inventory(ollama.url),
      publish: (text) => {
        refusals -= 1;
        if (refusals >= 0) return Promise.reject(new Error('not now'));
        reports.push(serverReportSchema.parse(JSON.parse(text)));
        return Promise.resolve();
      },
      lookEveryMs: 60_000,
    });
    for (let looks = 0; looks < 4; looks++) await watching.look();
    assert.deepEqual(
      reports.map(({ models }) => models.map(({ name }) => name)),
      [[MODEL]],
    );
    await new Ollama({ host: ollama.url }).copy({ source: MODEL, destination: 'by-hand:1' });
    for (let looks = 0; looks < 3; looks++) await watching.look();
    assert.deepEqual(
      reports.at(-1)?.models.map(({ name }) => name),
      ['by-hand:1', MODEL],
    );
    await new Ollama({ host: ollama.url }).delete({ model: 'by-hand:1' });
    await watching.look();
    assert.equal(reports.length, 3);
  });

  it('refuses what is no question of a puller', async () => {
    for (const body of ['', '[]', '{"pull":"x"}', '{"pull":"x","layers":[{"digest":"../../etc/passwd"}]}']) {
      assert.equal((await fetch(`${url}/pulls`, { method: 'POST', body })).status, 400, body);
    }
    assert.equal((await fetch(`${url}/pulls`, { method: 'POST', body: 'x'.repeat(100_000) })).status, 503);
    assert.equal((await fetch(`${url}/`)).status, 404);
    assert.ok((await report()).models.length > 0);
  });

  describe('and downloads that were broken off', () => {
    let registry: ModelRegistry;
    let blobs: string;
    let small: SmallVolume;
    let server: OllamaServer;
    beforeEach(async () => {
      registry = await startModelRegistry();
      small = await smallVolume(300 * MEGABYTE);
      server = await startOllama({ models: 'none', folder: small.folder });
      blobs = path.join(small.folder, 'blobs');
    });
    afterEach(async () => {
      await server.stop();
      await registry.stop();
      await small.remove();
    });

    /** Begins a pull and breaks it off; resolves with the digest of what is left. */
    const breakOff = async (): Promise<string> => {
      await registry.setFaults({ rate: 20 * MEGABYTE });
      const client = new Ollama({ host: server.url });
      const lines = await client.pull({ model: `${registry.host}/library/${MODEL}`, insecure: true, stream: true });
      for await (const { completed } of lines) if (completed > 10 * MEGABYTE) break;
      lines.abort();
      // Else it may write for a moment longer, or hold a file open whose space is not free then although it is removed.
      await server.stop();
      const [name] = fs.readdirSync(blobs).filter((each) => each.endsWith('-partial'));
      return name!.replace('-partial', '').replace('-', ':');
    };
    const names = (): string[] => fs.readdirSync(blobs).filter((name) => name.includes('-partial'));
    const age = (seconds: number): void => {
      const then = Date.now() / 1000 - seconds;
      for (const name of names()) fs.utimesSync(path.join(blobs, name), then, then);
    };

    it('are counted by what they still lack, and removed once nobody goes on with them', async () => {
      const left = await breakOff();
      const rooms = new Rooms(small.folder, blobs);
      const total = { digest: left, totalBytes: 98_362_432, completedBytes: 0 };
      const { neededBytes } = await rooms.ask('again', [total]);
      assert.ok(neededBytes < 92 * MEGABYTE && neededBytes > 40 * MEGABYTE, `${neededBytes}`);
      age(3 * HOUR);
      await rooms.tidy();
      assert.ok(names().length > 0, 'a puller spoke of it');
      const others = new Rooms(small.folder, blobs);
      await others.ask('waits for its registry', []);
      await others.tidy();
      assert.ok(names().length > 0, 'it may be the one that the puller waits for');
      age(1.5 * HOUR);
      const later = new Rooms(small.folder, blobs);
      await later.tidy();
      assert.ok(names().length > 0, 'somebody may still come back');
      age(3 * HOUR);
      await later.tidy();
      assert.deepEqual(names(), []);
    });

    it('make way for a pull that needs their room, unless they are young', async () => {
      await breakOff();
      const rooms = new Rooms(small.folder, blobs);
      const used = (await rooms.volume()).usedBytes;
      const free = 300 * MEGABYTE - used;
      const wanted = { digest: digest('d'), totalBytes: free - MEGABYTE, completedBytes: 0 };
      assert.equal((await rooms.ask('other', [wanted])).fits, false);
      assert.ok(names().length > 0);
      age(0.4 * HOUR);
      assert.equal((await rooms.ask('other', [wanted])).fits, true);
      assert.deepEqual(names(), []);
    });
  });
});
