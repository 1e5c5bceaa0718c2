import type { ChatApp } from '../api/chatapp.ts';
import { isApiError } from '../kube/errors.ts';
import { pathOfObject } from '../kube/object.ts';
import type { Transport } from '../kube/transport.ts';
import { TYPES } from '../resources/types.ts';

/** Something was to be made for a ChatApp that is no more: the cache has yet to learn of it. */
export class OwnerGoneError extends Error {
  constructor({ metadata: { namespace, name } }: ChatApp) {
    super(`ChatApp ${namespace}/${name} is deleted`);
    this.name = 'OwnerGoneError';
  }
}

/** Asks before something is made for a ChatApp. Throws OwnerGoneError, or what the API server answers. */
export type OwnerCheck = () => Promise<void>;

/**
 * The check of one reconcile, by at most one question to the API server. Watches of different kinds come in any order: a
 * child that vanished may have gone with its ChatApp, of which the cache does not know yet, and would be made anew for
 * nobody. A ChatApp that was never reconciled has nothing that could have vanished: nothing is asked then.
 */
export function ownerCheck(chat: ChatApp, transport: Transport): OwnerCheck {
  let asked: Promise<void> | undefined;
  return async () => {
    if (chat.status === undefined) return;
    asked ??= requireThere(chat, transport);
    await asked;
  };
}

async function requireThere(chat: ChatApp, transport: Transport): Promise<void> {
  const live = await transport.request<ChatApp>('GET', pathOfObject(TYPES.chatApp, chat)).catch((error: unknown) => {
    if (isApiError(error, 404)) throw new OwnerGoneError(chat);
    throw error;
  });
  const { uid, deletionTimestamp } = live.metadata;
  if (uid !== chat.metadata.uid || deletionTimestamp !== undefined) throw new OwnerGoneError(chat);
}
