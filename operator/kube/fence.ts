import type { Transport } from './transport.ts';

/** A write was held back because another process may be leading by now. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';
}

/** A transport that asks before every write whether it is still allowed, and throws NotLeadingError when not. */
export function fenced(transport: Transport, mayWrite: () => boolean): Transport {
  return {
    request(method, path, options) {
      if (method !== 'GET' && !mayWrite()) {
        return Promise.reject(new NotLeadingError(`${method} ${path}: not sent, this process does not lead`));
      }
      return transport.request(method, path, options);
    },
    stream: (path, options) => transport.stream(path, options),
    close: () => transport.close(),
  };
}
