/**
 * How much may be asked over REST in a minute: from an address, counted before anybody is looked up, and by a person. What a
 * call costs beside that (a message, a search) is counted where it is done.
 */
import type { RuntimeConfig } from '../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { takeToken } from '../rooms/token.ts';
import type { Store } from '../store/port.ts';

/** Routes whose calls are not counted, each with its reason. All others are, those that do not exist too. */
export const UNCOUNTED: Readonly<Record<string, string>> = {
  '/api/health': 'asked by the kubelet; answered from memory, also while Redis is away',
  '/api/ready': 'asked by the kubelet; answered from memory, also while Redis is away',
  '/api/config': 'asked before anybody entered; answered from memory',
  '/api/openapi.json': 'made once, then answered from memory',
};

const BY_DEFAULT = { person: 300, address: 3000 } as const;

export class RequestPace {
  readonly #config: RuntimeConfig;
  readonly #counting: { readonly store: Store; readonly metrics: Metrics };

  constructor(config: RuntimeConfig, store: Store, metrics: Metrics) {
    this.#config = config;
    this.#counting = { store, metrics };
  }

  /** @param id of the person who asks. @throws Refusal with `RateLimited`, StoreUnavailable */
  async person(id: string): Promise<void> {
    const { requestsPerMinute = BY_DEFAULT.person, messagesPerMinute } = this.#config.limits;
    await takeToken(this.#counting, {
      bucket: `request:${id}`,
      perMinute: requestsPerMinute + messagesPerMinute,
      kind: 'request',
      words: 'You are asking very often: please wait a moment.',
    });
  }

  /** Counts nothing where addresses have no limits. @throws Refusal with `RateLimited`, StoreUnavailable */
  async address(address: string): Promise<void> {
    const { perAddress } = this.#config.limits;
    if (perAddress === undefined) return;
    const { requestsPerMinute = BY_DEFAULT.address, messagesPerMinute } = perAddress;
    await takeToken(this.#counting, {
      bucket: `request-address:${address}`,
      perMinute: requestsPerMinute + messagesPerMinute,
      kind: 'request-address',
      words: 'Very much is being asked from your network: please wait a moment.',
    });
  }
}
