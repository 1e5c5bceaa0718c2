import { isApiError } from '../kube/errors.ts';
import { pathOf } from '../kube/object.ts';
import { NameConflictError } from '../kube/apply.ts';
import type { Secret } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { generatedSecret } from '../resources/secret.ts';
import { TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import type { Scope } from './environment.ts';

/**
 * The generated Secret: as the cache has it, or else created. One that exists already (the cache is behind) is read, never
 * written over: its passwords are in use.
 * @throws NameConflictError when somebody else's Secret has the name
 */
export async function ensureSecret({ chat, environment }: Scope, { secret }: Observed): Promise<Secret> {
  if (secret !== undefined) return secret;
  const { transport } = environment;
  const { namespace } = chat.metadata;
  try {
    return await transport.request<Secret>('POST', pathOf(TYPES.secret, namespace), { body: generatedSecret(chat) });
  } catch (error) {
    if (!isApiError(error, 409)) throw error;
    const name = namesOf(chat).secret;
    const live = await transport.request<Secret>('GET', pathOf(TYPES.secret, namespace, name));
    if (live.metadata.ownerReferences?.some(({ uid }) => uid === chat.metadata.uid) === true) return live;
    throw new NameConflictError(live);
  }
}
