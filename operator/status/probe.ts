import { BACKEND_REPORT, probeReportSchema, type ProbeReport } from '../../runtime/report.ts';
import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import { parsedJson } from '../resources/json.ts';
import type { Observed } from './observed.ts';
import { reportsOf } from './reports.ts';
import { isAsleep } from './sleep.ts';

/** After so many intervals without another answer, one that went wrong says nothing of today. */
const INTERVALS = 3;
/** Intervals may be short, and a reply long. */
const AT_LEAST_SECONDS = 300;

/** What the last synthetic question came to. */
export function probeOf(chat: ChatApp, observed: Observed): ProbeReport | undefined {
  if (!chat.spec.monitoring.probe.enabled) return undefined;
  return probeReportSchema.safeParse(parsedJson(reportsOf(chat, observed)[BACKEND_REPORT.probe])).data;
}

/** A probe that went wrong, as long as that still means something, and for how many milliseconds it will. */
export function failedProbe(
  chat: ChatApp,
  observed: Observed,
  now: Date,
): { probe: ProbeReport; forMs: number } | undefined {
  const probe = probeOf(chat, observed);
  if (probe === undefined || probe.ok || isAsleep(chat, observed)) return undefined;
  const meansSeconds = Math.max(AT_LEAST_SECONDS, INTERVALS * seconds(chat.spec.monitoring.probe.interval));
  const forMs = Date.parse(probe.time) + meansSeconds * 1_000 - now.getTime();
  return forMs > 0 ? { probe, forMs } : undefined;
}
