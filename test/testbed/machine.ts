import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { engineAnswers } from './docker.ts';
import { cachePath } from './folders.ts';
import { isFree } from './port.ts';

const gibibyte = 2 ** 30;

/** Bytes of memory that a cluster and its chat need. */
export const neededMemory = 6 * gibibyte;

/** Bytes of disk that are needed: the first time with all that is built, and later. */
export const neededDisk = { first: 20 * gibibyte, later: 4 * gibibyte } as const;

const gib = (bytes: number): string => `${(bytes / gibibyte).toFixed(1)} GiB`;

/** `MemAvailable` of /proc/meminfo in bytes; `undefined` if it is not there. */
export function availableMemory(meminfo: string): number | undefined {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** Bytes that containers may still use: what Linux has free, elsewhere what the engine's virtual machine has. */
async function freeMemory(): Promise<number> {
  if (process.platform === 'linux') {
    const bytes = availableMemory(fs.readFileSync('/proc/meminfo', 'utf8'));
    if (bytes !== undefined) return bytes;
  }
  const { isThere, words } = await engineAnswers();
  return isThere ? Number(words.split(' ')[1]) : os.freemem();
}

function freeDisk(folder: string): number {
  let existing = folder;
  while (!fs.existsSync(existing)) existing = path.dirname(existing);
  const { bavail, bsize } = fs.statfsSync(existing);
  return bavail * bsize;
}

/** What is wrong, in words that say how to mend it; `undefined`: nothing is. */
export type Problem = string | undefined;

export async function memoryProblem(): Promise<Problem> {
  const free = await freeMemory();
  if (free >= neededMemory) return undefined;
  return `There is too little memory: ${gib(free)} free, ${gib(neededMemory)} needed. End other programs, or use a larger machine.`;
}

export function diskProblem(): Problem {
  const isFirst = !fs.existsSync(cachePath('artifacts'));
  const needed = isFirst ? neededDisk.first : neededDisk.later;
  const free = freeDisk(cachePath());
  if (free >= needed) return undefined;
  return `There is too little disk: ${gib(free)} free for ${cachePath()}, ${gib(needed)} needed. Make room, or name another folder with XDG_CACHE_HOME.`;
}

export async function portProblem(port: number): Promise<Problem> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return `PORT=${port}: a port is a number from 1 to 65535.`;
  try {
    if (await isFree(port)) return undefined;
  } catch (error) {
    return `Port ${port} cannot be used (${error instanceof Error ? error.message : String(error)}): make up PORT=8081`;
  }
  return `Port ${port} of 127.0.0.1 is taken by another program: make up PORT=${port + 1} (or another free one).`;
}

export function kernelProblem(): Problem {
  if (process.platform !== 'linux') return undefined; // the engine brings a virtual machine
  const hasOverlay = /\boverlay$/m.test(fs.readFileSync('/proc/filesystems', 'utf8'));
  if (!hasOverlay && !fs.existsSync('/lib/modules')) {
    return 'This kernel has no overlay file system, which containers need.';
  }
  if (!fs.existsSync('/sys/fs/cgroup')) return 'There are no control groups (/sys/fs/cgroup), which containers need.';
  return undefined;
}
