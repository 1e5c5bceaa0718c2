import type { ChatApp } from '../api/chatapp.ts';
import type { RuntimeConfig } from '../../runtime/config.ts';
import { authorityFile, secretVariable, type Access } from './access.ts';
import type { EnvVar } from './kubernetes.ts';
import { namesOf } from './metadata.ts';
import { SECRET_KEY } from './secret.ts';

/** Keys of the Secret that names the first administrator. */
export const ADMIN_KEY = { name: 'username', password: 'password' } as const;

type Auth = ChatApp['spec']['auth'];

/** Whether the chat itself knows passwords of people. */
export function hasPasswords(mode: Auth['mode']): boolean {
  return mode === 'Guest' || mode === 'Accounts';
}

/** How people enter, in the terms of the backend. */
export function authConfig({ mode, accounts, header, oidc }: Auth): RuntimeConfig['auth'] {
  switch (mode) {
    case 'Accounts':
      return { mode, allowSignup: accounts.allowSignup };
    case 'TrustedHeader':
      return { mode, ...(header?.adminGroup !== undefined && { adminGroup: header.adminGroup }) };
    case 'OIDC': {
      if (oidc === undefined) throw new Error('auth.oidc is missing, which the schema refuses');
      const { issuer, clientID, scopes, adminGroup } = oidc;
      return { mode, issuer, clientID, scopes, ...(adminGroup !== undefined && { adminGroup }) };
    }
    case 'Guest':
      return { mode };
  }
}

/** What the backends need of Secrets in order to let people in. */
export function authEnvironment(chat: ChatApp): Access {
  const { mode, accounts } = chat.spec.auth;
  const { adminSecretRef: name } = accounts;
  const administrator =
    name === undefined || !hasPasswords(mode)
      ? []
      : [
          secretVariable('ADMIN_USERNAME', { name, key: ADMIN_KEY.name }),
          secretVariable('ADMIN_PASSWORD', { name, key: ADMIN_KEY.password }),
        ];
  const { env, ...files } = providerAccess(chat.spec.auth);
  return { env: [...administrator, ...frontendKey(chat), ...env], ...files };
}

/** What the backends need in order to ask a provider. */
function providerAccess({ mode, oidc }: Auth): Access {
  if (mode !== 'OIDC' || oidc === undefined) return { env: [], mounts: [], volumes: [] };
  const authority = authorityFile('oidc', oidc.caSecretRef);
  return { ...authority, env: [secretVariable('OIDC_CLIENT_SECRET', oidc.clientSecretRef), ...authority.env] };
}

/** What the frontends need in order to tell whom a trusted proxy names. */
export function namingEnvironment(chat: ChatApp): EnvVar[] {
  const { mode, header } = chat.spec.auth;
  if (mode !== 'TrustedHeader' || header === undefined) return [];
  return [
    { name: 'TRUSTED_PROXIES', value: header.trustedProxies.join(',') },
    { name: 'USER_HEADER', value: header.user },
    { name: 'EMAIL_HEADER', value: header.email },
    { name: 'GROUPS_HEADER', value: header.groups },
    ...frontendKey(chat),
  ];
}

/** By which backends know frontends, where these say who people are: a policy of the network may not be enforced. */
function frontendKey(chat: ChatApp): EnvVar[] {
  if (chat.spec.auth.mode !== 'TrustedHeader') return [];
  return [secretVariable('FRONTEND_KEY', { name: namesOf(chat).secret, key: SECRET_KEY.frontendKey })];
}
