/** Pullers and backends with an Ollama that somebody else runs, behind TLS and a token. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { pullResultSchema, type PullResult } from '../../../runtime/report.ts';
import { makeCertificates } from '../../testbed/certificates.ts';
import { startChild } from '../../testbed/child.ts';
import { repository } from '../../testbed/folders.ts';
import { startModelRegistry, type ModelRegistry } from '../../testbed/model-registry.ts';
import { startOllama, type OllamaServer } from '../../testbed/ollama.ts';
import { freePort } from '../../testbed/port.ts';
import { startRedis, type RedisServer } from '../../testbed/redis.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient } from './chat-client.ts';
import { startRole, testConfig, type RoleProcess } from './cluster.ts';
import { guardOllama, type Guard } from './guarded-ollama.ts';

const MODEL = 'smollm2:135m';
const TOKEN = 'a-token-to-be-found-nowhere';

describe('an external Ollama', function () {
  this.timeout(90_000);
  let folder: string;
  let ollama: OllamaServer;
  let registry: ModelRegistry;
  let redis: RedisServer;
  let guard: Guard;
  const backends: RoleProcess[] = [];

  before(async function () {
    this.timeout(20 * 60_000);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-ollama-'));
    for (const name of ['ours', 'theirs']) {
      fs.mkdirSync(path.join(folder, name));
      await makeCertificates(path.join(folder, name));
    }
    [ollama, registry, redis] = await Promise.all([
      startOllama({ models: 'none', env: { OLLAMA_NOPRUNE: '1' } }),
      startModelRegistry(),
      startRedis(),
    ]);
    guard = await guardOllama(ollama.url, path.join(folder, 'ours'), TOKEN);
  });
  after(async () => {
    await Promise.all(backends.map(({ child }) => child.stop('SIGKILL')));
    await guard.stop();
    await Promise.all([ollama.stop(), registry.stop(), redis.stop()]);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const access = (token = TOKEN, authority = 'ours'): Record<string, string> => ({
    OLLAMA_TOKEN: `${token}\n`,
    OLLAMA_CA_FILE: path.join(folder, authority, 'ca.crt'),
  });
  let pulls = 0;
  const pull = async (environment: Record<string, string>): Promise<PullResult> => {
    const id = (pulls += 1);
    const [logFile, resultFile] = [path.join(folder, `pull-${id}.log`), path.join(folder, `result-${id}.json`)];
    const source = { SOURCE: `${registry.host}/library/${MODEL}`, INSECURE: 'true', RETRIES: '0' };
    const child = await startChild({
      name: 'puller',
      program: process.execPath,
      args: [path.join(repository, 'runtime/main.ts'), 'pull'],
      env: {
        PATH: process.env['PATH'],
        ...{ OLLAMA_URL: guard.url, MODEL, ...source, SERVER_WAIT_SECONDS: '2', TERMINATION_LOG: resultFile },
        ...environment,
      },
      logFile,
    });
    await until('the puller ends', () => child.ended(), { timeout: 60_000, every: 20 });
    assert.ok(!fs.readFileSync(logFile, 'utf8').includes(TOKEN), 'no token in the log');
    return pullResultSchema.parse(JSON.parse(fs.readFileSync(resultFile, 'utf8')));
  };

  it('is not pulled onto with a wrong token, a certificate that is not trusted, or when it is away: in words, at once', async () => {
    const began = Date.now();
    const results = await Promise.all([
      pull(access('another')),
      pull({ ...access(), OLLAMA_TOKEN: '' }),
      pull(access(TOKEN, 'theirs')),
      pull({ ...access(), OLLAMA_CA_FILE: '' }),
      pull({ ...access(), OLLAMA_URL: `https://localhost:${await freePort()}` }),
    ]);
    const reasons = results.map((result) => !result.ok && result.reason);
    assert.deepEqual(reasons, ['Unauthorized', 'Unauthorized', 'Untrusted', 'Untrusted', 'Unreachable']);
    const words = results.map((result) => (result.ok ? '' : result.message));
    for (const each of words.slice(0, 2)) assert.match(each, /tokenSecretRef/);
    for (const each of words.slice(2, 4)) assert.match(each, /caSecretRef/);
    assert.ok(Date.now() - began < 30_000);
  });

  it('gets its model through TLS with the token, and answers in the chat', async () => {
    const result = await pull(access());
    assert.ok(result.ok, JSON.stringify(result));
    const config = testConfig();
    const rooms = config.rooms.map((room) => ({ ...room, replies: 'Always' as const }));
    // How many threads it has is its own affair.
    const served = { ...config.ollama, numThread: undefined };
    const configFile = path.join(folder, 'config.json');
    fs.writeFileSync(configFile, JSON.stringify({ ...config, rooms, ollama: { ...served, urls: [guard.url] } }));
    const start = async (name: string, environment: Record<string, string>): Promise<RoleProcess> => {
      const settings = {
        CHATAPP_CONFIG: configFile,
        POD_NAME: name,
        REDIS_HOST: '127.0.0.1',
        REDIS_PORT: String(redis.port),
      };
      const backend = await startRole('backend', name, folder, '/api/ready', { ...settings, ...environment });
      backends.push(backend);
      return backend;
    };
    const seesIt = async ({ url }: RoleProcess): Promise<boolean> =>
      ((await (await fetch(`${url}/api/ready`)).json()) as { ollama: boolean }).ollama;
    const says = (backend: RoleProcess, words: RegExp): Promise<true> =>
      until(`${backend.name} says ${words.source}`, () => words.test(fs.readFileSync(backend.logFile, 'utf8')), {
        timeout: 20_000,
      });
    const [good, stranger] = await Promise.all([start('good', access()), start('stranger', access('another'))]);
    await says(stranger, /"ollama does not answer".*The Ollama server wants a token.*tokenSecretRef/);
    assert.equal(await seesIt(stranger), false);
    await until('it is seen', () => seesIt(good), { timeout: 20_000 });
    const ann = await ChatClient.join(good.url, 'Ann');
    const end = await ann.end(await ann.started(await ann.say('Say yes.')), 60_000);
    assert.equal(end.outcome, 'done');
    assert.ok(end.text.length > 0);
    // A model that is there is not taken for damaged because of what is in front of the server.
    guard.token = 'changed';
    await says(good, /"ollama does not answer".*The Ollama server wants a token/);
    guard.token = TOKEN;
    assert.ok((await pull(access())).ok);
    const logs = backends.map(({ logFile }) => fs.readFileSync(logFile, 'utf8')).join('');
    assert.ok(!logs.includes(TOKEN), 'no token in the logs');
  });
});
