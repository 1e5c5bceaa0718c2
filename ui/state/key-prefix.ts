import type { KeyStore } from '../../runtime/protocol/socket.ts';

/** The part of a store whose keys begin with a prefix, without it: chats that share a host share its `localStorage`. */
export function keysUnder(prefix: string, store: KeyStore): KeyStore {
  if (prefix === '') return store;
  const names = (): string[] =>
    Array.from({ length: store.length }, (_, index) => store.key(index) ?? '').filter((key) => key.startsWith(prefix));
  return {
    get length() {
      return names().length;
    },
    key: (index) => names()[index]?.slice(prefix.length) ?? null,
    getItem: (key) => store.getItem(prefix + key),
    setItem: (key, value) => store.setItem(prefix + key, value),
    removeItem: (key) => store.removeItem(prefix + key),
  };
}
