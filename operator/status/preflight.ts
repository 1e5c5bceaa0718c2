/** What preflight Jobs have found out. */
import { ANNOTATION } from '../api/labels.ts';
import { preflightResultSchema } from '../../runtime/report.ts';
import { parsedJson } from '../resources/json.ts';
import type { Job, Pod } from '../resources/kubernetes.ts';
import { jobOutcome, podOf } from './jobs.ts';
import { ended, podTrouble } from './trouble.ts';

export type PreflightOutcome =
  | { outcome: 'passed'; version?: string }
  | { outcome: 'running' }
  /** `until` is when the Job ended; without it the Job goes on, and may still pass. */
  | { outcome: 'failed'; message: string; until?: string };

/** How one preflight Job stands. */
export function preflightOutcome(job: Job, pods: readonly Pod[], now: Date): PreflightOutcome {
  const pod = podOf(job, pods);
  const end = jobOutcome(job);
  const state = pod?.status?.containerStatuses?.[0]?.state;
  const said = preflightResultSchema.safeParse(parsedJson(state?.terminated?.message)).data;
  if (end?.outcome === 'complete') return { outcome: 'passed', ...(said?.ok === true && { version: said.version }) };
  const trouble = pod && podTrouble(pod, now);
  if (end === undefined) {
    return trouble === undefined ? { outcome: 'running' } : { outcome: 'failed', message: trouble.message };
  }
  const words = trouble?.message ?? (ended(state) === '' ? end.message : `the program ended${ended(state)}`);
  return { outcome: 'failed', message: said?.ok === false ? said.message : words, until: end.at };
}

/** Which try of its template a preflight Job is, and the generation of the ChatApp that asked for it. */
export function preflightTry({ metadata: { annotations } }: Job): {
  template: string;
  generation: number;
  attempt: number;
} {
  return {
    template: annotations?.[ANNOTATION.preflight] ?? '',
    generation: Number(annotations?.[ANNOTATION.generation] ?? 0),
    attempt: Number(annotations?.[ANNOTATION.attempt] ?? 0),
  };
}
