/** What people do about a reply after it was asked for, what a model thinks, and an Ollama that misbehaves on the wire. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { after, afterEach, before, describe, it } from 'mocha';
import { Ollama } from 'ollama';
import { streamChat } from '../../../runtime/ai/chat-stream.ts';
import { failureOf } from '../../../runtime/ai/failure.ts';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import type { RunStartEntry } from '../../../runtime/protocol/entries.ts';
import { PAGE_SIZE } from '../../../runtime/protocol/frames.ts';
import type { OllamaServer } from '../../testbed/ollama.ts';
import { startOllama, testModel } from '../../testbed/ollama.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';
import { Tap } from './tap.ts';

const SOON = { timeout: 20_000, every: 10 };
const LONG = 'Write a very long story about the sea, with many chapters.';
/** The test model; what it says before its first "the" counts as thinking. */
const THINKER = 'thinker:1b';
/** The test model; it ends after its first word. */
const BRIEF = 'brief:1b';
const THINKING_TEMPLATE = `{{- range .Messages }}<|im_start|>{{ .Role }}
{{ if .Thinking }}Thought: {{ .Thinking }} the {{ end }}{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
Thought:`;

describe('replies over three backends', function () {
  this.timeout(90_000);
  let ollama: OllamaServer;
  let tap: Tap;
  let cluster: Cluster;
  let clients: ChatClient[] = [];
  before(async function () {
    this.timeout(20 * 60_000);
    ollama = await startOllama({ parallel: 1 });
    const api = new Ollama({ host: ollama.url });
    await api.create({ model: THINKER, from: testModel, template: THINKING_TEMPLATE });
    await api.create({ model: BRIEF, from: testModel, parameters: { stop: [' '] } });
    tap = await Tap.start(ollama.url);
    cluster = await startCluster({ config: withRooms });
    const seen = () => Promise.all(cluster.backends.map((each) => metric(each, 'chatapp_ollama_up', server())));
    await until('all see the model', async () => (await seen()).every((up) => up === 1), SOON);
    // What comes later meets a model that is loaded.
    const [ann, question] = await asks('warm', 'Ann warms', 'hello');
    await ann.end(await ann.started(question, 'warm'), 60_000, 'warm');
  });
  after(async () => {
    await cluster.stop();
    tap.stop();
    await ollama.stop();
  });
  afterEach(() => {
    tap.pace(0);
    tap.spoil();
    tap.release();
    for (const client of clients) client.cut();
    clients = [];
  });

  const server = (): string => `server="${tap.url}"`;
  function withRooms(config: RuntimeConfig): RuntimeConfig {
    const room = { ...config.rooms[0]!, replies: 'Mention' as const };
    const names = ['warm', 'go-on', 'anew', 'gone', 'old', 'faults'];
    return {
      ...config,
      rooms: [
        ...names.map((name) => ({ ...room, name })),
        { ...room, name: 'never', replies: 'Never' },
        { ...room, name: 'thinker', model: THINKER },
        { ...room, name: 'brief', model: BRIEF },
      ],
      assistant: { ...config.assistant, maxTokens: 40, contextMessages: 3 },
      queue: { ...config.queue, firstTokenTimeoutSeconds: 15, tokenTimeoutSeconds: 10 },
      ollama: {
        ...config.ollama,
        urls: [tap.url],
        models: [...config.ollama.models, { name: THINKER }, { name: BRIEF }],
      },
    };
  }
  const join = async (backend: number, name: string, room: string): Promise<ChatClient> => {
    const client = await ChatClient.join(cluster.url(backend), name, room);
    clients.push(client);
    return client;
  };
  const asks = async (room: string, name: string, text: string): Promise<[ChatClient, string]> => {
    const client = await join(0, name, room);
    return [client, await client.say(`@Assistant ${text}`, undefined, room)];
  };
  const starts = (client: ChatClient, room: string): RunStartEntry[] =>
    client.entries(room).filter((entry): entry is RunStartEntry => entry.kind === 'run-start');
  /** What the model was told by its latest request. */
  const told = (): { role: string; content: string }[] => {
    const { request } = tap.chats.at(-1)!;
    const body = JSON.parse(request.slice(request.indexOf('\r\n\r\n'))) as {
      messages: { role: string; content: string }[];
    };
    return body.messages;
  };
  const refusedAs = async (asked: ReturnType<ChatClient['request']>): Promise<string> => {
    const answer = await asked;
    return answer.type === 'error' ? answer.code : answer.type;
  };

  it('go on where they were cut, once, however many ask; a whole or empty one does not', async () => {
    const [ann, question] = await asks('go-on', 'Ann goes on', LONG);
    const bob = await join(1, 'Bob goes on', 'go-on');
    const run = await ann.started(question, 'go-on');
    const first = await ann.end(run, undefined, 'go-on');
    assert.deepEqual([first.outcome, first.stats?.cut, first.stats?.replyTokens], ['done', true, 40]);
    assert.ok(first.stats!.totalMs! >= first.stats!.firstTokenMs! && first.stats!.tokensPerSecond! > 0);
    const more = { type: 'continue', room: 'go-on', run } as const;
    const answers = await Promise.all([ann, bob, ann].map((each) => each.request(more)));
    assert.deepEqual(
      answers.map(({ type }) => type),
      ['ok', 'ok', 'ok'],
    );
    await until('it begins', () => starts(bob, 'go-on').length > 0 && starts(ann, 'go-on').length === 2, SOON);
    const next = starts(ann, 'go-on')[1]!;
    assert.deepEqual([next.continues, next.replyTo], [run, question]);
    const second = await bob.end(next.run, undefined, 'go-on');
    assert.ok(second.text.length > 0);
    const [written, instruction] = told().slice(-2);
    assert.deepEqual([written?.role, written?.content, instruction?.role], ['assistant', first.text, 'user']);
    assert.equal((await bob.request(more)).type, 'ok', 'as often as somebody likes');
    assert.equal(starts(ann, 'go-on').length, 2);
    assert.equal(
      await refusedAs(ann.request({ type: 'retry', room: 'go-on', run })),
      'Conflict',
      'a newer one is there',
    );
    const strange = { ...more, run: run.replace(/^\d/, '9') };
    assert.equal(await refusedAs(ann.request(strange)), 'NotFound');
    assert.equal(await refusedAs(ann.request({ ...more, run: `no-offset-1-${run.split('-')[3]}` })), 'NotFound');

    const [cid, short] = await asks('brief', 'Cid is brief', 'Say one sentence.');
    const whole = await cid.end(await cid.started(short, 'brief'), undefined, 'brief');
    assert.deepEqual([whole.outcome, whole.stats?.cut], ['done', undefined]);
    const refused = await cid.request({ type: 'continue', room: 'brief', run: whole.run });
    assert.ok(refused.type === 'error' && refused.code === 'Conflict');
    assert.match(refused.message, /complete/);
    tap.hold();
    const early = await ann.started(await ann.say('@Assistant hm', undefined, 'go-on'), 'go-on');
    assert.equal(await refusedAs(ann.request({ ...more, run: early })), 'BadFrame', 'still being written');
    await bob.request({ type: 'stop', room: 'go-on', run: early });
    assert.equal((await bob.end(early, undefined, 'go-on')).text, '');
    assert.equal(await refusedAs(ann.request({ ...more, run: early })), 'Conflict', 'no text');
  });

  it('are written anew for an edited message, once for each edit; the old one stops and is forgotten', async () => {
    tap.pace(60);
    const [ann, question] = await asks('anew', 'Ann edits', LONG);
    const bob = await join(1, 'Bob sees', 'anew');
    const old = await ann.started(question, 'anew');
    await until('some text', () => ann.streamed(old).length > 20, SOON);
    tap.hold();
    const text = '@Assistant Tell me about the mountains instead.';
    const edit = { type: 'edit', room: 'anew', target: question, text, then: 'ask' } as const;
    assert.equal(await refusedAs(bob.request(edit)), 'Forbidden');
    assert.equal((await ann.request(edit)).type, 'ok');
    assert.equal((await bob.end(old, undefined, 'anew')).outcome, 'stopped');
    tap.pace(0);
    tap.release();
    await until('a new one', () => starts(ann, 'anew').length === 2, SOON);
    const fresh = starts(ann, 'anew')[1]!;
    assert.deepEqual([fresh.replyTo, fresh.continues], [question, undefined]);
    const end = await ann.end(fresh.run, undefined, 'anew');
    assert.equal(end.outcome, 'done');
    assert.equal(told().at(-1)!.content, text);
    // A resend after a lost connection.
    for (const client of [ann, ann]) assert.equal((await client.request(edit)).type, 'ok');
    const later = await ann.say('@Assistant Thank you.', undefined, 'anew');
    await ann.end(await ann.started(later, 'anew'), undefined, 'anew');
    assert.equal(starts(ann, 'anew').length, 3, 'two of the edited message, one of the later one');
    const contents = told().map(({ content }) => content);
    assert.deepEqual(contents.slice(1), [text, end.text, '@Assistant Thank you.']);
    const never = await join(2, 'Cid in never', 'never');
    const offset = await never.say('Hello all', undefined, 'never');
    const asked = { ...edit, room: 'never', target: offset };
    assert.equal((await never.request(asked)).type, 'ok', 'the edit stands');
    assert.equal((await never.next('error')).code, 'Unsupported');
  });

  it('stop when their message is deleted: in mid-reply, and while they wait', async () => {
    tap.pace(60);
    const [ann, question] = await asks('gone', 'Ann deletes', LONG);
    const bob = await join(1, 'Bob waits', 'gone');
    const run = await ann.started(question, 'gone');
    await until('some text', () => ann.streamed(run).length > 10, SOON);
    tap.hold();
    const second = await bob.say('@Assistant and I?', undefined, 'gone');
    const waiting = await bob.started(second, 'gone');
    const chat = tap.chats.at(-1)!;
    assert.equal((await bob.request({ type: 'delete', room: 'gone', target: second })).type, 'ok');
    const never = await bob.end(waiting, undefined, 'gone');
    assert.deepEqual([never.outcome, never.text], ['stopped', '']);
    assert.equal((await ann.request({ type: 'delete', room: 'gone', target: question })).type, 'ok');
    const end = await bob.end(run, undefined, 'gone');
    assert.deepEqual([end.outcome, end.text.length > 0], ['stopped', true]);
    await until('the model stops', () => chat.closedAt, SOON);
    assert.equal(await refusedAs(ann.request({ type: 'retry', room: 'gone', run })), 'Conflict', 'nothing to answer');
  });

  it('answer an old message with its question and what was before it, not with what came since', async () => {
    const ann = await join(0, 'Ann of old', 'old');
    await ann.say('My boat is blue.', undefined, 'old');
    tap.hold();
    const question = await ann.say('@Assistant Which colour is my boat?', undefined, 'old');
    const run = await ann.started(question, 'old');
    await ann.request({ type: 'stop', room: 'old', run });
    await ann.end(run, undefined, 'old');
    tap.release();
    for (let n = 0; n <= PAGE_SIZE; n++) await ann.say(`Later word ${n}`, undefined, 'old');
    assert.equal((await ann.request({ type: 'retry', room: 'old', run })).type, 'ok');
    await until('it begins', () => starts(ann, 'old').length === 2, SOON);
    assert.equal((await ann.end(starts(ann, 'old')[1]!.run, undefined, 'old')).outcome, 'done');
    const contents = told().map(({ content }) => content);
    assert.deepEqual(contents.slice(1), ['My boat is blue.', '@Assistant Which colour is my boat?']);
  });

  it('keep what the model thought apart: streamed, shown to who comes late, never told to the model again', async () => {
    tap.pace(60);
    const [ann, question] = await asks('thinker', 'Ann thinks', 'Why is the sky blue?');
    const run = await ann.started(question, 'thinker');
    await until('a thought', () => ann.streamed(run, 'thinking').length > 3, SOON);
    tap.hold();
    const late = await join(1, 'Late for thoughts', 'thinker');
    const { runs } = await late.rejoin('thinker');
    assert.ok((runs[0]?.thinking ?? '').length > 3, JSON.stringify(runs));
    tap.pace(0);
    tap.release();
    const end = await late.end(run, undefined, 'thinker');
    assert.ok(end.text.length > 0 && end.thinking!.length > 3, JSON.stringify(end));
    assert.ok(end.thinking!.startsWith(ann.streamed(run, 'thinking')) && end.text.startsWith(ann.streamed(run)));
    const next = await ann.say('@Assistant And at night?', undefined, 'thinker');
    await ann.end(await ann.started(next, 'thinker'), undefined, 'thinker');
    const contents = told().map(({ content }) => content);
    assert.deepEqual(contents.slice(1), ['@Assistant Why is the sky blue?', end.text, '@Assistant And at night?']);
  });

  it('end with a reason of their own when Ollama never begins, falls silent, or answers rubbish', async () => {
    tap.hold();
    const [ann, question] = await asks('faults', 'Ann of faults', 'hello');
    const never = await ann.end(await ann.started(question, 'faults'), undefined, 'faults');
    assert.deepEqual([never.outcome, never.reason, never.text], ['failed', 'FirstTokenTimeout', '']);
    assert.match(never.message!, /did not begin/);
    await until('the request ends', () => tap.chats.at(-1)!.closedAt, SOON);
    tap.release();

    tap.pace(40);
    const run = await ann.started(await ann.say(`@Assistant ${LONG}`, undefined, 'faults'), 'faults');
    await until('some text', () => ann.streamed(run).length > 10, SOON);
    tap.hold();
    const silent = await ann.end(run, undefined, 'faults');
    assert.deepEqual([silent.outcome, silent.reason, silent.text.length > 10], ['failed', 'TokenTimeout', true]);
    assert.match(silent.message!, /in the middle/);
    tap.pace(0);
    tap.release();

    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n';
    const good = '{"message":{"role":"assistant","content":"Well"},"done":false}\n';
    for (const [rubbish, text] of [
      ['<html>secret-rubbish</html>\n', ''],
      ['{"secret-rubbish":1}\n', ''],
      [`${good}{"message":{"content":"secret-rub`, 'Well'],
      [good, 'Well'],
    ] as const) {
      tap.spoil(head + rubbish);
      const offset = await ann.say('@Assistant hello', undefined, 'faults');
      const end = await ann.end(await ann.started(offset, 'faults'), undefined, 'faults');
      assert.deepEqual([end.outcome, end.reason, end.text], ['failed', 'ModelGarbled', text], rubbish);
    }
    assert.ok(!cluster.logs().includes('secret-rub'), 'what came is not in a log');
    const garbled = await Promise.all(
      cluster.backends.map((each) => metric(each, 'chatapp_ai_failures_total', 'reason="ModelGarbled"')),
    );
    assert.equal(
      garbled.reduce((sum, count) => sum + count),
      4,
    );
    tap.spoil();
    const offset = await ann.say('@Assistant hello', undefined, 'faults');
    assert.equal((await ann.end(await ann.started(offset, 'faults'), undefined, 'faults')).outcome, 'done');
  });

  it('say so when no connection comes about', async () => {
    // Nobody accepts and the kernel's queue is full: what comes next gets no answer at all.
    const source = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
      console.log(this.address().port);
      process.kill(process.pid, 'SIGSTOP');
    })`;
    const deaf = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(deaf.stdout, 'data')) as [Buffer];
    const port = Number(line.toString());
    const others = Array.from({ length: 8 }, () => net.connect(port, '127.0.0.1').on('error', () => undefined));
    try {
      const isStopped = () => fs.readFileSync(`/proc/${deaf.pid}/stat`, 'utf8').includes(') T ');
      await until('it is stopped', isStopped, SOON);
      await until('the queue is full', () => others.filter(({ connecting }) => !connecting).length >= 2, SOON);
      const limits = { firstTokenMs: 60_000, tokenMs: 60_000 };
      const request = { model: testModel, messages: [] };
      const stream = streamChat(`http://127.0.0.1:${port}`, request, limits, new AbortController().signal);
      await assert.rejects(stream.next(), (error) => failureOf(error, testModel).reason === 'ConnectTimeout');
    } finally {
      for (const socket of others) socket.destroy();
      deaf.kill('SIGKILL');
    }
  });
});
