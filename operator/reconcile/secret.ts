import { isApiError } from '../kube/errors.ts';
import { pathOf, pathOfObject } from '../kube/object.ts';
import { NameConflictError } from '../kube/apply.ts';
import type { Secret } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { generatedSecret, mended } from '../resources/secret.ts';
import { TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import { FIELD_MANAGER, type Scope } from './environment.ts';

/** Puts right what somebody broke by hand; a Secret that is whole stays as it is. */
async function mend(scope: Scope, secret: Secret): Promise<Secret> {
  const { chat, environment, log } = scope;
  const data = mended(chat, secret);
  if (data === undefined) return secret;
  const { name, resourceVersion } = secret.metadata;
  const path = pathOfObject(TYPES.secret, secret);
  try {
    const whole = await environment.transport.request<Secret>('PATCH', path, {
      // With its version: the cache may be behind, or they may be at it still.
      body: { metadata: { resourceVersion }, data },
      contentType: 'application/merge-patch+json',
      query: { fieldManager: FIELD_MANAGER },
    });
    log.info('child was put right', { child: `Secret ${name}`, keys: Object.keys(data) });
    return whole;
  } catch (error) {
    if (!isApiError(error, 409)) throw error;
    return mend(scope, await environment.transport.request<Secret>('GET', path));
  }
}

/**
 * The generated Secret: as the cache has it, put right where it is broken, or else created. One that exists already (the
 * cache is behind) is read, never written over: its passwords are in use.
 * @throws NameConflictError when somebody else's Secret has the name; OwnerGoneError when nobody is left to make one for
 */
export async function ensureSecret(scope: Scope, { secret }: Observed): Promise<Secret> {
  if (secret !== undefined) return mend(scope, secret);
  await scope.requireOwner();
  const { chat, environment } = scope;
  const { transport } = environment;
  const { namespace } = chat.metadata;
  try {
    return await transport.request<Secret>('POST', pathOf(TYPES.secret, namespace), { body: generatedSecret(chat) });
  } catch (error) {
    if (!isApiError(error, 409)) throw error;
    const name = namesOf(chat).secret;
    const live = await transport.request<Secret>('GET', pathOf(TYPES.secret, namespace, name));
    if (live.metadata.ownerReferences?.some(({ uid }) => uid === chat.metadata.uid) === true) return mend(scope, live);
    throw new NameConflictError(live);
  }
}
