/**
 * Tells the operator whether the model servers are needed, for a chat that lets them sleep: the time at which a reply last
 * waited or was being written. It may lag behind by a quarter of the time after which they sleep, so that a lively chat costs
 * few writes; what wakes them is told at once, because then the time told before is older than that.
 */
import type { DemandReport } from '../report.ts';

const MOST_BEHIND_MS = 60_000;

export interface DemandFacts {
  /** Milliseconds since 1970, as all times here. */
  readonly now: number;
  /** When a reply last waited or was being written, as far as this process saw. */
  readonly lastDemand: number;
  /** What the report says now; nothing when there is none yet. */
  readonly told: DemandReport | undefined;
  /** When this process last wrote it. */
  readonly toldAt: number;
  readonly idleAfterSeconds: number;
  readonly wakeSeconds: number | undefined;
}

/** @returns the report to write, if one is due */
export function dueDemand(facts: DemandFacts): DemandReport | undefined {
  const { now, lastDemand, told, toldAt, idleAfterSeconds } = facts;
  const wakeSeconds = facts.wakeSeconds ?? told?.wakeSeconds;
  const woken = wakeSeconds === undefined ? {} : { wakeSeconds };
  // The first word of all: from now on they may sleep.
  if (told === undefined) return { time: new Date(now).toISOString(), ...woken };
  const known = Date.parse(told.time);
  const isNews = lastDemand > known || wakeSeconds !== told.wakeSeconds;
  const behindMs = Math.min(MOST_BEHIND_MS, (idleAfterSeconds * 1000) / 4);
  if (!isNews || now - toldAt < behindMs) return undefined;
  return { time: new Date(Math.max(lastDemand, known)).toISOString(), ...woken };
}
