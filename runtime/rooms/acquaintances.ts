/** Whom people can name when they invite, send out or write to somebody. */
import { accountKey, nameKey } from '../auth/names.ts';
import type { Author, NameOnly } from '../protocol/entries.ts';
import type { Store } from '../store/port.ts';
import { byName, holders } from './people.ts';
import { Refusal } from './refusal.ts';

/** Set of leases of all connections, each with its person. */
export const PRESENT = 'present';

/** The person of each connection to any backend. @throws StoreUnavailable */
export const connectedPeople = (store: Store): Promise<Author[]> => holders(store, PRESENT);

/** Everybody who is connected to any backend, by name. @throws StoreUnavailable */
export async function presentPeople(store: Store): Promise<Author[]> {
  return byName(await connectedPeople(store));
}

/**
 * Who is meant by an id or a name: somebody with an account, or somebody who is here now.
 * @throws Refusal with `NotFound` when nobody is; StoreUnavailable
 */
export async function personNamed(store: Store, idOrName: string): Promise<NameOnly> {
  const [account, byKey, present] = await Promise.all([
    store.accounts.find(idOrName),
    store.accounts.findByKey(accountKey(idOrName)),
    presentPeople(store),
  ]);
  const key = nameKey(idOrName);
  const found =
    account ?? present.find(({ id }) => id === idOrName) ?? present.find(({ name }) => nameKey(name) === key) ?? byKey;
  if (found === undefined) throw new Refusal('NotFound', `Nobody here is called "${idOrName}".`);
  return { id: found.id, name: found.name };
}
