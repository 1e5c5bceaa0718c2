import type { Transport } from './transport.ts';

/** A write was held back because another process may be leading by now. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';
}

/**
 * A transport that asks of every write whether it is still allowed, when it is made and once more when it goes out, and
 * throws NotLeadingError when not.
 */
export function fenced(transport: Transport, mayWrite: () => boolean): Transport {
  return {
    async request(method, path, options) {
      if (method === 'GET') return transport.request(method, path, options);
      const beforeSend = (): void => {
        if (!mayWrite()) throw new NotLeadingError(`${method} ${path}: not sent, this process does not lead`);
      };
      beforeSend();
      return transport.request(method, path, { ...options, beforeSend });
    },
    stream: (path, options) => transport.stream(path, options),
    close: () => transport.close(),
  };
}
