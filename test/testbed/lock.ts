import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cachePath } from './folders.ts';
import { say } from './progress.ts';

/**
 * A lock is a local socket that its holder listens on: the system frees it when the holder ends, however it ends, so there
 * is never a stale one to judge. Linux keeps such names in memory; elsewhere it is a file, removed when nobody answers.
 */
function address(name: string): string {
  const hash = createHash('sha256').update(`${cachePath()} ${name}`).digest('hex').slice(0, 32);
  if (process.platform === 'linux') return `\0chatapp-${hash}`;
  return path.join(os.tmpdir(), `chatapp-${hash}.lock`);
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** Listens, so that the lock is ours. `undefined` when somebody else holds it. */
async function tryListen(where: string): Promise<net.Server | undefined> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${process.pid} (${process.argv.slice(1, 4).join(' ')})`);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(where, () => resolve());
    });
    server.unref();
    return server;
  } catch (error) {
    if (isInUse(error)) return undefined;
    throw error;
  }
}

/** Who holds the lock, in its own words; `undefined` when nobody answers. */
function askHolder(where: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let words = '';
    const socket = net.connect(where);
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => (words += data));
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(words === '' ? undefined : words));
    socket.setTimeout(2000, () => socket.destroy());
  });
}

/** Does the work while no other process (nor another call here) does work under the same name; waits for them first. */
export async function withLock<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const where = address(name);
  let told = false;
  for (;;) {
    const server = await tryListen(where);
    if (server !== undefined) {
      try {
        return await work();
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    }
    const holder = await askHolder(where);
    if (holder === undefined && !where.startsWith('\0')) fs.rmSync(where, { force: true });
    if (holder !== undefined && !told) {
      say(`      waiting for process ${holder}: it is busy with ${name}`);
      told = true;
    }
    await sleep(200);
  }
}
