import { configMap } from '../resources/config.ts';
import { namesOf } from '../resources/metadata.ts';
import { TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import type { Scope } from './environment.ts';

/** Removes configurations that no revision of the backend can come back to. */
export async function prune({ chat, environment }: Scope, observed: Observed): Promise<void> {
  const used = new Set([configMap(chat).metadata.name, namesOf(chat).reports]);
  const backends = [...observed.replicaSets, ...observed.deployments];
  for (const { spec } of backends) {
    for (const { configMap: reference } of spec.template.spec.volumes ?? []) {
      if (reference !== undefined) used.add(reference.name);
    }
  }
  const unused = observed.configMaps.filter(({ metadata }) => !used.has(metadata.name));
  await Promise.all(unused.map((object) => environment.applier.remove(TYPES.configMap, object)));
}
