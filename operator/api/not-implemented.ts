import type { ChatAppSpec } from './spec.ts';

/**
 * Fields that the schema knows and this version does not act on, and whether a ChatApp asks for them. Whoever builds one
 * removes its line; a condition says the others, so that nobody believes in what is not there.
 */
const LATER: Readonly<Record<string, (spec: ChatAppSpec) => boolean>> = {
  'monitoring.rules': ({ monitoring }) => monitoring.rules.enabled,
  'monitoring.dashboards': ({ monitoring }) => monitoring.dashboards.enabled,
  'monitoring.alerts.email': ({ monitoring }) => monitoring.alerts.email !== undefined,
  backup: ({ backup }) => backup.schedule !== undefined || backup.restoreFrom !== undefined,
};

/** What a ChatApp asks for and does not get in this version: fields of the spec. */
export function notImplemented(spec: ChatAppSpec): string[] {
  return Object.entries(LATER).flatMap(([field, isAsked]) => (isAsked(spec) ? [field] : []));
}
