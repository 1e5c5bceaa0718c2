import type { ChatApp } from '../api/chatapp.ts';
import type { Access } from './access.ts';
import type { EnvVar } from './kubernetes.ts';

/** HOME of an Ollama that is given a key: it reads `.ollama/id_ed25519` there, and makes one only where none is. */
const HOME = '/etc/registry';
const AUTHORITY = '/etc/registry-ca';

/** Never through a proxy: this pod and this cluster. */
const NO_PROXY = 'localhost,127.0.0.1,::1,.svc,.cluster.local';

/** What Ollama needs in order to pull from the registry that the spec means: who it is, whom it trusts, which way it takes. */
export function registryAccess(chat: ChatApp): Access {
  const { keySecretRef, caSecretRef, proxy } = chat.spec.ollama.pull;
  const file = (name: string, reference: typeof keySecretRef, mountPath: string, path: string) =>
    reference === undefined
      ? []
      : [
          {
            mount: { name, mountPath, readOnly: true },
            volume: { name, secret: { secretName: reference.name, items: [{ key: reference.key, path }] } },
          },
        ];
  const files = [
    ...file('registry-key', keySecretRef, `${HOME}/.ollama`, 'id_ed25519'),
    ...file('registry-ca', caSecretRef, AUTHORITY, 'ca.crt'),
  ];
  const proxies = ['HTTPS_PROXY', 'HTTP_PROXY'].map((name): EnvVar => ({ name, value: proxy ?? '' }));
  return {
    env: [
      { name: 'HOME', value: keySecretRef === undefined ? '/data' : HOME },
      // Beside the public authorities, which Go reads from a folder as well.
      ...(caSecretRef === undefined ? [] : [{ name: 'SSL_CERT_FILE', value: `${AUTHORITY}/ca.crt` }]),
      ...(proxy === undefined ? [] : [...proxies, { name: 'NO_PROXY', value: NO_PROXY }]),
    ],
    mounts: files.map(({ mount }) => mount),
    volumes: files.map(({ volume }) => volume),
  };
}
