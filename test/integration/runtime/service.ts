/** What a Service of Kubernetes is to connections: each goes to one of the backends that there are. Its wires can be cut. */
import net from 'node:net';
import type { AddressInfo } from 'node:net';

export class Service {
  readonly #server: net.Server;
  readonly #wires = new Set<net.Socket>();

  private constructor(server: net.Server) {
    this.#server = server;
  }

  /** @param pick URL of the backend that the next connection goes to; without one it is refused */
  static async start(pick: () => string | undefined): Promise<Service> {
    const server = net.createServer({ noDelay: true });
    const service = new Service(server);
    server.on('connection', (client) => service.#connect(client, pick()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts the wires that the test picks, in both directions and without a word. */
  cut(isMeant: () => boolean): void {
    for (const wire of this.#wires) if (isMeant()) wire.resetAndDestroy();
  }

  stop(): void {
    this.#server.close();
    for (const wire of this.#wires) wire.destroy();
  }

  #connect(client: net.Socket, backend: string | undefined): void {
    client.on('error', () => undefined);
    if (backend === undefined) {
      client.resetAndDestroy();
      return;
    }
    const { hostname, port } = new URL(backend);
    const upstream = net.connect({ host: hostname, port: Number(port), noDelay: true });
    this.#wires.add(client);
    client.pipe(upstream).pipe(client);
    upstream.on('error', () => undefined).on('close', () => client.destroy());
    client.on('close', () => {
      this.#wires.delete(client);
      upstream.destroy();
    });
  }
}
