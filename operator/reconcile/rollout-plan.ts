/**
 * What the backends and frontends get next: what the spec says, or what ran before. Decided from what is remembered, what is
 * observed and the time; no I/O. Whatever it decides is written down before it is done, so that a restart in between goes on
 * where it was.
 */
import type { ChatApp } from '../api/chatapp.ts';
import type { Job } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import type { Revision } from '../resources/revision.ts';
import type { Rollback, RolloutMemory } from '../resources/rollout-memory.ts';
import type { Observed } from '../status/observed.ts';
import { hasArrived, isGiven, rolloutTrouble, type RolloutState } from '../status/rollout.ts';
import type { Trouble } from '../status/trouble.ts';
import { planPreflight, preflightJobs } from './preflights.ts';

export interface RolloutPlan {
  /** What the Deployments are to have. */
  target: Revision;
  memory: RolloutMemory;
  state: RolloutState;
  /** Preflight Jobs. */
  create: Job[];
  remove: Job[];
  /** Milliseconds until time alone changes something. */
  againInMs?: number;
}

interface Situation {
  chat: ChatApp;
  /** What the spec says. */
  wanted: Revision;
  memory: RolloutMemory;
  observed: Observed;
  /** Whether pods of the wanted revision could start. */
  startable: 'now' | 'later';
  now: Date;
}

function deploymentsOf({ chat, observed }: Situation) {
  const { backend, frontend } = namesOf(chat);
  const find = (name: string) => observed.deployments.find(({ metadata }) => metadata.name === name);
  return { backend: find(backend), frontend: find(frontend) };
}

function rollbackOf({ chat, now }: Situation, bad: Revision, good: Revision, { reason, message }: Trouble): Rollback {
  return {
    templateHash: bad.hash,
    generation: chat.metadata.generation,
    from: bad.image,
    to: good.image,
    reason,
    message,
    time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}

/** What is remembered, after a look at how the rollout that is under way does; and its trouble, where nothing goes back. */
function judged(situation: Situation): { memory: RolloutMemory; trouble?: Trouble | undefined } {
  const { chat, wanted, memory, observed, now } = situation;
  const { good, rollback } = memory;
  // Before anything has worked, what the spec says is what is being rolled out.
  const next = memory.next ?? (good === undefined ? wanted : undefined);
  if (next === undefined || next.hash === good?.hash) return { memory: { good, rollback } };
  const deployments = deploymentsOf(situation);
  if (hasArrived(next, deployments, now)) return { memory: { good: next } };
  const trouble = rolloutTrouble(next, deployments, observed, now);
  if (trouble === undefined || good === undefined || !chat.spec.rollout.automaticRollback) return { memory, trouble };
  return { memory: { good, rollback: rollbackOf(situation, next, good, trouble) } };
}

/** Whether the spec may be followed without a trial: nothing has worked yet, or the backends are the same or known to work. */
function needsTrial({ chat, wanted }: Situation, { good, next }: RolloutMemory): boolean {
  if (good === undefined || !chat.spec.rollout.preflight) return false;
  return [good, next].every((known) => known?.backend.hash !== wanted.backend.hash);
}

function withAdvice({ reason, message }: Trouble, good: Revision | undefined): Trouble {
  const why =
    good === undefined
      ? 'nothing worked before that could be gone back to'
      : `rollout.automaticRollback is false: image ${good.image} last worked`;
  return { reason, message: `${message}; ${why}. Change the spec` };
}

export function planRollout(situation: Situation): RolloutPlan {
  const { chat, wanted, observed, startable, now } = situation;
  const { memory, trouble } = judged(situation);
  const { good, rollback } = memory;
  const held = memory.next ?? good;
  const idle = { create: [], remove: preflightJobs(observed) };
  const follow = (revision: Revision): RolloutPlan => {
    const isNext = good !== undefined && revision.hash !== good.hash;
    const state: RolloutState = isGiven(revision, deploymentsOf(situation)) ? { step: 'followed' } : { step: 'begun' };
    return { ...idle, target: revision, memory: { good, ...(isNext && { next: revision }) }, state };
  };
  if (held === undefined || held.hash === wanted.hash) {
    const plan = follow(held ?? wanted);
    return trouble === undefined ? plan : { ...plan, state: { step: 'stuck', trouble: withAdvice(trouble, good) } };
  }
  if (rollback?.templateHash === wanted.hash && rollback.generation === chat.metadata.generation) {
    return { ...idle, target: held, memory, state: { step: 'rolledBack', rollback } };
  }
  if (startable === 'later') return { ...idle, target: held, memory, state: { step: 'waiting' } };
  if (!needsTrial(situation, memory)) return follow(wanted);
  const { outcome, ...jobs } = planPreflight(chat, wanted.backend, observed, now);
  if (outcome.outcome === 'passed') return follow({ ...wanted, ...(outcome.version && { version: outcome.version }) });
  const state: RolloutState =
    outcome.outcome === 'failed' ? { step: 'blocked', message: outcome.message } : { step: 'preflight' };
  return { ...jobs, target: held, memory: { good, next: memory.next }, state };
}
