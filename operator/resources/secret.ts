import { randomBytes } from 'node:crypto';
import type { ChatApp } from '../api/chatapp.ts';
import { fingerprint } from '../api/names.ts';
import type { Secret } from './kubernetes.ts';
import { childMetadata, namesOf } from './metadata.ts';

/** Keys of the generated Secret. */
export const SECRET_KEY = { redisPassword: 'redis-password', redisConfig: 'redis.conf' } as const;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A new Secret with generated passwords. It is created once and never written again: applying it would change them. */
export function generatedSecret(chat: ChatApp): Secret {
  const password = randomBytes(24).toString('base64url');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(chat, 'shared', namesOf(chat).secret),
    data: {
      [SECRET_KEY.redisPassword]: base64(password),
      // A file, because arguments can be read by anybody who may look at the pod.
      [SECRET_KEY.redisConfig]: base64(`requirepass ${password}\n`),
    },
  };
}

/** Hash of what the Secret holds, for the pods that read it. */
export function secretHash(secret: Secret): string {
  return fingerprint(JSON.stringify(Object.entries(secret.data ?? {}).sort()), 16);
}
