import type { RuntimeConfig } from '../config.ts';
import type { Way } from '../protocol/accounts.ts';
import type { Credentials } from './login.ts';

/** How people may enter a chat. @param admin whom a Secret names as the first administrator */
export function waysOf(auth: RuntimeConfig['auth'], admin: Credentials | undefined): Way[] {
  switch (auth.mode) {
    case 'Guest':
      return admin === undefined ? ['name'] : ['name', 'password'];
    case 'Accounts':
      return auth.allowSignup ? ['password', 'signup'] : ['password'];
    case 'OIDC':
      return ['provider'];
    case 'TrustedHeader':
      return [];
  }
}
