import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { log } from '../log.ts';

/** @returns the port, which the system chose when 0 was asked for. @throws Error in words, with the port */
export async function listen(server: Server, what: string, port: number, host: string | undefined): Promise<number> {
  const listening = Promise.withResolvers<undefined>();
  server.once('error', listening.reject).once('listening', () => listening.resolve(undefined));
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  try {
    await listening.promise;
  } catch (error) {
    throw new Error(`cannot listen on port ${port} for ${what}`, { cause: error });
  }
  const { port: actual } = server.address() as AddressInfo;
  log.info('listening', { for: what, port: actual });
  return actual;
}
