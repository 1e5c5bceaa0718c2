/** What the bench and its load processes tell each other. */
import type { Kind } from './client.ts';

export interface Plan {
  readonly kind: Kind;
  /** Clients are spread over these. */
  readonly urls: readonly string[];
  readonly rooms: readonly string[];
  readonly clientsPerRoom: number;
  /** Tells apart the names of the clients of different processes. */
  readonly label: string;
}

export interface Burst {
  readonly perSecond: number;
  readonly seconds: number;
  readonly bytes: number;
}

export interface Heard {
  readonly sent: number;
  /** Messages times the clients of their room. */
  readonly expected: number;
  readonly missing: number;
  readonly duplicates: number;
  /** Messages that came after a later one of the same person. */
  readonly disordered: number;
  /** Milliseconds from saying to hearing, p50 and p99. */
  readonly p50: number;
  readonly p99: number;
}

export type Command = { readonly do: 'open'; readonly plan: Plan } | { readonly do: 'talk'; readonly burst: Burst };

export type Report =
  | { readonly done: 'open' }
  | { readonly done: 'talk'; readonly heard: Heard }
  /** A client came back to its room, at a time of the machine's monotonic clock, after it was away (milliseconds). */
  | { readonly done: 'back'; readonly at: number; readonly awayMs: number }
  | { readonly done: 'failed'; readonly words: string };

/** Milliseconds of a clock that all processes of the machine share. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;
