/** The model puller against a real Ollama and a real registry with faults. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Ollama } from 'ollama';
import type { PullResult } from '../../../runtime/report.ts';
import { pullResultSchema } from '../../../runtime/report.ts';
import type { Child } from '../../testbed/child.ts';
import { startChild } from '../../testbed/child.ts';
import { repository } from '../../testbed/folders.ts';
import type { ModelRegistry } from '../../testbed/model-registry.ts';
import { startModelRegistry } from '../../testbed/model-registry.ts';
import type { OllamaServer } from '../../testbed/ollama.ts';
import { startOllama } from '../../testbed/ollama.ts';
import { freePort } from '../../testbed/port.ts';
import { until } from '../../testbed/wait.ts';

const MODEL = 'smollm2:135m';
const MEGABYTE = 1_000_000;

describe('the model puller', function () {
  this.timeout(60_000);
  let registry: ModelRegistry;
  let ollama: OllamaServer;
  let folder: string;
  beforeEach(async function () {
    this.timeout(20 * 60_000);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-pull-'));
    registry = await startModelRegistry();
    ollama = await startOllama({ models: 'none', env: { OLLAMA_NOPRUNE: '1' } });
  });
  afterEach(async () => {
    await ollama.stop();
    await registry.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  let pulls = 0;
  interface Pull {
    readonly child: Child;
    log(): string;
    result(timeout?: number): Promise<PullResult>;
  }
  const start = async (environment: Record<string, string> = {}, role = 'pull'): Promise<Pull> => {
    const id = (pulls += 1);
    const [logFile, resultFile] = [path.join(folder, `pull-${id}.log`), path.join(folder, `result-${id}.json`)];
    const child = await startChild({
      name: 'puller',
      program: process.execPath,
      args: [path.join(repository, 'runtime/main.ts'), role],
      env: {
        PATH: process.env.PATH,
        OLLAMA_URL: ollama.url,
        MODEL,
        SOURCE: `${registry.host}/library/${MODEL}`,
        INSECURE: 'true',
        RETRIES: '2',
        TERMINATION_LOG: resultFile,
        ...environment,
      },
      logFile,
    });
    return {
      child,
      log: () => fs.readFileSync(logFile, 'utf8'),
      async result(timeout = 40_000) {
        await until('the puller ends', () => child.ended(), { timeout, every: 20 });
        const result = pullResultSchema.parse(JSON.parse(fs.readFileSync(resultFile, 'utf8')));
        assert.match(child.ended()!, result.ok ? /ended with 0/ : /ended with 1/);
        return result;
      },
    };
  };
  const pull = async (environment?: Record<string, string>): Promise<PullResult> => (await start(environment)).result();
  const names = async (): Promise<string[]> =>
    (await new Ollama({ host: ollama.url }).list()).models.map(({ name }) => name);
  const downloaded = (log: string): number[] =>
    log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: string; completedBytes: number })
      .filter(({ message }) => message === 'pulling')
      .map(({ completedBytes }) => completedBytes);

  it('pulls by another name, leaves the declared one only, and does nothing a second time', async () => {
    const inVain = { REPORT_CONFIGMAP: 'reports', REPORT_NAMESPACE: 'chat', REPORT_KEY: 'pull' };
    const result = await pull({ ...inVain, KUBERNETES_SERVICE_HOST: '127.0.0.1' });
    assert.ok(result.ok && result.sizeBytes > 90 * MEGABYTE && /^[0-9a-f]{64}$/.test(result.digest));
    assert.deepEqual(await names(), [MODEL]);
    await registry.setFaults({ status: 503 });
    // The registry answers nobody: nothing was asked of it.
    assert.deepEqual(await pull({ DIGEST: `sha256:${result.digest}` }), result);
    const answer = await new Ollama({ host: ollama.url }).chat({
      model: MODEL,
      messages: [{ role: 'user', content: 'Say yes.' }],
      options: { num_predict: 3, num_thread: 1 },
    });
    assert.ok(answer.message.content.length > 0, 'its files are still there');
    await registry.setFaults({});
  });

  it('removes what has another digest than the one asked for', async () => {
    const pinned = await pull({ DIGEST: `sha256:${'0'.repeat(64)}` });
    assert.ok(!pinned.ok && pinned.reason === 'DigestMismatch', JSON.stringify(pinned));
    assert.match(pinned.message, /has "smollm2:135m" with the digest sha256:[0-9a-f]{64}, but sha256:000000/);
    assert.deepEqual(await names(), []);
    assert.deepEqual(fs.readdirSync(path.join(ollama.models, 'blobs')), [], 'its files are gone too');
  });

  it('deletes a model, with the name that a stopped puller may have left, and is content when there is none', async () => {
    await pull();
    await new Ollama({ host: ollama.url }).copy({ source: MODEL, destination: `${registry.host}/library/${MODEL}` });
    await new Ollama({ host: ollama.url }).copy({ source: MODEL, destination: 'by-hand' });
    for (const time of ['first', 'second']) {
      const gone = await (await start({}, 'remove')).result();
      assert.ok(gone.ok, JSON.stringify(gone));
      assert.deepEqual(await names(), ['by-hand:latest'], time);
    }
    const nowhere = { OLLAMA_URL: `http://127.0.0.1:${await freePort()}`, TIMEOUT_SECONDS: '1' };
    const late = await (await start(nowhere, 'remove')).result();
    assert.equal(!late.ok && late.reason, 'Timeout');
  });

  it('looks for a newer one: takes it, or leaves the old one as it is', async () => {
    // Without a mirror's name in between, the newer one comes under the name that chats use.
    const model = `${registry.host}/library/${MODEL}`;
    const own = { MODEL: model, SOURCE: '', REFRESH: 'true', RETRIES: '0' };
    const client = new Ollama({ host: ollama.url });
    const old = await pull(own);
    assert.ok(old.ok, JSON.stringify(old));
    assert.deepEqual(await pull(own), old, 'nothing newer is there');
    const publisher = await startOllama();
    const push = new Ollama({ host: publisher.url });
    try {
      await push.create({ model, from: MODEL, system: `Newer. ${'x'.repeat(2000)}` });
      await push.push({ model, insecure: true });
    } finally {
      await publisher.stop();
    }
    for (const faults of [{ status: 503 }, { corrupt: 1000 }]) {
      await registry.setFaults(faults);
      const failed = await pull({ ...own, RETRIES: '1' });
      assert.ok(!failed.ok, JSON.stringify(failed));
      assert.deepEqual(await names(), [model]);
      const [kept] = (await client.list()).models;
      assert.equal(kept!.digest, old.digest, JSON.stringify(faults));
      await client.show({ model });
    }
    await registry.setFaults({});
    const newer = await pull(own);
    assert.ok(newer.ok && newer.digest !== old.digest, JSON.stringify(newer));
    assert.deepEqual(await names(), [model]);
    assert.match((await client.show({ model })).system, /^Newer/);
  });

  it('says at once that a model or its registry will never do', async () => {
    const began = Date.now();
    const results = await Promise.all([
      pull({ SOURCE: `${registry.host}/library/no-such-model:1b` }),
      pull({ SOURCE: `${registry.host}/no-namespace` }),
      pull({ INSECURE: 'false' }),
      pull({ SOURCE: `127.0.0.1:${await freePort()}/library/${MODEL}`, RETRIES: '0' }),
    ]);
    const reasons = results.map((result) => !result.ok && result.reason);
    assert.deepEqual(reasons, ['NotFound', 'NotFound', 'Untrusted', 'Unreachable']);
    await registry.setFaults({ status: 401 });
    const unauthorized = await pull();
    assert.equal(!unauthorized.ok && unauthorized.reason, 'Unauthorized');
    assert.ok(Date.now() - began < 12_000);
    assert.deepEqual(await names(), []);
  });

  it('does not give up on a registry in trouble: down, standing still, damaging', async () => {
    await registry.setFaults({ status: 503 });
    const puller = await start({ RETRIES: '6', STALL_TIMEOUT_SECONDS: '2' });
    const noticed = (reason: string): Promise<true> =>
      until(`it noticed: ${reason}`, () => puller.log().includes(`"reason":"${reason}"`), { timeout: 30_000 });
    await noticed('ServerError');
    await registry.setFaults({ rate: 20 * MEGABYTE });
    await until('it downloads', () => downloaded(puller.log()).length > 0, { timeout: 15_000 });
    process.kill(ollama.pid, 'SIGSTOP');
    await noticed('Stalled');
    process.kill(ollama.pid, 'SIGCONT');
    await registry.setFaults({ corrupt: 100 });
    await noticed('DigestMismatch');
    assert.deepEqual(await names(), []);
    await registry.setFaults({});
    assert.equal((await puller.result()).ok, true, puller.log());
    assert.deepEqual(await names(), [MODEL]);
  });

  it('goes on where a cancelled pull was', async () => {
    await registry.setFaults({ rate: 20 * MEGABYTE });
    const first = await start();
    await until('some came', () => downloaded(first.log()).length > 0, { timeout: 10_000 });
    const blobs = path.join(ollama.models, 'blobs');
    const saved = (): number => {
      const file = fs.readdirSync(blobs).find((name) => name.endsWith('-partial-0'));
      return file === undefined
        ? 0
        : (JSON.parse(fs.readFileSync(path.join(blobs, file), 'utf8')) as { Completed: number }).Completed;
    };
    const began = Date.now();
    await until('a second', () => Date.now() - began > 1500, { timeout: 5000 });
    await first.child.stop('SIGTERM');
    assert.match(first.child.ended()!, /ended with 1/);
    const before = await until('Ollama saved it', () => saved() > 5 * MEGABYTE && saved(), { timeout: 10_000 });
    const second = await start();
    const [next] = await until('it goes on', () => downloaded(second.log()).length > 0 && downloaded(second.log()), {
      timeout: 10_000,
    });
    assert.ok(next! >= before, `${next} after ${before}`);
    await registry.setFaults({});
    assert.equal((await second.result()).ok, true);
  });

  it('waits for its server, and ends when the time for all is over', async () => {
    await registry.setFaults({ rate: MEGABYTE });
    const results = await Promise.all([
      pull({ OLLAMA_URL: `http://127.0.0.1:${await freePort()}`, TIMEOUT_SECONDS: '2' }),
      pull({ TIMEOUT_SECONDS: '3' }),
    ]);
    for (const result of results) assert.equal(!result.ok && result.reason, 'Timeout');
  });

  it('names what is missing or wrong in its environment', async () => {
    const puller = await start({ MODEL: '', OLLAMA_URL: 'nonsense' });
    await until('it ends', () => puller.child.ended(), { timeout: 10_000 });
    assert.match(puller.child.ended()!, /ended with 2/);
    assert.match(puller.log(), /MODEL: .*\n|OLLAMA_URL: /);
  });
});
