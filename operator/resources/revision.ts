/** What one state of the spec makes of backends and frontends: their pod templates and the settings that they read. */
import { ANNOTATION } from '../api/labels.ts';
import { fingerprint } from '../api/names.ts';
import { CONFIG_FILE } from './config.ts';
import type { ConfigMap, Deployment, PodSpec, PodTemplateSpec, Strings } from './kubernetes.ts';

/** A pod template without its annotations: those follow the spec at once, whatever becomes of the rest. */
export interface Template {
  hash: string;
  labels: Strings;
  spec: PodSpec;
}

/** Backends and frontends of one state of the spec: they are rolled out, and go back, together. */
export interface Revision {
  hash: string;
  /** Image of the backends. */
  image: string;
  /** What the image's program says of its version, where a preflight has asked it. */
  version?: string;
  backend: Template;
  frontend: Template;
  /** The ConfigMap that the backends mount; without its content where that is too long to be kept twice. */
  config: { name: string; content?: string };
}

/** Longest settings that are kept in a revision, in characters: objects may have a megabyte. */
const CONTENT_KEPT = 100_000;

/** Identity of a template: what of it makes pods other pods. */
export function templateHash({ metadata, spec }: PodTemplateSpec): string {
  return fingerprint(JSON.stringify([metadata.labels, spec]), 12);
}

function templateOf({ spec: { template } }: Deployment): Template {
  return { hash: templateHash(template), labels: template.metadata.labels, spec: template.spec };
}

/** Hash of a revision from those of its parts. */
export function revisionHash(backend: string, frontend: string): string {
  return fingerprint(`${backend} ${frontend}`, 12);
}

export function revisionOf(backend: Deployment, frontend: Deployment, config: ConfigMap): Revision {
  const parts = { backend: templateOf(backend), frontend: templateOf(frontend) };
  const content = config.data?.[CONFIG_FILE] ?? '';
  return {
    hash: revisionHash(parts.backend.hash, parts.frontend.hash),
    image: parts.backend.spec.containers[0]?.image ?? '',
    ...parts,
    config: { name: config.metadata.name, ...(content.length <= CONTENT_KEPT && { content }) },
  };
}

/** The Deployment with the template of a revision; all else, annotations of its pods too, as it is. */
export function withTemplate(deployment: Deployment, { hash, labels, spec }: Template): Deployment {
  const annotations = { ...deployment.spec.template.metadata.annotations, [ANNOTATION.templateHash]: hash };
  return { ...deployment, spec: { ...deployment.spec, template: { metadata: { labels, annotations }, spec } } };
}

/** The ConfigMap of a revision's settings, made after another one of the same ChatApp; none where its content is not known. */
export function configMapOf({ config }: Revision, like: ConfigMap): ConfigMap | undefined {
  if (config.content === undefined) return undefined;
  const metadata = { ...like.metadata, name: config.name };
  return { ...like, metadata, data: { [CONFIG_FILE]: config.content } };
}
