/** A chat of several real backends, each a process of its own, with a real Redis, on loopback. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import type { Child } from '../../testbed/child.ts';
import { startChild } from '../../testbed/child.ts';
import { repository } from '../../testbed/folders.ts';
import { freePorts } from '../../testbed/port.ts';
import type { RedisServer } from '../../testbed/redis.ts';
import { startRedis } from '../../testbed/redis.ts';
import { until } from '../../testbed/wait.ts';

/** An address where nothing listens. */
export const NOWHERE = 'http://127.0.0.1:9';

export interface RoleProcess {
  readonly name: string;
  readonly url: string;
  readonly metricsUrl: string;
  readonly logFile: string;
  readonly child: Child;
}

export interface ClusterOptions {
  readonly backends?: number;
  readonly config?: (config: RuntimeConfig) => RuntimeConfig;
  readonly graceSeconds?: number;
  /** The program of backends and frontends, from the root of the repository; default: the sources. */
  readonly program?: string;
  /** Further variables of every backend. */
  readonly environment?: Readonly<Record<string, string>>;
}

export function testConfig(): RuntimeConfig {
  const room = { title: 'Room', model: 'smollm2:135m', systemPrompt: 'Answer.', replies: 'Never' as const };
  return {
    title: 'Test',
    rooms: [
      { ...room, name: 'general' },
      { ...room, name: 'second' },
    ],
    assistant: { name: 'Assistant', contextMessages: 10, temperature: 0, maxTokens: 64 },
    history: { maxMessages: 1000, maxAgeSeconds: 3600 },
    limits: {
      messagesPerMinute: 10_000,
      aiRepliesPerMinute: 1000,
      maxMessageBytes: 4096,
      connectionsPerUser: 10,
      connectionsPerAddress: 1000,
    },
    queue: { maxWaiting: 10, waitTimeoutSeconds: 60, replyTimeoutSeconds: 60 },
    auth: { mode: 'Guest' },
    session: { maxAgeSeconds: 3600 },
    allowedOrigins: ['https://allowed.example'],
    trustedProxyHops: 0,
    ollama: {
      urls: [NOWHERE],
      numParallel: 1,
      numThread: 1,
      contextLength: 2048,
      keepAlive: '5m',
      models: [{ name: 'smollm2:135m' }],
    },
  };
}

const SOURCES = 'runtime/main.ts';

/** Starts `node runtime/main.ts ROLE`, or another program; resolves when it answers on `readyPath`. */
export async function startRole(
  role: string,
  name: string,
  folder: string,
  readyPath: string,
  environment: Readonly<Record<string, string>>,
  program = SOURCES,
): Promise<RoleProcess> {
  const [freePort, metricsPort] = (await freePorts(2)) as [number, number];
  const port = environment['PORT'] ?? String(freePort);
  const logFile = path.join(folder, `${name}.log`);
  const child = await startChild({
    name,
    program: process.execPath,
    args: [path.join(repository, program), role],
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: port,
      METRICS_PORT: String(metricsPort),
      ...environment,
    },
    logFile,
  });
  const [url, metricsUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${metricsPort}/metrics`];
  const answers = async (): Promise<boolean> => (await fetch(url + readyPath)).ok;
  await until(`${name} is ready`, answers, { timeout: 60_000, every: 20, hopeless: () => child.ended() });
  return { name, url, metricsUrl, logFile, child };
}

export class Cluster {
  readonly redis: RedisServer;
  readonly folder: string;
  readonly backends: RoleProcess[] = [];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #program: string | undefined;
  readonly #others: RoleProcess[] = [];
  #named = 0;

  constructor(redis: RedisServer, folder: string, environment: Readonly<Record<string, string>>, program?: string) {
    this.redis = redis;
    this.folder = folder;
    this.#environment = environment;
    this.#program = program;
  }

  /** The n-th backend's URL. */
  url(index: number): string {
    return this.backends[index % this.backends.length]!.url;
  }

  async addBackend(environment: Readonly<Record<string, string>> = {}): Promise<RoleProcess> {
    const name = `backend-${(this.#named += 1)}`;
    const settings = { ...this.#environment, ...environment, POD_NAME: name };
    const backend = await startRole('backend', name, this.folder, '/api/ready', settings, this.#program);
    this.backends.push(backend);
    return backend;
  }

  async addFrontend(backend: string, environment: Readonly<Record<string, string>> = {}): Promise<RoleProcess> {
    const name = `frontend-${this.#others.length}`;
    const settings = { BACKEND_URL: backend, GRACE_SECONDS: '5', ...environment };
    const frontend = await startRole('frontend', name, this.folder, '/healthz', settings, this.#program);
    this.#others.push(frontend);
    return frontend;
  }

  /** All that the processes logged. */
  logs(): string {
    return [...this.backends, ...this.#others].map(({ logFile }) => fs.readFileSync(logFile, 'utf8')).join('');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.backends, ...this.#others].map(({ child }) => child.stop('SIGKILL')));
    await this.redis.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const redis = await startRedis({ password: 'secret' });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-cluster-'));
  const configFile = path.join(folder, 'config.json');
  fs.writeFileSync(configFile, JSON.stringify((options.config ?? ((config) => config))(testConfig())));
  const environment = {
    CHATAPP_CONFIG: configFile,
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(redis.port),
    REDIS_PASSWORD: 'secret',
    VERSION: 'test',
    GRACE_SECONDS: String(options.graceSeconds ?? 10),
    ...options.environment,
  };
  const cluster = new Cluster(redis, folder, environment, options.program);
  try {
    await Promise.all(Array.from({ length: options.backends ?? 3 }, () => cluster.addBackend()));
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

/** One value of `/metrics`; the labels as they are written there, without the role. */
export async function metric(process: RoleProcess, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(process.metricsUrl)).text();
  for (const line of text.split('\n')) {
    const match = /^(\w+)\{(.*)\} (\S+)$/.exec(line);
    const rest = match?.[2]
      ?.split(',')
      .filter((label) => !label.startsWith('role='))
      .join(',');
    if (match?.[1] === name && rest === labels) return Number(match[3]);
  }
  throw new Error(`${name}{${labels}} is not among the metrics`);
}
