import type { ControlBus, ControlSignal, RoomBus, RoomSignal } from '../port.ts';

/** Delivers after the publisher's own step, as a network would: nobody can rely on being called in between. */
class Topic<T> {
  readonly #listeners = new Set<(signal: T) => void>();

  subscribe(listener: (signal: T) => void): Promise<() => void> {
    this.#listeners.add(listener);
    return Promise.resolve(() => this.#listeners.delete(listener));
  }

  publish(signal: T): Promise<void> {
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener(signal);
    });
    return Promise.resolve();
  }
}

export interface Buses {
  readonly rooms: RoomBus;
  readonly control: ControlBus;
}

export function memoryBuses(): Buses {
  const rooms = new Map<string, Topic<RoomSignal>>();
  const topic = (room: string): Topic<RoomSignal> => {
    const known = rooms.get(room) ?? new Topic<RoomSignal>();
    rooms.set(room, known);
    return known;
  };
  return {
    rooms: {
      subscribe: (room, listener) => topic(room).subscribe(listener),
      publish: (room, signal) => topic(room).publish(signal),
    },
    control: new Topic<ControlSignal>(),
  };
}
