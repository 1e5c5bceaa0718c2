import { createHmac, randomBytes } from 'node:crypto';
import type { ChatApp } from '../api/chatapp.ts';
import { fingerprint } from '../api/names.ts';
import type { Secret, Strings } from './kubernetes.ts';
import { childMetadata, namesOf } from './metadata.ts';

/** Keys of the generated Secret. */
export const SECRET_KEY = {
  redisPassword: 'redis-password',
  redisConfig: 'redis.conf',
  frontendKey: 'frontend-key',
} as const;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const plain = (text: string) => Buffer.from(text, 'base64').toString();

/** What a password becomes; a file for Redis, because arguments can be read by anybody who may look at the pod. */
function contentFor(password: string): Strings {
  return {
    [SECRET_KEY.redisPassword]: base64(password),
    [SECRET_KEY.redisConfig]: base64(`requirepass ${password}\n`),
    // Of the same Secret, so that there is one thing to change; nobody gets from it to the password.
    [SECRET_KEY.frontendKey]: base64(createHmac('sha256', password).update('frontend').digest('base64url')),
  };
}

/** What Redis can be told in one line of its file without quotes. */
const PASSWORD = /^[-_.~A-Za-z0-9]{16,512}$/;

/** A new Secret with generated passwords. It is created once and never applied: that would change them. */
export function generatedSecret(chat: ChatApp): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(chat, 'shared', namesOf(chat).secret),
    data: contentFor(randomBytes(24).toString('base64url')),
  };
}

/**
 * What of the Secret has to be put right after somebody changed it by hand; undefined where it is whole. A password of theirs
 * counts, and everything else follows from it; one that is gone or could not be used is replaced by a new one.
 */
export function mended(chat: ChatApp, { data = {} }: Secret): Strings | undefined {
  const theirs = plain(data[SECRET_KEY.redisPassword] ?? '');
  const wanted = PASSWORD.test(theirs) ? contentFor(theirs) : generatedSecret(chat).data;
  const differing = Object.entries(wanted ?? {}).filter(([key, value]) => data[key] !== value);
  return differing.length === 0 ? undefined : Object.fromEntries(differing);
}

/** Hash of what pods take of the Secret: the password. */
export function secretHash({ data }: Secret): string {
  return fingerprint(data?.[SECRET_KEY.redisPassword] ?? '', 16);
}
