/** What the client needs of the world around it: a socket, a clock, a store of strings. No DOM. */

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  received(text: string): void;
  /** Once, also when the socket never opened. `code` is 1006 when the other side said nothing. */
  closed(code: number, reason: string): void;
}

/** Opens a WebSocket; must not throw for an address that does not answer, but report `closed`. */
export type OpenSocket = (url: string, events: SocketEvents) => Socket;

/** Monotonic or not, in milliseconds; timers as in a browser. */
export interface Clock {
  now(): number;
  /** @returns a function that calls it off */
  after(milliseconds: number, action: () => void): () => void;
}

/** `localStorage`, or something like it. */
export type KeyStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Sockets of a WebSocket class as browsers have it, Node's own included. */
export function socketsOf(create: (url: string) => WebSocket): OpenSocket {
  return (url, events) => {
    const socket = create(url);
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (typeof event.data === 'string') events.received(event.data);
    });
    socket.addEventListener('close', (event) => events.closed(event.code, event.reason));
    return { send: (text) => socket.send(text), close: () => socket.close() };
  };
}

/** A store that forgets, for programs without one. */
export function memoryKeyStore(): KeyStore {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
