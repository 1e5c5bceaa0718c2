import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { ensureKubectl } from '../testbed/tools.ts';
import { until } from '../testbed/wait.ts';
import {
  askOllama,
  changeOllama,
  chatField,
  field,
  kubeconfigPath,
  kubectl,
  kubectlAttempt,
  READY,
  registryRate,
  smallChat,
} from './cluster.ts';

const MODEL = 'smollm2:135m';
/** The same weights under a second name. */
const TWIN = 'twin:135m';
const MEBIBYTE = 2 ** 20;
const SERVERS = [0, 1];
const BOTH = [
  { name: MODEL, preload: true },
  { name: TWIN, source: MODEL },
];
/** A chat with two servers and two models. */
const PAIR = 'pair';
/** A chat whose models come to nothing, each in its own way. */
const WRONG = 'wrong';
const MISSING = 'no-such-model';
const soon = { timeout: 2 * 60_000, every: 500 };

/** Lines that `kubectl get chat -w` prints until it is stopped. */
async function watchChat(namespace: string, work: () => Promise<void>): Promise<string[]> {
  const args = ['--kubeconfig', kubeconfigPath(), '-n', namespace, 'get', 'chat', '-w'];
  const child = spawn(await ensureKubectl(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await work();
  } finally {
    child.kill();
    await ended;
  }
  return printed.trim().split('\n');
}

/** Names and UIDs of the pull Jobs of one server of the pair. */
async function pullJobs(replica: number): Promise<string[]> {
  const columns = '{.metadata.annotations.chatapp\\.dev/replica} {.metadata.name} {.metadata.uid}';
  const path = `{range .items[*]}${columns}{"\\n"}{end}`;
  const lines = (await kubectl('-n', PAIR, 'get', 'jobs', '-o', `jsonpath=${path}`)).trim().split('\n');
  return lines.filter((line) => line.startsWith(`${replica} `)).sort();
}

const pair = (path: string, is: RegExp, timeout?: number) => chatField(PAIR, PAIR, path, is, timeout);
const wrong = (path: string, is: RegExp) => chatField(WRONG, WRONG, path, is);
const removePods = (...which: string[]) => kubectl('-n', PAIR, 'delete', 'pod', ...which, '--wait=false');
const look = (replica: number, path: string) => askOllama(PAIR, replica, { method: 'GET', path });
const hasLoaded = async (replica: number) => (await look(replica, '/api/ps')).includes(MODEL);

/** Has a server of the pair answer a question. */
async function answers(replica: number, model: string): Promise<void> {
  const options = { num_predict: 2, num_thread: 1, num_ctx: 512 };
  const body = { model, prompt: 'Say yes.', stream: false, options };
  const answer = await askOllama(PAIR, replica, { method: 'POST', path: '/api/generate', body });
  assert.match(answer, /"done":true/, `${model} on server ${replica}`);
}

/** Seconds from the making of the ChatApp until an Event told that a model failed. */
async function secondsUntilFailure(model: string): Promise<number> {
  const of = ['-n', WRONG, 'get', 'events.events.k8s.io', '--field-selector=reason=ModelFailed'];
  const path = '{range .items[*]}{.metadata.creationTimestamp} {.note}{"\\n"}{end}';
  const told = async () => {
    const lines = (await kubectl(...of, '-o', `jsonpath=${path}`)).split('\n');
    return lines.find((line) => line.includes(`${model}: `))?.split(' ')[0];
  };
  const at = await until(`an Event tells that ${model} failed`, told, soon);
  const began = await field(WRONG, `chat/${WRONG}`, '.metadata.creationTimestamp');
  return (Date.parse(at) - Date.parse(began)) / 1_000;
}

describe('models', function () {
  this.timeout(8 * 60_000);
  after(async () => {
    await registryRate(0);
    await kubectl('delete', 'namespace', PAIR, WRONG, '--ignore-not-found', '--wait=false');
  });

  it('come onto both servers with their percent in `kubectl get chat -w`, also when pods of pullers and a server die', async () => {
    await registryRate(10 * MEBIBYTE);
    await smallChat(PAIR, BOTH, { replicas: 2 }, { maxParallel: 4 });
    const lines = await watchChat(PAIR, async () => {
      await pair('.status.modelsSummary', /^0\/2 [2-9][0-9] %/, 3 * 60_000);
      await removePods('-l', 'app.kubernetes.io/component=puller');
      await removePods(`${PAIR}-ollama-1`);
      await registryRate(0);
      await pair('.status.modelsSummary', /^2\/2$/, 3 * 60_000);
      await pair('.status.phase', /^Ready$/);
    });
    const percents = new Set(lines.flatMap((line) => /0\/2 ([0-9]+) %/.exec(line)?.[1] ?? []));
    assert.ok(percents.size >= 3, `percents seen: ${[...percents].join(' ')}\n${lines.join('\n')}`);
    const log = await kubectl('-n', 'models', 'logs', 'deployment/models', '--tail=1000');
    assert.match(log, /range="bytes=[1-9][0-9]*-/, 'a download went on where it was');
    for (const replica of SERVERS) {
      await until(`server ${replica} has loaded the model with preload`, () => hasLoaded(replica), soon);
      await answers(replica, TWIN);
    }
  });

  it('come again onto a server whose volume was lost, and are loaded there; nothing is pulled onto the other', async () => {
    await smallChat(WRONG, [{ name: MISSING }], {}, { stallTimeout: '3s', retries: 0 }); // for later
    const healthy = await pullJobs(0);
    const lost = await pullJobs(1);
    assert.deepEqual([healthy.length, lost.length], [2, 2]);
    await kubectl('-n', PAIR, 'delete', 'pvc', `data-${PAIR}-ollama-1`, '--wait=false');
    await removePods(`${PAIR}-ollama-1`);
    const arePulledAnew = async () => {
      const jobs = await pullJobs(1);
      return jobs.length === 2 && jobs.every((job) => !lost.includes(job));
    };
    await until('its models are pulled anew', arePulledAnew, soon);
    await pair('.status.modelsSummary', /^2\/2$/);
    await until('it has loaded the model with preload', () => hasLoaded(1), soon);
    await answers(1, TWIN);
    assert.deepEqual(await pullJobs(0), healthy);
  });

  it('are deleted on both servers when they are named no more and that is asked for', async () => {
    for (const replica of SERVERS) assert.match(await look(replica, '/api/tags'), new RegExp(TWIN));
    await changeOllama(PAIR, { models: BOTH.slice(0, 1), pruneUndeclared: true });
    const tags = () => Promise.all(SERVERS.map((replica) => look(replica, '/api/tags')));
    const isGone = async () => (await tags()).every((text) => !text.includes(TWIN));
    await until('both have deleted it', isGone, soon);
    await pair('.status.models[*].name', new RegExp(`^${MODEL}$`));
    await pair('.status.modelsSummary', /^1\/1$/);
    for (const text of await tags()) assert.ok(text.includes(MODEL), text);
    await kubectl('delete', 'namespace', PAIR, '--wait=false');
  });

  it('say what is wrong: no such name within a minute, no progress, another digest, no node; and people chat', async () => {
    await wrong('.status.models[0].reason', /^NotFound$/);
    const seconds = await secondsUntilFailure(MISSING);
    assert.ok(seconds < 60, `it took ${seconds} s`);
    await registryRate(1);
    await changeOllama(WRONG, { models: [{ name: MISSING }, { name: MODEL }] });
    await wrong('.status.models[1].reason', /^Stalled$/);
    await wrong(READY, /^True$/);
    await registryRate(0);
    const pinned = { name: 'pinned:1', source: MODEL, digest: `sha256:${'0'.repeat(64)}` };
    await changeOllama(WRONG, { models: [{ name: MISSING }, { name: MODEL }, pinned] });
    await wrong('.status.models[1].phase', /^Ready$/);
    await wrong('.status.models[2].reason', /^DigestMismatch$/);
    // Other settings: what failed is tried again at once, by a pod that no node takes.
    await changeOllama(WRONG, { pull: { podTemplate: { nodeSelector: { 'example.org/is': 'nowhere' } } } });
    await wrong('.status.models[0].reason', /^Unschedulable$/);
    assert.match(await field(WRONG, `chat/${WRONG}`, '.status.models[0].message'), /finds no node/);
    await wrong(READY, /^True$/);
    const { stdout } = await kubectlAttempt('-n', WRONG, 'describe', 'chat', WRONG);
    assert.match(stdout, /ModelFailed/);
  });
});
