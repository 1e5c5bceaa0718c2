/** What one of three real backends does for all of them, told to a real API server: demand, waits and the probe. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import type { Wait } from '../../../runtime/protocol/frames.ts';
import { demandReportSchema, type DemandReport } from '../../../runtime/report.ts';
import { startChild, type Child } from '../../testbed/child.ts';
import { repository } from '../../testbed/folders.ts';
import { startModelRegistry, type ModelRegistry } from '../../testbed/model-registry.ts';
import { startOllama, testModel, type OllamaServer } from '../../testbed/ollama.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient } from './chat-client.ts';
import { metric, startCluster, type Cluster, type RoleProcess } from './cluster.ts';
import { ProbedChat } from './probed-chat.ts';
import { isReporter, ReportsBed, type ReportedChat } from './reports-bed.ts';

const SOON = { timeout: 30_000, every: 50 };
const MEBIBYTE = 2 ** 20;
/** A quarter of it may lie between what is so and what is told. */
const IDLE_AFTER_SECONDS = 10;

/** What somebody saw replies wait for. */
function waits(client: ChatClient): Wait[] {
  return client.frames.flatMap((frame) =>
    frame.type === 'queue' && frame.waitsFor !== undefined ? [frame.waitsFor] : [],
  );
}

describe('one backend for all', function () {
  this.timeout(120_000);
  let bed: ReportsBed;
  let registry: ModelRegistry;
  let ollama: OllamaServer;
  let chat: ReportedChat;
  let cluster: Cluster;
  let probed: ProbedChat;
  /** What went wrong with it, if anything: its waits are long, and go on beside the others. */
  let probing: Promise<unknown>;

  before(async function () {
    this.timeout(20 * 60_000);
    [bed, registry, ollama] = await Promise.all([
      ReportsBed.start(),
      startModelRegistry(),
      startOllama({ models: 'none', env: { OLLAMA_NOPRUNE: '1' } }),
    ]);
    chat = await bed.open('sleeper');
    probed = await ProbedChat.start(bed);
    probing = probed.live().catch((error: unknown) => error);
    cluster = await startCluster({ config: sleeper, environment: await chat.environment('backend') });
  });
  after(async () => {
    await Promise.all([cluster.stop(), probed.stop()]);
    await Promise.all([ollama.stop(), registry.stop(), bed.stop()]);
  });

  function sleeper(config: RuntimeConfig): RuntimeConfig {
    const [general, second] = config.rooms;
    return {
      ...config,
      // Where all is answered, one reply at a time waits, however many people ask.
      rooms: [
        { ...general!, replies: 'Always' },
        { ...second!, replies: 'Mention' },
      ],
      queue: { ...config.queue, waitTimeoutSeconds: 600 },
      assistant: { ...config.assistant, maxTokens: 8, contextMessages: 1 },
      ollama: { ...config.ollama, urls: [ollama.url], scaleToZero: { idleAfterSeconds: IDLE_AFTER_SECONDS } },
    };
  }
  const join = (backend: RoleProcess, name: string, room?: string): Promise<ChatClient> =>
    ChatClient.join(backend.url, name, room);
  const demand = (): Promise<DemandReport | undefined> => chat.report(demandReportSchema, 'demand');
  const demandSince = (since: number): Promise<DemandReport> =>
    until(
      'the demand is told',
      async () => {
        const told = await demand();
        return told !== undefined && Date.parse(told.time) >= since && told;
      },
      SOON,
    );
  const writes = (): number[] =>
    chat
      .asked('backend')
      .filter(({ verb }) => verb === 'patch')
      .map(({ requestReceivedTimestamp: at }) => Date.parse(at));
  const answered = async (client: ChatClient, replyTo: string, room = 'general'): Promise<void> => {
    const end = await until(
      'the reply',
      () => {
        const entries = client.entries(room);
        const start = entries.find((entry) => entry.kind === 'run-start' && entry.replyTo === replyTo);
        return entries.find(
          (entry) => entry.kind === 'run-end' && start?.kind === 'run-start' && entry.run === start.run,
        );
      },
      { timeout: 60_000, every: 20 },
    );
    assert.ok(end.kind === 'run-end' && end.outcome === 'done' && end.text.length > 0, JSON.stringify(end));
  };

  it('is elected, and says once that servers may sleep from now on', async () => {
    await until('somebody reports', () => cluster.backends.some(isReporter), SOON);
    const first = await demandSince(0);
    await delay(3000);
    assert.equal(cluster.backends.filter(isReporter).length, 1);
    assert.deepEqual(await demand(), first);
    assert.equal(writes().length, 1);
  });

  it('a question waits for a model that is being pulled, sees how far it is, and is answered', async () => {
    await registry.setFaults({ rate: 20 * MEBIBYTE });
    const ann = await join(cluster.backends[0]!, 'Ann');
    const puller = await pull();
    await until('the puller reports', () => chat.asked('puller').length > 0, SOON);
    const question = await ann.say('Say yes.');
    let tries = 0;
    const bob = await until(
      'somebody who comes later sees it too',
      async () => {
        const late = await join(cluster.backends[1]!, `Bob ${(tries += 1)}`);
        const joined = late.frames.find((frame) => frame.type === 'joined');
        if (joined?.type === 'joined' && joined.runs[0]?.waitsFor?.for === 'pull') return late;
        late.cut();
        return false;
      },
      SOON,
    );
    const percents = (): number[] => waits(ann).map((wait) => (wait.for === 'pull' ? wait.percent : -1));
    await until('she sees it grow', () => new Set(percents()).size >= 2, SOON);
    await registry.setFaults({});
    await answered(ann, question);
    await until('the puller ends', () => puller.ended(), SOON);
    for (const client of [ann, bob]) client.cut();
  });

  async function pull(): Promise<Child> {
    return startChild({
      name: 'puller',
      program: process.execPath,
      args: [path.join(repository, 'runtime/main.ts'), 'pull'],
      env: {
        PATH: process.env.PATH,
        ...(await chat.environment('puller')),
        ...{ OLLAMA_URL: ollama.url, MODEL: testModel, REPORT_KEY: 'pull-1' },
        ...{ SOURCE: `${registry.host}/library/${testModel}`, INSECURE: 'true' },
        TERMINATION_LOG: path.join(cluster.folder, 'pull.json'),
      },
      logFile: path.join(cluster.folder, 'pull.log'),
    });
  }

  it('many people who ask while the servers sleep cost few writes', async () => {
    await ollama.down();
    const people = await Promise.all(cluster.backends.map((backend, index) => join(backend, `Asker ${index}`)));
    const began = Date.now();
    let asked = 0;
    while (Date.now() - began < 8000) {
      await people[asked % people.length]!.say(`Are you there? ${(asked += 1)}`);
      await delay(100);
    }
    await demandSince(began + 5000);
    const times = writes().filter((at) => at >= began);
    const gaps = times.slice(1).map((at, index) => at - times[index]!);
    assert.ok(asked > 10, `${asked} questions`);
    assert.ok(
      gaps.every((gap) => gap >= (IDLE_AFTER_SECONDS * 1000) / 4 - 10),
      `${asked} questions, ms between writes: ${gaps.join(' ')}`,
    );
    for (const client of people) assert.equal(waits(client).at(-1)?.for, 'waking');
    for (const client of people) client.cut();
  });

  it('that is killed is followed by another one; what waits is answered when the server is there', async () => {
    const killed = cluster.backends.find(isReporter)!;
    const others = cluster.backends.filter((backend) => backend !== killed);
    const [cleo, dan] = await Promise.all(others.map((backend, index) => join(backend, `Waiter ${index}`, 'second')));
    const questions = await Promise.all(
      [cleo!, dan!].map((client) => client.say('@Assistant Say yes.', undefined, 'second')),
    );
    const at = Date.now();
    await killed.child.stop('SIGKILL');
    cluster.backends.splice(0, cluster.backends.length, ...others);
    await until('another one reports', () => others.some(isReporter), SOON);
    await demandSince(at);
    assert.equal(others.filter(isReporter).length, 1);
    await ollama.restart();
    await Promise.all([answered(cleo!, questions[0]!, 'second'), answered(dan!, questions[1]!, 'second')]);
    const told = await until('how long it took is told', async () => (await demand())?.wakeSeconds, SOON);
    assert.ok(told <= (Date.now() - at) / 1000 + 1, `${told} s`);
    for (const client of [cleo!, dan!]) client.cut();
  });

  it('a question that meets a server as it goes to sleep waits for it as well', async () => {
    const eve = await join(cluster.backends[0]!, 'Eve', 'second');
    process.kill(ollama.pid, 'SIGSTOP');
    const question = await eve.say('@Assistant Say yes.', undefined, 'second');
    const running = async (): Promise<boolean> => {
      const counts = await Promise.all(cluster.backends.map((backend) => metric(backend, 'chatapp_ai_runs_active')));
      return counts.some((count) => count > 0);
    };
    await until('a backend asks the server', running, SOON);
    await ollama.down('SIGKILL');
    const asked = Date.now();
    await demandSince(asked);
    await until('she sees what it waits for', () => waits(eve).at(-1)?.for === 'waking', SOON);
    await ollama.restart();
    await answered(eve, question, 'second');
    eve.cut();
  });

  it('the probe is answered, or says in words why not, and nobody in a room sees it', async () => {
    const problem = await probing;
    if (problem !== undefined) throw problem as Error;
  });
});
