/** What the agents beside the Ollama servers report: their volumes and models. */
import type { ChatApp } from '../api/chatapp.ts';
import type { ChatAppStatus } from '../api/status.ts';
import {
  bytesInWords,
  serverReportKey,
  serverReportSchema,
  type HeldModel,
  type ServerReport,
} from '../../runtime/report.ts';
import { parsedJson } from '../resources/json.ts';
import type { Job } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { pullSource } from '../resources/pulls.ts';
import { jobOutcome } from './jobs.ts';
import type { Observed } from './observed.ts';

/** Clocks of nodes may differ by so much. */
const CLOCKS_DIFFER_MS = 60_000;
/** Free space below this share is little. */
const LITTLE_SHARE = 0.1;
/** Names that a message can hold. */
const NAMED_AT_MOST = 5;

/** By replica. What was said before the pod was made anew says nothing: another volume may be under it. */
export function serverReports(chat: ChatApp, { configMaps, pods }: Observed): ReadonlyMap<number, ServerReport> {
  const { reports, ollama } = namesOf(chat);
  const { data = {} } = configMaps.find(({ metadata }) => metadata.name === reports) ?? {};
  const found = new Map<number, ServerReport>();
  for (let replica = 0; replica < chat.spec.ollama.replicas; replica += 1) {
    const pod = pods.find(({ metadata }) => metadata.name === `${ollama}-${replica}`);
    const report = serverReportSchema.safeParse(parsedJson(data[serverReportKey(replica)])).data;
    if (pod === undefined || report === undefined) continue;
    const since = Date.parse(pod.metadata.creationTimestamp ?? '') - CLOCKS_DIFFER_MS;
    if (!(Date.parse(report.time) < since)) found.set(replica, report);
  }
  return found;
}

/** The smallest volume; of several alike the fullest. */
export function storageStatus(reports: ReadonlyMap<number, ServerReport>): ChatAppStatus['storage'] {
  const [smallest] = [...reports.values()]
    .map(({ volume }) => volume)
    .sort((a, b) => a.capacityBytes - b.capacityBytes || a.freeBytes - b.freeBytes);
  return smallest && { capacityBytes: smallest.capacityBytes, usedBytes: smallest.usedBytes };
}

/** Words about servers that have little room left; nothing while all have enough. */
export function fullVolumes(reports: ReadonlyMap<number, ServerReport>): string | undefined {
  const full = [...reports].filter(([, { volume }]) => volume.freeBytes < volume.capacityBytes * LITTLE_SHARE);
  if (full.length === 0) return undefined;
  const words = full.map(([replica, { volume }]) => {
    return `server ${replica} has ${bytesInWords(volume.freeBytes)} of ${bytesInWords(volume.capacityBytes)} free`;
  });
  return `${words.join(', ')}: before there are more models, raise ollama.storage.size or remove some`;
}

/** As Ollama lists a name: without its own registry, with a tag; letters of either case are the same to it. */
function listed(name: string): string {
  const short = name.replace(/^registry\.ollama\.ai\//, '').replace(/^library\/(?=[^/]+$)/, '');
  const isTagged = short.slice(short.lastIndexOf('/') + 1).includes(':');
  return (isTagged ? short : `${short}:latest`).toLowerCase();
}

export function heldModel(report: ServerReport | undefined, model: string): HeldModel | undefined {
  return report?.models.find(({ name }) => listed(name) === listed(model));
}

/** Whether a model that a Job pulled is gone again: the server was looked at later and does not have it. */
export function hasVanished(job: Job, report: ServerReport | undefined, model: string): boolean {
  const end = jobOutcome(job);
  if (end?.outcome !== 'complete' || report === undefined || report.moreModels > 0) return false;
  // The time of a Job has no parts of a second.
  const isLater = Date.parse(report.time) >= Date.parse(end.at) + 1_000;
  return isLater && heldModel(report, model) === undefined;
}

/** Words about models that servers have and the ChatApp does not name; nothing when there are none. */
export function undeclaredModels(chat: ChatApp, reports: ReadonlyMap<number, ServerReport>): string | undefined {
  const { models, pull } = chat.spec.ollama;
  const known = new Set(
    models.flatMap((model) => [model.name, pullSource(model, pull.registry) ?? model.name].map(listed)),
  );
  const others = new Map(
    [...reports.values()]
      .flatMap((report) => report.models)
      .filter(({ name }) => !known.has(listed(name)) && !name.startsWith('kept-by-chatapp/'))
      .map(({ name, sizeBytes }) => [name, `${name} (${bytesInWords(sizeBytes)})`]),
  );
  if (others.size === 0) return undefined;
  const named = [...others.values()].sort();
  const rest = named.length - NAMED_AT_MOST;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `also there, and named by no ChatApp: ${named.slice(0, NAMED_AT_MOST).join(', ')}${more}`;
}
