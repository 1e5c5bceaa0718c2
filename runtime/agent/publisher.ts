/** Writes one key of one ConfigMap, with the service account of the pod. */
import { readFile } from 'node:fs/promises';
import { ask } from './http.ts';

export interface Target {
  readonly namespace: string;
  readonly configMap: string;
  readonly key: string;
  /** Base URL of the API server. */
  readonly server: string;
  /** Holds `token` and `ca.crt`, read anew each time: tokens are replaced while the pod runs. */
  readonly accountFolder: string;
}

/** @throws Error in words when the API server does not take it */
export async function publish(target: Target, text: string): Promise<void> {
  const { namespace, configMap, key, server, accountFolder } = target;
  const token = (await readFile(`${accountFolder}/token`, 'utf8')).trim();
  await ask(`${server}/api/v1/namespaces/${namespace}/configmaps/${configMap}`, {
    method: 'PATCH',
    ca: await readFile(`${accountFolder}/ca.crt`, 'utf8'),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ data: { [key]: text } }),
  });
}
