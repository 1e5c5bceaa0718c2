/** A whole chat on loopback: real Redis, real Ollama, a backend and a frontend as processes of their own. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RuntimeConfig } from '../../runtime/config.ts';
import type { Child } from '../testbed/child.ts';
import { startChild } from '../testbed/child.ts';
import { repository } from '../testbed/folders.ts';
import { startOllama, testModel } from '../testbed/ollama.ts';
import { freePorts } from '../testbed/port.ts';
import { startRedis } from '../testbed/redis.ts';
import { until } from '../testbed/wait.ts';
import { builtPage } from './build.ts';

export interface Chat {
  /** Where people open it: the frontend. */
  readonly url: string;
  /** Port of Redis on loopback. */
  readonly redisPort: number;
  /** Ends the backend. SIGTERM lets it say that it restarts, SIGKILL does not. */
  stopBackend(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on its port, as another release if a version is given. */
  startBackend(version?: string): Promise<void>;
  /** Has the model server stand still, as it is, until it is let go on. */
  holdModels(): void;
  releaseModels(): void;
  /** Enters by REST and posts messages to a room, without a browser. */
  post(room: string, name: string, texts: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

const room = { title: 'Room', model: testModel, systemPrompt: 'You are helpful.', replies: 'Never' as const };

function config(
  ollamaUrl: string,
  { basePath = '/', auth = { mode: 'Guest' }, maxMessages = 5000, messagesPerMinute = 100_000, ...rest }: ChatOptions,
): RuntimeConfig {
  const { publicURL, roomCreators = 'Everybody' } = rest;
  return {
    title: 'Test chat',
    basePath,
    rooms: [
      { ...room, name: 'general', title: 'General' },
      { ...room, name: 'quiet', title: 'Quiet' },
      { ...room, name: 'history', title: 'History' },
      { ...room, name: 'ask', title: 'Ask', replies: 'Always' },
      { ...room, name: 'broken', title: 'Broken', replies: 'Always', model: 'no-such-model' },
    ],
    assistant: { name: 'Assistant', contextMessages: 4, temperature: 0, maxTokens: 500 },
    history: { maxMessages, maxAgeSeconds: 3600 },
    userRooms: { creators: roomCreators, maxRooms: 2000, maxPerPerson: 20 },
    limits: {
      messagesPerMinute,
      aiRepliesPerMinute: 1000,
      maxMessageBytes: 4096,
      connectionsPerUser: 20,
      connectionsPerAddress: 1000,
    },
    queue: { maxWaiting: 10, waitTimeoutSeconds: 60, replyTimeoutSeconds: 60 },
    auth,
    session: { maxAgeSeconds: 3600 },
    allowedOrigins: [],
    trustedProxyHops: 0,
    ...(publicURL === undefined ? {} : { publicURL }),
    ollama: {
      urls: [ollamaUrl],
      numParallel: 2,
      numThread: 1,
      contextLength: 2048,
      keepAlive: '5m',
      models: [{ name: testModel }, { name: 'no-such-model' }],
    },
  };
}

export interface ChatOptions {
  /** Path under which the chat is; `/` unless set. */
  readonly basePath?: string;
  /** Origin that the page loads its scripts and styles from. */
  readonly assetBaseURL?: string;
  /** How people enter; by a name unless set. */
  readonly auth?: RuntimeConfig['auth'];
  /** How many messages each room keeps; 5000 unless set. */
  readonly maxMessages?: number;
  /** How many messages a person may write in a minute; very many unless set. */
  readonly messagesPerMinute?: number;
  /** Where people find the chat, for those who have to be sent back there. */
  readonly publicURL?: string;
  /** Port of the frontend; a free one unless set. */
  readonly port?: number;
  /** What backend and frontend read from their environment beside the usual. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Who may make rooms; everybody unless set. */
  readonly roomCreators?: NonNullable<RuntimeConfig['userRooms']>['creators'];
  /** The first administrator; nobody unless set. */
  readonly admin?: { readonly name: string; readonly password: string };
}

export async function startChat(options: ChatOptions = {}): Promise<Chat> {
  const { basePath = '/', assetBaseURL = '', admin, port, environment = {} } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-browser-'));
  const ui = path.join(folder, 'ui'); // a copy: somebody may build again meanwhile
  fs.cpSync(await builtPage(), ui, { recursive: true });
  const redis = await startRedis();
  const ollama = await startOllama({ parallel: 2 });
  const configFile = path.join(folder, 'config.json');
  fs.writeFileSync(configFile, JSON.stringify(config(ollama.url, options)));
  const [backendPort, anyPort, ...metricsPorts] = (await freePorts(4)) as [number, number, number, number];
  const frontendPort = port ?? anyPort;

  const startRole = async (role: string, port: number, ready: string, env: Record<string, string>): Promise<Child> => {
    const child = await startChild({
      name: role,
      program: process.execPath,
      args: [path.join(repository, 'runtime/main.ts'), role],
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(port),
        GRACE_SECONDS: '2',
        ...environment,
        ...env,
      },
      logFile: path.join(folder, `${role}.log`),
    });
    const answers = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}${ready}`)).ok;
    await until(`${role} is ready`, answers, { timeout: 20_000, hopeless: () => child.ended() });
    return child;
  };
  const startBackend = (version: string): Promise<Child> =>
    startRole('backend', backendPort, '/api/ready', {
      CHATAPP_CONFIG: configFile,
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redis.port),
      POD_NAME: 'backend-test',
      VERSION: version,
      ...(admin === undefined ? {} : { ADMIN_USERNAME: admin.name, ADMIN_PASSWORD: admin.password }),
      METRICS_PORT: String(metricsPorts[0]),
    });
  let backend = await startBackend('one');
  const frontend = await startRole('frontend', frontendPort, '/healthz', {
    BACKEND_URL: `http://127.0.0.1:${backendPort}`,
    UI_DIR: ui,
    BASE_PATH: basePath,
    ASSET_BASE_URL: assetBaseURL,
    METRICS_PORT: String(metricsPorts[1]),
  });
  const url = `http://localhost:${frontendPort}${basePath === '/' ? '' : basePath}`;
  return {
    url,
    redisPort: redis.port,
    holdModels: () => void process.kill(ollama.pid, 'SIGSTOP'),
    releaseModels: () => void process.kill(ollama.pid, 'SIGCONT'),
    stopBackend: (signal) => backend.stop(signal),
    async startBackend(version = 'one') {
      backend = await startBackend(version);
    },
    async post(name, author, texts) {
      const cookie = await enter(url, author);
      for (const text of texts) await call(`${url}/api/rooms/${name}/messages`, { text }, cookie);
    },
    async stop() {
      await Promise.all([backend.stop('SIGKILL'), frontend.stop('SIGKILL'), ollama.stop(), redis.stop()]);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function enter(url: string, name: string): Promise<string> {
  const response = await call(`${url}/api/session`, { name }, '');
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function call(url: string, body: object, cookie: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', origin: new URL(url).origin, cookie };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response;
}
