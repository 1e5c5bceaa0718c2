/** Faults between the operator and the API server while ChatApps are created, changed and deleted: the end is the same. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { Fault, Match } from '../../kube/fault-proxy.ts';
import { until } from '../../../testbed/wait.ts';
import { BUILD_TIMEOUT, NAME, sharedStage, writesIn, type End, type Stage } from './stage.ts';

const SMALL = { backend: { replicas: 1 }, frontend: { replicas: 1 } };
const CHANGE = { spec: { chat: { title: 'Changed' }, backend: { replicas: 2 } } };

interface Trouble {
  readonly name: string;
  readonly fault: Fault;
  /** How many requests meet it, of each phase. */
  readonly times: number;
  /** Which of the writes; default all. */
  readonly only?: Match;
}

const status = (code: number, reason: string, headers: Record<string, string> = {}): Fault => {
  return { kind: 'status', status: code, reason, headers };
};

const TROUBLES: readonly Trouble[] = [
  { name: 'answers are lost after the write', fault: { kind: 'lost-reply' }, times: 7 },
  { name: 'HTTP 409', fault: status(409, 'Conflict'), times: 7 },
  { name: 'HTTP 429 with Retry-After', fault: status(429, 'TooManyRequests', { 'retry-after': '1' }), times: 7 },
  { name: 'HTTP 500', fault: status(500, 'InternalError'), times: 7 },
  { name: 'HTTP 503', fault: status(503, 'ServiceUnavailable'), times: 7 },
  {
    name: 'HTTP 403 for one kind',
    fault: status(403, 'Forbidden'),
    times: 6,
    only: ({ path }) => path.includes('/networkpolicies/'),
  },
  // Given up after 30 s; all of these run at the same time.
  { name: 'a half-open socket', fault: { kind: 'half-open' }, times: 1 },
];

describe('the operator, while requests fail', function () {
  this.timeout(240_000);
  let stage: Stage;
  let calm: Promise<readonly End[]>;
  const runs = new Map<Trouble, Promise<readonly End[]>>();

  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    stage = await sharedStage();
    calm = life('calm', () => () => 0);
    for (const [i, trouble] of TROUBLES.entries()) {
      const namespace = `fault-${i}`;
      const matches: Match = (asked) => writesIn(namespace)(asked) && (trouble.only?.(asked) ?? true);
      const run = life(namespace, () => stage.proxy.arm(matches, trouble.fault, trouble.times));
      runs.set(trouble, run);
    }
    // Each is looked at by its own test, which must not end the others.
    await Promise.allSettled([calm, ...runs.values()]);
  });

  /** The life of a ChatApp; its ends when it was created, and when it was changed. */
  async function life(namespace: string, arm: () => () => number): Promise<readonly End[]> {
    const { bed } = stage;
    await bed.namespace(namespace);
    const ends: End[] = [];
    for (const act of [() => bed.create(namespace, NAME, SMALL), () => bed.patch('ChatApp', namespace, NAME, CHANGE)]) {
      const left = arm();
      await act();
      await stage.settled(namespace, 120_000);
      ends.push(await stage.end(namespace));
      // A change of little may take fewer requests than would fail: what is left must not meet the next phase.
      assert.ok(ends.length > 1 || left() === 0, `${left()} faults were not met`);
    }
    return ends;
  }

  for (const trouble of TROUBLES) {
    it(`ends the same in spite of ${trouble.name}`, async () => {
      assert.deepEqual(await runs.get(trouble), await calm);
    });
  }

  it('lets everything go with a ChatApp that is deleted while requests fail', async () => {
    const { bed, proxy } = stage;
    const namespace = 'fault-deleted';
    await bed.namespace(namespace);
    await bed.create(namespace, NAME, SMALL);
    const limit = proxy.passOnly(writesIn(namespace), 12);
    await limit.reached;
    proxy.arm(writesIn(namespace), status(500, 'InternalError'), 5);
    await bed.client.ok('DELETE', `/apis/chatapp.dev/v1alpha1/namespaces/${namespace}/chatapps/${NAME}`);
    limit.lift('pass');
    await until('its children are gone', async () => (await stage.owned(namespace)).length === 0, { timeout: 60_000 });
  });
});
