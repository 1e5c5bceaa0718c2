/** Guests of a cluster, each with the typed REST client and any number of connections, over its backends. */
import { after, afterEach, before } from 'mocha';
import { RestClient } from '../../../runtime/protocol/rest-client.ts';
import { ChatClient, enter } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './cluster.ts';

export interface Guest {
  readonly id: string;
  /** No other guest has it. */
  readonly name: string;
  readonly cookie: string;
  readonly rest: RestClient;
}

export class Guests {
  readonly #cluster: Cluster;
  #clients: ChatClient[] = [];
  #came = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Somebody new, who asks a backend over REST. */
  async come(name: string, backend: number): Promise<Guest> {
    const fullName = `${name} ${(this.#came += 1)}`;
    const cookie = await enter(this.#cluster.url(backend), fullName);
    const rest = new RestClient({ url: this.#cluster.url(backend), headers: { cookie } });
    const { user } = await rest.session();
    return { id: user.id, name: fullName, cookie, rest };
  }

  async connect({ cookie }: Guest, backend: number): Promise<ChatClient> {
    const client = await ChatClient.connect(this.#cluster.url(backend), cookie);
    this.#clients.push(client);
    return client;
  }

  /** Cuts all connections. */
  leave(): void {
    for (const client of this.#clients) client.cut();
    this.#clients = [];
  }
}

/** Starts three backends before the tests of a `describe`; guests leave after each test. */
export function useGuests(use: (cluster: Cluster, guests: Guests) => void): void {
  let cluster: Cluster;
  let guests: Guests;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster();
    guests = new Guests(cluster);
    use(cluster, guests);
  });
  after(() => cluster.stop());
  afterEach(() => guests.leave());
}
