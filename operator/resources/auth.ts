import type { ChatApp } from '../api/chatapp.ts';
import type { RuntimeConfig } from '../../runtime/config.ts';
import { secretVariable, type Access } from './access.ts';

/** Keys of the Secret that names the first administrator. */
export const ADMIN_KEY = { name: 'username', password: 'password' } as const;

type Auth = ChatApp['spec']['auth'];

/** Whether the chat itself knows passwords of people. */
export function hasPasswords(mode: Auth['mode']): boolean {
  return mode === 'Guest' || mode === 'Accounts';
}

/** How people enter, in the terms of the backend. */
export function authConfig({ mode, accounts }: Auth): RuntimeConfig['auth'] {
  return mode === 'Accounts' ? { mode, allowSignup: accounts.allowSignup } : { mode: 'Guest' };
}

/** What the backends need of Secrets in order to let people in. */
export function authEnvironment({ spec: { auth } }: ChatApp): Access {
  const { adminSecretRef: name } = auth.accounts;
  if (name === undefined || !hasPasswords(auth.mode)) return { env: [], mounts: [], volumes: [] };
  const env = [
    secretVariable('ADMIN_USERNAME', { name, key: ADMIN_KEY.name }),
    secretVariable('ADMIN_PASSWORD', { name, key: ADMIN_KEY.password }),
  ];
  return { env, mounts: [], volumes: [] };
}
