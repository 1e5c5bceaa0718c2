import type { EnvVar, Volume } from './kubernetes.ts';

/** What a container of the runtime needs in order to reach a server. */
export interface Access {
  env: EnvVar[];
  mounts: { name: string; mountPath: string; readOnly: boolean }[];
  volumes: Volume[];
}

interface Reference {
  name: string;
  key: string;
}

/** A variable from a Secret: what is in it stands in no object of ours. */
export function secretVariable(variable: string, { name, key }: Reference): EnvVar {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}

/** The authority of a server's certificate as a file, which a variable names: bundles may be too large for a variable. */
export function authorityFile(server: 'redis' | 'ollama' | 'oidc', reference: Reference | undefined): Access {
  if (reference === undefined) return { env: [], mounts: [], volumes: [] };
  const name = `${server}-ca`;
  const mountPath = `/etc/${name}`;
  const items = [{ key: reference.key, path: 'ca.crt' }];
  return {
    env: [{ name: `${server.toUpperCase()}_CA_FILE`, value: `${mountPath}/ca.crt` }],
    mounts: [{ name, mountPath, readOnly: true }],
    volumes: [{ name, secret: { secretName: reference.name, items } }],
  };
}
