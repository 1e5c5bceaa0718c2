import type { Tickets } from '../tickets.ts';
import type { Connection } from './connection.ts';

export class RedisTickets implements Tickets {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async keep(name: string, text: string, seconds: number): Promise<void> {
    await this.#connection.ask('keep', (redis) => redis.set(this.#connection.keys.ticket(name), text, 'EX', seconds));
  }

  async take(name: string): Promise<string | undefined> {
    return (
      (await this.#connection.ask('take', (redis) => redis.getdel(this.#connection.keys.ticket(name)))) ?? undefined
    );
  }
}
