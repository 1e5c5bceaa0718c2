/** The servers that are compared: three of each kind with a real Redis, on loopback. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import { startCluster, type Cluster, type RoleProcess } from '../../integration/runtime/cluster.ts';
import { startChild, type Child } from '../../testbed/child.ts';
import { centrifugoProgram, goBinary } from '../../testbed/go-binary.ts';
import { freePorts } from '../../testbed/port.ts';
import { startRedis } from '../../testbed/redis.ts';
import { until } from '../../testbed/wait.ts';
import type { Kind } from './load/client.ts';

export const BUNDLE = 'dist/runtime/main.js';
export const ROOMS = Array.from({ length: 30 }, (_unused, n) => `room-${n}`);

export interface System {
  readonly kind: Kind;
  /** Of the servers themselves. */
  readonly urls: readonly string[];
  /** Of the servers, without Redis. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Limits of people and addresses are out of the way: all of the load comes from one address. */
export function benchConfig(config: RuntimeConfig): RuntimeConfig {
  return {
    ...config,
    rooms: ROOMS.map((name) => ({ ...config.rooms[0]!, name })),
    limits: { ...config.limits, messagesPerMinute: 1_000_000, connectionsPerUser: 100, connectionsPerAddress: 100_000 },
  };
}

export interface ChatSystem extends System {
  readonly cluster: Cluster;
  /** One before each backend: what a Service does between them costs Kubernetes, not us. */
  readonly frontends: readonly RoleProcess[];
}

export async function startChat(backends = 3): Promise<ChatSystem> {
  const cluster = await startCluster({ program: BUNDLE, config: benchConfig, backends });
  const frontends = await Promise.all(cluster.backends.map(({ url }) => cluster.addFrontend(url)));
  return {
    kind: 'chat',
    cluster,
    urls: cluster.backends.map(({ url }) => url),
    pids: cluster.backends.map(({ child }) => child.pid),
    frontends,
    stop: () => cluster.stop(),
  };
}

interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: (port: number, redis: string) => Readonly<Record<string, string>>;
  /** Answers as soon as it serves. */
  readonly health: string;
}

async function startPeer(kind: Kind, { program, args, env, health }: Program, count: number): Promise<System> {
  const redis = await startRedis();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-peer-'));
  const ports = await freePorts(count);
  const launch = async (port: number): Promise<Child> => {
    const logFile = path.join(folder, `${port}.log`);
    const variables = { PATH: process.env.PATH, ...env(port, redis.url) };
    const child = await startChild({ name: kind, program, args, env: variables, logFile });
    const answers = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}${health}`)).status > 0;
    await until(`${kind} answers`, answers, { timeout: 20_000, every: 20, hopeless: () => child.ended() });
    return child;
  };
  const children = await Promise.all(ports.map(launch));
  return {
    kind,
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    pids: children.map(({ pid }) => pid),
    async stop() {
      await Promise.all(children.map((child) => child.stop('SIGKILL')));
      await redis.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function startBare(count = 3): Promise<System> {
  const program = path.join(import.meta.dirname, 'bare-server.ts');
  const env = (port: number, redis: string) => ({ PORT: String(port), REDIS_URL: redis });
  return startPeer('bare', { program: process.execPath, args: [program], env, health: '/' }, count);
}

/** With a history of as many messages as the chat has. What clients publish has no idempotency key there. */
export async function startCentrifugo(count = 3): Promise<System> {
  const program = await goBinary(centrifugoProgram);
  const env = (port: number, redis: string) => ({
    CENTRIFUGO_HTTP_SERVER_ADDRESS: '127.0.0.1',
    CENTRIFUGO_HTTP_SERVER_PORT: String(port),
    CENTRIFUGO_HTTP_SERVER_INTERNAL_PORT: String(port),
    CENTRIFUGO_HEALTH_ENABLED: 'true',
    CENTRIFUGO_CLIENT_INSECURE: 'true',
    CENTRIFUGO_CLIENT_ALLOWED_ORIGINS: '*',
    CENTRIFUGO_ENGINE_TYPE: 'redis',
    CENTRIFUGO_ENGINE_REDIS_ADDRESS: redis,
    CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_HISTORY_SIZE: '1000',
    CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_HISTORY_TTL: '3600s',
    CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_FORCE_RECOVERY: 'true',
    CENTRIFUGO_LOG_LEVEL: 'error',
  });
  return startPeer('centrifugo', { program, args: [], env, health: '/health' }, count);
}
