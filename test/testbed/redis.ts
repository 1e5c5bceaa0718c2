import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { install } from './apt.ts';
import { startChild, type Child } from './child.ts';
import { cachePath } from './folders.ts';
import { freePort } from './port.ts';
import { findProgram, run } from './run.ts';
import { until } from './wait.ts';

export interface RedisOptions {
  /** When the append-only file reaches the disk; default: `always`, as a ChatApp has it. */
  readonly appendfsync?: 'always' | 'everysec' | 'no';
  /** Clients must give it; default: none. It is part of `url`. */
  readonly password?: string;
  /** More settings, as `redis-server` takes them: `['--maxmemory', '64mb']`. */
  readonly settings?: readonly string[];
}

/** A real redis-server on loopback with a folder of its own. */
export interface RedisServer {
  /** `redis://[:PASSWORD@]127.0.0.1:PORT` */
  readonly url: string;
  /** Stays the same over restarts, as the data do. */
  readonly port: number;
  readonly password: string | undefined;
  /** The process now running. */
  readonly pid: number;
  /** Ends it (default SIGTERM; SIGKILL loses what is not on disk) and starts it anew. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends it; `start` brings it back with its data. */
  down(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
  /** Stops the process (SIGSTOP): connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/**
 * The path of a redis-server: one of PATH, else that of Debian's package redis-tools. (It is the same program; the package
 * redis-server would start a service too, which nobody asked for.)
 */
export async function ensureRedis(): Promise<string> {
  const installed = findProgram('redis-server');
  if (installed !== undefined) return installed;
  const real = '/usr/bin/redis-check-rdb';
  if (!fs.existsSync(real)) await install(['redis-tools'], 'to run a Redis server for the tests');
  const link = cachePath('programs', 'redis-server'); // by this name the program is the server
  fs.mkdirSync(path.dirname(link), { recursive: true });
  if (!fs.existsSync(link)) {
    fs.symlinkSync(real, `${link}.${process.pid}`);
    fs.renameSync(`${link}.${process.pid}`, link);
  }
  return link;
}

/** Starts a Redis server; resolves when it answers (some 50 ms). */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const program = await ensureRedis();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-redis-'));
  const port = await freePort();
  const { password } = options;
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'],
    ...['--appendfsync', options.appendfsync ?? 'always'],
    ...(password === undefined ? [] : ['--requirepass', password]),
    ...(options.settings ?? []),
  ];
  const cli = findProgram('redis-cli');
  if (cli === undefined) {
    throw new Error('redis-cli is missing: it comes with the package redis-tools (Debian) or redis.');
  }

  /** `redis-cli ping` fails while the server loads its data, as clients would. */
  const answers = async (): Promise<boolean> => {
    const env = { ...process.env, ...(password !== undefined && { REDISCLI_AUTH: password }) };
    const words = await run(cli, ['-h', '127.0.0.1', '-p', String(port), 'ping'], { timeout: 5000, env });
    return words.trim() === 'PONG';
  };
  const launch = async (): Promise<Child> => {
    const next = await startChild({ name: 'redis-server', program, args, logFile: path.join(folder, 'redis.log') });
    await until('Redis answers', answers, { timeout: 30_000, every: 20, hopeless: () => next.ended() });
    return next;
  };

  let child = await launch();
  return {
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    port,
    password,
    get pid() {
      return child.pid;
    },
    async restart(signal = 'SIGTERM') {
      await child.stop(signal);
      child = await launch();
    },
    down: (signal = 'SIGTERM') => child.stop(signal),
    async start() {
      if (child.ended() !== undefined) child = await launch();
    },
    pause: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
    async stop() {
      await child.stop('SIGKILL');
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
