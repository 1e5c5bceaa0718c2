import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ChatClient } from '../integration/runtime/chat-client.ts';
import { startChild, type Child } from '../testbed/child.ts';
import { freePort } from '../testbed/port.ts';
import { ensureKubectl } from '../testbed/tools.ts';
import { until } from '../testbed/wait.ts';
import { chatField, field, kubeconfigPath, kubectl, smallChat } from './cluster.ts';

const NAME = 'sleeper';
const QUESTION = '@Assistant Say yes.';
const OLLAMA = '.status.conditions[?(@.type=="OllamaReady")]';
/** What OllamaReady says, from the first sleep to the second. */
const STEPS = ['True Asleep', 'False Waking', 'True Available', 'True Asleep'];
/** What a line of the watch says of the chat, word by word. */
const STATE = `{.status.phase} ${['OllamaReady', 'ModelsReady', 'Ready', 'Degraded']
  .flatMap((type) => ['status', 'reason'].map((what) => `{.status.conditions[?(@.type=="${type}")].${what}}`))
  .join(' ')}{"\\n"}`;

describe('a chat whose models sleep while nobody asks', function () {
  this.timeout(8 * 60_000);
  let folder: string;
  const children: Child[] = [];
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-sleeper-'));
  });
  after(async () => {
    await Promise.all(children.map((child) => child.stop()));
    await kubectl('delete', 'namespace', NAME, '--ignore-not-found', '--wait=false');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const logOf = (name: string): string => path.join(folder, `${name}.log`);
  async function keep(name: string, ...args: string[]): Promise<void> {
    const options = ['--kubeconfig', kubeconfigPath(), '-n', NAME, ...args];
    children.push(await startChild({ name, program: await ensureKubectl(), args: options, logFile: logOf(name) }));
  }
  async function open(): Promise<string> {
    const port = await freePort();
    await keep('forward', 'port-forward', `service/${NAME}-frontend`, `${port}:80`);
    const url = `http://127.0.0.1:${port}`;
    await until('the way to it is open', async () => (await fetch(`${url}/healthz`)).ok, { timeout: 30_000 });
    return url;
  }
  const servers = (): Promise<string> => field(NAME, `statefulset/${NAME}-ollama`, '.spec.replicas');
  const sleeps = async (): Promise<void> => {
    await chatField(NAME, NAME, '.status.ollama.summary', /^0\/0$/);
    await chatField(NAME, NAME, `${OLLAMA}.reason`, /^Asleep$/);
    assert.equal(await servers(), '0');
    const isGone = async (): Promise<boolean> => (await field(NAME, `pod/${NAME}-ollama-0`, '.metadata.name')) === '';
    await until('no server is left', isGone, { timeout: 60_000 });
  };

  it('falls asleep, people chat on, and a question wakes it and is answered; each step is told', async () => {
    const rooms = [{ name: 'general', replies: 'Mention' }];
    const scaleToZero = { enabled: true, idleAfter: '10s' };
    await smallChat(NAME, [{ name: 'smollm2:135m' }], { scaleToZero }, {}, { chat: { rooms } });
    await keep('watch', 'get', 'chat', NAME, '-w', '-o', `jsonpath=${STATE}`);
    await sleeps();
    const table = await kubectl('-n', NAME, 'get', 'chat', '-o', 'wide');
    assert.match(table, /True +Ready +1\/1 +1\/1 .* 0\/0 /);
    const described = await kubectl('-n', NAME, 'describe', 'chat', NAME);
    assert.match(described, /no server runs while nobody asks: the next question wakes it; the last reply was at 20/);
    const claim = await field(NAME, `pvc/data-${NAME}-ollama-0`, '.metadata.uid');

    const url = await open();
    const [ann, bob] = await Promise.all([ChatClient.join(url, 'Ann'), ChatClient.join(url, 'Bob')]);
    await ann.say('Good morning');
    await until('people hear each other', () => bob.texts().includes('Good morning'), { timeout: 20_000 });
    assert.equal(await servers(), '0', 'what is no question wakes nobody');

    const question = await ann.say(QUESTION);
    const isWaking = (client: ChatClient): boolean =>
      client.frames.some((frame) => frame.type === 'queue' && frame.waitsFor?.for === 'waking');
    await until('both see what it waits for', () => [ann, bob].every(isWaking), { timeout: 60_000 });
    const end = await ann.end(await ann.started(question), 120_000);
    assert.ok(end.outcome === 'done' && end.text.length > 0, JSON.stringify(end));
    assert.equal(await field(NAME, `pvc/data-${NAME}-ollama-0`, '.metadata.uid'), claim, 'the model was still there');
    for (const client of [ann, bob]) client.cut();

    await sleeps();
    const told = await until(
      'the watch has told that it sleeps again',
      () => {
        const lines = fs.readFileSync(logOf('watch'), 'utf8').trim().split('\n');
        const since = lines.slice(lines.findIndex((line) => line.includes(' True Asleep ')));
        return since.at(-1)?.includes(' True Asleep True Asleep ') === true && since.length >= STEPS.length && since;
      },
      { timeout: 20_000 },
    );
    const steps = told.map((line) => line.split(' ').slice(1, 3).join(' '));
    assert.deepEqual(
      steps.filter((step, index) => step !== steps[index - 1]),
      STEPS,
    );
    const isWell = (line: string): boolean => / True (?:Asleep|Available) True Available False AsExpected$/.test(line);
    assert.deepEqual(
      told.filter((line) => !isWell(line)),
      [],
      'the models are there, people can chat, and nothing is wrong at any step',
    );
  });
});
