/** Pulls onto a volume that is too small for them, with a real Ollama, a real registry and the agent beside the server. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { Ollama } from 'ollama';
import { pullResultSchema, type PullResult } from '../../../runtime/report.ts';
import { startChild, type Child } from '../../testbed/child.ts';
import { repository } from '../../testbed/folders.ts';
import { startModelRegistry, type ModelRegistry } from '../../testbed/model-registry.ts';
import { startOllama, type OllamaServer } from '../../testbed/ollama.ts';
import { freePort } from '../../testbed/port.ts';
import { smallVolume, type SmallVolume } from '../../testbed/small-volume.ts';
import { until } from '../../testbed/wait.ts';

const MODEL = 'smollm2:135m';
const MEGABYTE = 1_000_000;

describe('a pull that does not fit', function () {
  this.timeout(60_000);
  let folder: string;
  let registry: ModelRegistry;
  let volume: SmallVolume;
  let ollama: OllamaServer;
  let agent: Child;
  let agentURL: string;
  before(async function () {
    this.timeout(20 * 60_000);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-full-'));
    registry = await startModelRegistry();
    volume = await smallVolume(60 * MEGABYTE);
    ollama = await startOllama({ models: 'none', folder: volume.folder });
    agentURL = `http://127.0.0.1:${await freePort()}`;
    agent = await role('agent', {
      PORT: new URL(agentURL).port,
      OLLAMA_URL: ollama.url,
      DATA_DIR: volume.folder,
      MODELS_DIR: volume.folder,
    });
    await until('the agent answers', async () => (await fetch(`${agentURL}/health`)).ok, { timeout: 20_000 });
  });
  after(async () => {
    await agent.stop();
    await ollama.stop();
    await registry.stop();
    await volume.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const role = (name: string, env: Record<string, string>): Promise<Child> =>
    startChild({
      name,
      program: process.execPath,
      args: [path.join(repository, 'runtime/main.ts'), name],
      env: { PATH: process.env.PATH, ...env },
      logFile: path.join(folder, `${name}.log`),
    });
  const pull = async (env: Record<string, string> = {}): Promise<PullResult> => {
    const file = path.join(folder, 'result.json');
    const source = `${registry.host}/library/${MODEL}`;
    const common = { OLLAMA_URL: ollama.url, MODEL, SOURCE: source, INSECURE: 'true', RETRIES: '2' };
    const child = await role('pull', { ...common, TERMINATION_LOG: file, ...env });
    await until('the puller ends', () => child.ended(), { timeout: 40_000, every: 20 });
    return pullResultSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  };
  const writtenBytes = (): number => {
    const { bsize, blocks, bfree } = fs.statfsSync(volume.folder);
    return (blocks - bfree) * bsize;
  };

  it('ends early, with both numbers and what to do, and leaves the disk as empty as it was', async () => {
    await registry.setFaults({ rate: 20 * MEGABYTE });
    const result = await pull({ AGENT_URL: agentURL });
    assert.ok(!result.ok && result.reason === 'OutOfSpace', JSON.stringify(result));
    assert.match(result.message, /"smollm2:135m" needs \d\d\.\d MB more, and [45]\d\.\d MB of 60\.0 MB are free/);
    assert.match(result.message, /raise ollama\.storage\.size, or remove models/);
    assert.ok(result.neededBytes! > 60 * MEGABYTE && result.neededBytes! < 100 * MEGABYTE, `${result.neededBytes}`);
    assert.ok(writtenBytes() < 30 * MEGABYTE, `${writtenBytes()}`);
  });

  it('is refused for the memory of its server before much of it is there', async () => {
    const result = await pull({ AGENT_URL: agentURL, MEMORY_LIMIT_BYTES: String(190 * MEGABYTE) });
    assert.ok(!result.ok && result.reason === 'OutOfMemory', JSON.stringify(result));
    assert.match(
      result.message,
      /needs at least 198 MB of memory, and its server may use 190 MB: raise ollama\.resources/,
    );
    assert.ok(writtenBytes() < 40 * MEGABYTE, `${writtenBytes()}`);
  });

  it('fills the disk where nobody says so before, and is told of as what it is', async () => {
    await registry.setFaults({});
    const result = await pull();
    assert.ok(!result.ok && result.reason === 'OutOfSpace', JSON.stringify(result));
    assert.match(result.message, /no space left on device/);
    assert.ok(writtenBytes() > 55 * MEGABYTE, 'and full it stays');
  });

  it('goes on where it was once the volume has grown', async () => {
    await volume.resize(200 * MEGABYTE);
    const result = await pull({ AGENT_URL: agentURL, MEMORY_LIMIT_BYTES: String(500 * MEGABYTE) });
    assert.equal(result.ok, true, JSON.stringify(result));
    const { models } = await new Ollama({ host: ollama.url }).list();
    assert.deepEqual(
      models.map(({ name }) => name),
      [MODEL],
    );
  });

  it('works where no agent answers', async () => {
    await new Ollama({ host: ollama.url }).delete({ model: MODEL });
    assert.equal((await pull({ AGENT_URL: `http://127.0.0.1:${await freePort()}` })).ok, true);
  });
});
