/** What a pull is, and when two pulls are the same work. */
import type { ChatApp } from '../api/chatapp.ts';
import { fingerprint } from '../api/names.ts';
import type { Model } from '../api/spec.ts';
import type { Claim } from './kubernetes.ts';
import { modelClaim } from './storage.ts';

/** One model that one Ollama replica should have. */
export interface Pull {
  model: Pick<Model, 'name' | 'source' | 'digest'>;
  replica: number;
  /** UID of the volume it goes to: a new volume needs the model again. Of an external server, its URL. */
  claimUID: string;
  /** Time of `refreshSchedule` (ISO 8601) since when a newer one is looked for; none: what is there will do. */
  tick?: string | undefined;
}

/** Name under which the registry has the model, if it is not the declared one; `library` is where names without a namespace live. */
export function pullSource(
  { name, source }: Pick<Model, 'name' | 'source'>,
  registry: string | undefined,
): string | undefined {
  if (registry === undefined) return source;
  const wanted = source ?? name;
  return `${registry}/${wanted.includes('/') ? wanted : `library/${wanted}`}`;
}

/** One spelling of a model's name: Ollama leaves out its own registry, `library` and the tag `latest`. */
export function plainName(name: string): string {
  const short = name
    .toLowerCase()
    .replace(/^registry\.ollama\.ai\//, '')
    .replace(/^library\//, '');
  return short.slice(short.lastIndexOf('/') + 1).includes(':') ? short : `${short}:latest`;
}

/** Whether the spec names a model, in whatever spelling. */
export function isDeclared(chat: ChatApp, name: string): boolean {
  return chat.spec.ollama.models.some((model) => plainName(model.name) === plainName(name));
}

/** Says whether two pulls are the same work: of one model, from one place, onto one volume, since one time. */
export function pullFingerprint(chat: ChatApp, { model, claimUID, tick }: Pull): string {
  const { registry, insecure } = chat.spec.ollama.pull;
  const work = [model.name, pullSource(model, registry), insecure, model.digest, claimUID, tick];
  return fingerprint(JSON.stringify(work), 12);
}

/** Under which key a puller reports: the same for each time of a schedule, so that keys do not pile up. */
export function reportKey(chat: ChatApp, pull: Pull): string {
  return pullFingerprint(chat, { ...pull, tick: undefined });
}

/** What of the spec decides how a pull goes, but not what comes of it: another one is worth another try at once. */
export function pullSettings(chat: ChatApp): string {
  const { external, pull } = chat.spec.ollama;
  const { keySecretRef, caSecretRef, proxy, stallTimeout, timeout, retries, podTemplate } = pull;
  const access = [external?.tokenSecretRef, external?.caSecretRef];
  const settings = [
    keySecretRef,
    caSecretRef,
    proxy,
    stallTimeout,
    timeout,
    retries,
    podTemplate,
    access,
    chat.spec.image,
  ];
  return fingerprint(JSON.stringify(settings), 8);
}

/** Every model onto every volume that exists, or onto the external server; of one replica after the other, so that each model is soon somewhere. */
export function wantedPulls(chat: ChatApp, claims: readonly Claim[]): (Pull & { model: Model })[] {
  const { external } = chat.spec.ollama;
  if (external !== undefined) {
    return chat.spec.ollama.models.map((model) => ({ model, replica: 0, claimUID: external.url }));
  }
  return Array.from({ length: chat.spec.ollama.replicas }, (_, replica) => {
    const claim = claims.find(({ metadata }) => metadata.name === modelClaim(chat, replica));
    const claimUID = claim?.metadata.uid;
    if (claimUID === undefined || claim?.metadata.deletionTimestamp !== undefined) return [];
    return chat.spec.ollama.models.map((model) => ({ model, replica, claimUID }));
  }).flat();
}
