/** S1: what a server needs for sockets that nobody writes to, and for a hundred people who chat. */
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import { cpuOf, residentMiB } from '../process.ts';
import { LoadProcesses } from './load-processes.ts';
import { ROOMS, startBare, startCentrifugo, startChat, type System } from './systems.ts';

const SOCKETS = 5_000;
/** What a server has open beside its sockets, with much room. */
const OTHER_FILES = 500;
/** What a burst left behind is collected some seconds after it. */
const SETTLING_MS = 15_000;
const CHATTING = { perSecond: 10, seconds: 10, bytes: 200 };

/** As many sockets as this machine lets a process have, in words where that is fewer than wanted. */
function socketCount(): number {
  const limits = fs.readFileSync('/proc/self/limits', 'utf8');
  const most = Number(/Max open files\s+\d+\s+(\d+)/.exec(limits)?.[1] ?? Infinity) - OTHER_FILES;
  if (most >= SOCKETS) return SOCKETS;
  console.error(
    `S1 has ${most} sockets instead of ${SOCKETS}: raise the limit of open files (ulimit -n) for all of them`,
  );
  return most;
}

/** KiB of resident memory that each of many idle sockets of one server takes. */
async function perSocket(system: System): Promise<number> {
  const clientsPerRoom = Math.floor(socketCount() / ROOMS.length);
  const [urls, pid] = [system.urls.slice(0, 1), system.pids[0]!];
  const before = residentMiB(pid);
  const load = await LoadProcesses.open({ kind: system.kind, urls, rooms: ROOMS, clientsPerRoom, label: 'idle' });
  try {
    await delay(SETTLING_MS);
    return ((residentMiB(pid) - before) * 1_024) / (clientsPerRoom * ROOMS.length);
  } finally {
    load.close();
  }
}

async function* peer(name: string, start: () => Promise<System>): AsyncGenerator<Figure> {
  try {
    const system = await start();
    const value = await perSocket(system).finally(() => system.stop());
    yield { id: `S1-${name}`, what: `resident memory for each idle socket of ${name}`, value, unit: 'KiB' };
  } catch (error) {
    console.error(`a peer is left out: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export async function* socketFigures(): AsyncGenerator<Figure> {
  const chat = await startChat(1);
  const [pid] = chat.pids as [number];
  try {
    await delay(SETTLING_MS);
    yield {
      id: 'S1-idle',
      what: 'resident memory of a backend without people',
      value: residentMiB(pid),
      unit: 'MiB',
      target: 80,
    };
    const rooms = ROOMS.slice(0, 10);
    const load = await LoadProcesses.open({ kind: 'chat', urls: chat.urls, rooms, clientsPerRoom: 10, label: 'chats' });
    const cpu = await cpuOf({ backend: pid }, async () => {
      await load.talk(CHATTING);
    }).finally(() => load.close());
    const what = 'CPU of one backend: 100 people in 10 rooms, each writes every 10 s';
    const value = (cpu.backend / CHATTING.seconds / 1_000) * 100;
    yield { id: 'S1-cpu', what, value, unit: '% of a core', target: 5 };
    const kibibytes = await perSocket(chat);
    yield {
      id: 'S1',
      what: `resident memory for each of ${SOCKETS} idle sockets`,
      value: kibibytes,
      unit: 'KiB',
      target: 12,
    };
  } finally {
    await chat.stop();
  }
  yield* peer('bare', () => startBare(1));
  yield* peer('centrifugo', () => startCentrifugo(1));
}
