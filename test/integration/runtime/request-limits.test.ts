/** Who asks too much over REST is told when to come again, on every route that costs something. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { UNCOUNTED } from '../../../runtime/api/request-pace.ts';
import type { ErrorBody } from '../../../runtime/protocol/rest.ts';
import { routes } from '../../../runtime/reference/routes/all.ts';
import { until } from '../../testbed/wait.ts';
import type { Cluster } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';
import { Visitor } from './visitor.ts';

/** Two a minute with the message that comes on top: one comes back every half minute. */
const RARE = { messagesPerMinute: 1, requestsPerMinute: 1 };
const OFTEN = { messagesPerMinute: 10_000, aiRepliesPerMinute: 1000, requestsPerMinute: 10_000 };

describe('limits of the REST API', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      backends: 2,
      config: (config) => ({
        ...config,
        limits: { ...config.limits, ...RARE, perAddress: { ...OFTEN, ...RARE } },
      }),
    });
  });
  after(() => cluster.stop());

  let addresses = 0;
  /** An address that nobody asked from yet, as a frontend tells it. */
  const elsewhere = (): string => `198.51.${Math.floor(addresses / 250)}.${(addresses++ % 250) + 1}`;
  const call = (at: number, method: string, path: string, from: string, cookie = ''): Promise<Response> =>
    fetch(cluster.url(at) + path.replaceAll(/:\w+/g, 'second'), {
      ...{ method, redirect: 'manual', headers: { cookie, 'x-forwarded-for': from } },
    });
  /** Somebody new, by their session cookie. */
  const come = async (): Promise<string> => {
    const visitor = new Visitor(cluster.url(0), { 'x-forwarded-for': elsewhere() });
    assert.equal(await visitor.code('POST', '/api/session', { name: `Person ${addresses}` }), '200');
    return visitor.cookie;
  };
  const isRefused = async (answer: Response): Promise<boolean> => {
    if (answer.status !== 429) return false;
    const { error } = (await answer.json()) as ErrorBody;
    assert.equal(error.code, 'RateLimited');
    assert.equal(Number(answer.headers.get('retry-after')), Math.ceil(error.retryAfterMs! / 1000));
    assert.ok(error.retryAfterMs! > 0 && error.retryAfterMs! <= 60_000, String(error.retryAfterMs));
    return true;
  };
  /** Routes that cost something and are there in mode Guest. */
  const counted = routes.filter(({ path }) => !Object.hasOwn(UNCOUNTED, path) && !path.includes('/provider'));
  /** Asks until one more is too much. */
  const exhaust = (from: () => string, cookie?: string): Promise<boolean> =>
    until('it is too much', async () => isRefused(await call(0, 'GET', '/api/models', from(), cookie)), {
      ...{ timeout: 10_000, every: 1 },
    });

  it('a person who asked too much is refused on each route, wherever they come from', async () => {
    for (const { method, path, caller } of counted.filter((route) => route.caller !== 'anybody')) {
      const cookie = await come();
      const isTooMuch = async (): Promise<boolean> => {
        await exhaust(elsewhere, cookie);
        return isRefused(await call(1, method.toUpperCase(), path, elsewhere(), cookie));
      };
      assert.ok(await isTooMuch(), `${method} ${path} for a ${caller} is not limited`);
    }
    assert.ok((await metric(cluster.backends[1]!, 'chatapp_rate_limited_total', 'kind="request"')) > 20);
  });

  it('an address that asked too much is refused on each route, whoever asks', async () => {
    const cookie = await come();
    const crowded = elsewhere();
    for (const { method, path } of counted) {
      await exhaust(() => crowded);
      const answer = await call(1, method.toUpperCase(), path.toUpperCase(), crowded, cookie);
      assert.ok(await isRefused(answer), `${method} ${path} is not limited`);
      assert.notEqual((await call(1, 'GET', '/api/session', elsewhere())).status, 429, 'others go on');
    }
    assert.ok(await isRefused(await call(0, 'GET', '/api/no-such-thing', crowded)));
    assert.ok((await metric(cluster.backends[1]!, 'chatapp_rate_limited_total', 'kind="request-address"')) > 30);
  });

  it('what is not limited is on the short list, and is answered all the same', async () => {
    const paths = Object.keys(UNCOUNTED);
    assert.ok(paths.length < 6, `${paths.length} exceptions`);
    const crowded = elsewhere();
    await exhaust(() => crowded);
    for (const path of paths) {
      for (let times = 0; times < 5; times++) assert.equal((await call(0, 'GET', path, crowded)).status, 200, path);
    }
  });
});
