/** Whether model servers that may sleep should: from what a backend says of demand, and from the pulls; no I/O. */
import { demandReportSchema, BACKEND_REPORT, type DemandReport } from '../../runtime/report.ts';
import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import type { ModelStatus } from '../api/status.ts';
import { namesOf } from '../resources/metadata.ts';
import { parsedJson } from '../resources/json.ts';
import { jobOutcome, pullJobs } from './jobs.ts';
import type { Observed } from './observed.ts';
import { isActive } from './pulls.ts';
import { dueRemovals, isWorthWaking, removalStates } from './removals.ts';
import { reportsOf } from './reports.ts';

export type Sleep =
  /** Nobody asked for long enough, and nothing is being pulled. */
  | { state: 'asleep' }
  /** Needed; if nothing happens, they may sleep in so many milliseconds. */
  | { state: 'awake'; againInMs?: number };

export function demandOf(chat: ChatApp, observed: Observed): DemandReport | undefined {
  return demandReportSchema.safeParse(parsedJson(reportsOf(chat, observed)[BACKEND_REPORT.demand])).data;
}

export const mayChatSleep = ({ spec: { ollama } }: ChatApp): boolean =>
  ollama.scaleToZero.enabled && ollama.mode === 'Managed';

/**
 * They sleep only on the word of a backend, and not while a model is on its way in or out: Jobs wait for their server, so that
 * one that is due wakes it; a removal that keeps failing does not. After a pull they stay awake as long as after a question.
 */
export function sleepOf(chat: ChatApp, observed: Observed, models: readonly ModelStatus[], now: Date): Sleep {
  if (!mayChatSleep(chat)) return { state: 'awake' };
  const demand = demandOf(chat, observed);
  const isOnItsWay = ({ phase }: ModelStatus) => phase === 'Pending' || phase === 'Pulling';
  const jobs = pullJobs(observed);
  if (demand === undefined || models.some(isOnItsWay) || jobs.some(isActive)) return { state: 'awake' };
  if (dueRemovals(chat, removalStates(chat, observed)).some(isWorthWaking)) return { state: 'awake' };
  const uses = [demand.time, ...jobs.flatMap((job) => jobOutcome(job)?.at ?? [])].map((time) => Date.parse(time));
  const last = Math.max(...uses.filter((time) => !Number.isNaN(time)));
  const againInMs = last + seconds(chat.spec.ollama.scaleToZero.idleAfter) * 1_000 - now.getTime();
  return againInMs <= 0 ? { state: 'asleep' } : { state: 'awake', againInMs };
}

/** Whether they do sleep now. */
export function isAsleep(chat: ChatApp, { statefulSets }: Observed): boolean {
  const { ollama } = namesOf(chat);
  return mayChatSleep(chat) && statefulSets.find(({ metadata }) => metadata.name === ollama)?.spec.replicas === 0;
}
