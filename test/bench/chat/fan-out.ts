/** S2, S3: many rooms that all talk, on three servers; ours beside others that do the same, one after the other. */
import { setTimeout as delay } from 'node:timers/promises';
import { enter } from '../../integration/runtime/chat-client.ts';
import type { Figure } from '../figure.ts';
import { percentile } from '../figure.ts';
import { cpuMs, cpuOf } from '../process.ts';
import type { Heard } from './load/plan.ts';
import { LoadProcesses } from './load-processes.ts';
import { ROOMS, startBare, startCentrifugo, startChat, type System } from './systems.ts';

const CLIENTS_PER_ROOM = 30;
const TALK = { perSecond: 500, seconds: 10, bytes: 200 };
const WARM = { ...TALK, seconds: 2 };
const SHAPE = `${ROOMS.length * CLIENTS_PER_ROOM} clients, ${ROOMS.length} rooms, ${TALK.perSecond} messages/s`;

interface Result {
  readonly heard: Heard;
  /** CPU time of the servers: percent of a core, and microseconds a delivery. */
  readonly cpu: number;
  readonly cpuPerDelivery: number;
  /** Of it in the kernel: writing to sockets. */
  readonly kernelPerDelivery: number;
  /** Percent of a core that the frontends took. */
  readonly frontendsCpu: number;
}

interface Way {
  readonly system: System;
  readonly urls: readonly string[];
  /** Frontends, where the connections go through some. */
  readonly frontends?: readonly number[];
  readonly meanwhile?: () => Promise<void>;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

async function run({ system, urls, frontends = [], meanwhile }: Way): Promise<Result> {
  const plan = {
    kind: system.kind,
    urls,
    rooms: ROOMS,
    clientsPerRoom: CLIENTS_PER_ROOM,
    label: frontends.length === 0 ? 'direct' : 'through',
  };
  const load = await LoadProcesses.open(plan);
  try {
    await load.talk(WARM);
    const pids = Object.fromEntries([...system.pids, ...frontends].map((pid, n) => [String(n), pid]));
    const inKernel = (): number => sum(system.pids.map((pid) => cpuMs(pid, 'kernel')));
    const kernelBefore = inKernel();
    const began = performance.now();
    let heard: Heard | undefined;
    const times = await cpuOf(pids, async () => {
      [heard] = await Promise.all([load.talk(TALK), meanwhile?.()]);
    });
    const took = performance.now() - began;
    const kernel = inKernel() - kernelBefore;
    const all = Object.values(times);
    const servers = sum(all.slice(0, system.pids.length));
    return {
      heard: heard!,
      cpu: (servers / took) * 100,
      cpuPerDelivery: (servers * 1_000) / heard!.expected,
      kernelPerDelivery: (kernel * 1_000) / heard!.expected,
      frontendsCpu: (sum(all.slice(system.pids.length)) / took) * 100,
    };
  } finally {
    load.close();
  }
}

function* figures(id: string, who: string, result: Result, faults?: number): Generator<Figure> {
  const { heard, cpu, cpuPerDelivery, kernelPerDelivery } = result;
  const target = faults === undefined ? {} : { target: faults };
  yield { id, what: `${who}, ${SHAPE}: said -> heard, p50 of ${heard.expected}`, value: heard.p50, unit: 'ms' };
  yield { id: `${id}-p99`, what: `${who}: said -> heard, p99`, value: heard.p99, unit: 'ms' };
  yield { id: `${id}-cpu`, what: `${who}: CPU of the three servers`, value: cpu, unit: '% of a core' };
  yield { id: `${id}-cpu-delivery`, what: `${who}: CPU a delivery`, value: cpuPerDelivery, unit: 'µs' };
  yield { id: `${id}-cpu-kernel`, what: `${who}: of it in the kernel`, value: kernelPerDelivery, unit: 'µs' };
  yield {
    id: `${id}-missing`,
    what: `${who}: deliveries that never came`,
    value: heard.missing,
    unit: 'messages',
    ...target,
  };
  yield {
    id: `${id}-twice`,
    what: `${who}: deliveries that came twice`,
    value: heard.duplicates,
    unit: 'messages',
    ...target,
  };
  yield {
    id: `${id}-disorder`,
    what: `${who}: deliveries out of order`,
    value: heard.disordered,
    unit: 'messages',
    ...target,
  };
}

function* ratios(
  peer: string,
  ours: Result,
  theirs: Result,
  targets: { cpu: number; time: number } | undefined,
): Generator<Figure> {
  const pairs = [
    ['p50', ours.heard.p50 / theirs.heard.p50, targets?.time],
    ['p99', ours.heard.p99 / theirs.heard.p99, targets?.time],
    ['cpu', ours.cpuPerDelivery / theirs.cpuPerDelivery, targets?.cpu],
  ] as const;
  for (const [name, value, target] of pairs) {
    const what = `${name} of the chat to that of ${peer}`;
    yield { id: `S2-to-${peer}-${name}`, what, value, unit: 'ratio', ...(target !== undefined && { target }) };
  }
}

/** Times of one REST request after the other, as a page makes them, while the load talks. */
async function restTimes(url: string, times: number[]): Promise<void> {
  const headers = { cookie: await enter(url, 'Rest') };
  const end = performance.now() + (TALK.seconds - 1) * 1_000;
  while (performance.now() < end) {
    const began = performance.now();
    await (await fetch(`${url}/api/rooms/${ROOMS[0]!}/messages`, { headers })).arrayBuffer();
    times.push(performance.now() - began);
    await delay(20);
  }
}

/** A peer that cannot be had here is left out, in words. */
async function peer(start: () => Promise<System>): Promise<Result | undefined> {
  try {
    const system = await start();
    return await run({ system, urls: system.urls }).finally(() => system.stop());
  } catch (error) {
    console.error(`a peer is left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

export async function* fanOutFigures(): AsyncGenerator<Figure> {
  const rest: number[] = [];
  const chat = await startChat();
  let ours: Result;
  try {
    ours = await run({ system: chat, urls: chat.urls });
    yield* figures('S2', 'the chat', ours, 0);
    const meanwhile = () => restTimes(chat.urls[0]!, rest);
    const [urls, frontends] = [chat.frontends.map(({ url }) => url), chat.frontends.map(({ child }) => child.pid)];
    const through = await run({ system: chat, urls, frontends, meanwhile });
    yield* figures('S2-frontend', 'the chat through frontends', through, 0);
    yield {
      id: 'S2-frontend-proxy-cpu',
      what: 'CPU of the frontends',
      value: through.frontendsCpu,
      unit: '% of a core',
    };
    const what = `a page of messages by REST meanwhile, p99 of ${rest.length}`;
    yield { id: 'S4-rest', what, value: percentile(rest, 0.99), unit: 'ms', target: 100 };
  } finally {
    await chat.stop();
  }
  const bare = await peer(startBare);
  if (bare !== undefined) {
    yield* figures('S2-bare', 'bare ws with Redis pub/sub', bare);
    yield* ratios('bare', ours, bare, undefined);
    const value = ours.cpuPerDelivery / bare.cpuPerDelivery;
    yield { id: 'S3', what: 'CPU a delivery, of the chat to bare ws', value, unit: 'ratio', target: 0.6 };
  }
  const centrifugo = await peer(startCentrifugo);
  if (centrifugo !== undefined) {
    yield* figures('S2-centrifugo', 'Centrifugo', centrifugo);
    yield* ratios('centrifugo', ours, centrifugo, { time: 1, cpu: 1 });
  }
}
