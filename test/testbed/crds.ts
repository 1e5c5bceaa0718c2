import fs from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeClient, KubeObject } from './kube-client.ts';
import { until } from './wait.ts';

const base = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** Creates the definitions that YAML files hold and waits until their kinds can be listed. */
export async function applyCustomResourceDefinitions(client: KubeClient, files: readonly string[]): Promise<void> {
  const definitions = files
    .flatMap((file) => parseAllDocuments(fs.readFileSync(file, 'utf8')))
    .map((document) => document.toJS() as Definition | null)
    .filter((definition) => definition !== null);
  for (const definition of definitions) await client.ok('POST', base, definition, { allow: [409] });
  for (const { spec, metadata } of definitions) {
    for (const version of spec.versions.filter(({ served }) => served)) {
      const path = `/apis/${spec.group}/${version.name}/${spec.names.plural}`;
      // A new kind answers 404 in discovery and 429 in storage for some hundred milliseconds.
      await until(`${metadata.name} is served`, async () => (await client.send('GET', path)).status === 200, {
        timeout: 30_000,
        every: 20,
      });
    }
  }
}
