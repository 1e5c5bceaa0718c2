/** One backend with the built UI and an in-memory store in one process: development on a machine without anything else. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ollamaAt } from '../ai/ollama.ts';
import type { RuntimeConfig } from '../config.ts';
import { staticFiles } from '../frontend/static.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { memoryStore } from '../store/memory/store.ts';
import { createChat } from './chat.ts';
import { listen } from './listen.ts';
import { stopOnSignal } from './stopping.ts';

const HELP = `npm run dev -- [--port 3000] [--model NAME] [--replies Always|Mention|Never] [--ui DIR]

One backend with the UI, everything in memory. OLLAMA_URL (default http://127.0.0.1:11434) says where the models are.
Without --model the first model of that server is used.
`;

export async function runDev(args: string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '3000' },
      model: { type: 'string' },
      replies: { type: 'string', default: 'Always' },
      ui: { type: 'string', default: fileURLToPath(new URL('../../dist/ui', import.meta.url)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const url = environment.OLLAMA_URL ?? 'http://127.0.0.1:11434';
  const found = await modelsAt(url);
  const model = values.model ?? found?.[0] ?? 'tinyllama';
  if (found === undefined) say(`no Ollama at ${url}: chat works, the assistant will say it is away`);
  else if (!found.includes(model)) say(`Ollama at ${url} has no "${model}": try  ollama pull ${model}`);
  else say(`Ollama at ${url}, model ${model}`);

  const config = devConfig(url, model, repliesOf(values.replies));
  const ui = staticFiles(values.ui);
  const chat = createChat({
    ...{ config, store: memoryStore(), metrics: createMetrics('dev'), name: 'dev', version: 'dev', peers: 'direct' },
    alsoServe: (request, response, next) => {
      ui(request, response).then((served) => (served ? undefined : next()), next);
    },
  });
  const port = await listen(chat.server, 'chat', Number(values.port), '127.0.0.1');
  stopOnSignal(3, (withinMs) => chat.stop(withinMs));
  await chat.start();
  say(`http://localhost:${port}  (Ctrl-C stops it)`);
}

function repliesOf(text: string): 'Always' | 'Mention' | 'Never' {
  const known = (['Always', 'Mention', 'Never'] as const).find((value) => value.toLowerCase() === text.toLowerCase());
  if (known === undefined) throw new Error(`--replies is Always, Mention or Never, not "${text}"`);
  return known;
}

async function modelsAt(url: string): Promise<string[] | undefined> {
  try {
    const { models } = await ollamaAt(url, AbortSignal.timeout(2000)).list();
    return models.map(({ name }) => name);
  } catch {
    return undefined;
  }
}

function devConfig(url: string, model: string, replies: 'Always' | 'Mention' | 'Never'): RuntimeConfig {
  const room = { model, systemPrompt: 'You are a helpful assistant in a group chat. Answer briefly.', replies };
  return {
    title: 'Chat',
    rooms: [
      { name: 'general', title: 'General', ...room },
      { name: 'random', title: 'Random', ...room, replies: 'Mention' },
    ],
    assistant: { name: 'Assistant', contextMessages: 20, maxTokens: 512 },
    history: { maxMessages: 5000, maxAgeSeconds: 30 * 24 * 3600 },
    limits: {
      messagesPerMinute: 120,
      aiRepliesPerMinute: 30,
      maxMessageBytes: 16 * 1024,
      connectionsPerUser: 20,
      connectionsPerAddress: 1000,
    },
    queue: { maxWaiting: 50, waitTimeoutSeconds: 120, replyTimeoutSeconds: 300 },
    auth: { mode: 'Guest' },
    session: { maxAgeSeconds: 7 * 24 * 3600 },
    allowedOrigins: [],
    trustedProxyHops: 0,
    ollama: {
      urls: [url],
      numParallel: 1,
      numThread: 1,
      contextLength: 2048,
      keepAlive: '10m',
      models: [{ name: model }],
    },
  };
}
