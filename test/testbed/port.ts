import net from 'node:net';

function listen(server: net.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('a TCP server without a port'));
      else resolve(address.port);
    });
  });
}

function close(server: net.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/**
 * Where ports are drawn from: below those that systems give to outgoing connections by default (32768 and up), so that none
 * of them takes a port between our look and the start of the program that we give it to.
 */
const RANGE = { from: 12_000, to: 30_000 };

/** Other suites draw ports at the same time. Where sockets have names in memory, a port stays ours as long as this process lives. */
async function reserve(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const mark = net.createServer();
  mark.unref();
  return new Promise((resolve) => {
    mark.once('error', () => resolve(false));
    mark.listen(`\0chatapp-port-${port}`, () => resolve(true));
  });
}

/** As many different TCP ports of 127.0.0.1 that nothing listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = RANGE.from + Math.floor(Math.random() * (RANGE.to - RANGE.from));
    if (!ports.includes(port) && (await isFree(port)) && (await reserve(port))) ports.push(port);
  }
  return ports;
}

/** One TCP port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

/** Whether nothing listens on this port of 127.0.0.1. Throws what else the system says (EACCES for a port below 1024). */
export async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    await listen(server, port);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  } finally {
    await close(server);
  }
}
