/** Signals between processes over Redis pub/sub. One subscription of the connection serves all listeners of a channel. */
import type { ControlBus, ControlSignal, RoomBus, RoomSignal } from '../port.ts';
import { StoreUnavailable } from '../port.ts';
import { decodeControlSignal, decodeRoomSignal, encodeControlSignal, encodeRoomSignal } from '../signals.ts';
import type { Connection } from './connection.ts';

type Listener = (payload: string) => void;

/** After a reconnect ioredis subscribes again to all that was subscribed; `onRecovered` comes after that. */
class Channels {
  readonly #connection: Connection;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.signals.on('message', (channel: string, payload: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(payload);
    });
  }

  async subscribe(channel: string, listener: Listener): Promise<() => void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    try {
      await this.#connection.signals.subscribe(channel);
    } catch (error) {
      this.#remove(channel, listener);
      throw new StoreUnavailable('subscribe', { cause: error });
    }
    return () => {
      if (this.#remove(channel, listener)) {
        this.#connection.signals.unsubscribe(channel).catch(() => undefined);
      }
    };
  }

  async publish(channel: string, payload: string): Promise<void> {
    await this.#connection.ask('publish', (redis) => redis.publish(channel, payload));
  }

  #remove(channel: string, listener: Listener): boolean {
    const listeners = this.#listeners.get(channel);
    listeners?.delete(listener);
    if (listeners?.size !== 0) return false;
    return this.#listeners.delete(channel);
  }
}

export interface Buses {
  readonly rooms: RoomBus;
  readonly control: ControlBus;
}

export function redisBuses(connection: Connection): Buses {
  const channels = new Channels(connection);
  const { keys } = connection;
  return {
    rooms: {
      subscribe: (room: string, listener: (signal: RoomSignal) => void) =>
        channels.subscribe(keys.roomChannel(room), (payload) => {
          const signal = decodeRoomSignal(payload);
          if (signal !== undefined) listener(signal);
        }),
      publish: (room: string, signal: RoomSignal) => channels.publish(keys.roomChannel(room), encodeRoomSignal(signal)),
    },
    control: {
      subscribe: (listener: (signal: ControlSignal) => void) =>
        channels.subscribe(keys.controlChannel, (payload) => {
          const signal = decodeControlSignal(payload);
          if (signal !== undefined) listener(signal);
        }),
      publish: (signal: ControlSignal) => channels.publish(keys.controlChannel, encodeControlSignal(signal)),
    },
  };
}
