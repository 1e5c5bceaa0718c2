import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { all, Controller, isTerminal, TerminalError, type Reconcile } from '../../../../operator/kube/controller.ts';
import { ApiError } from '../../../../operator/kube/errors.ts';
import { silentLogger } from '../../../../operator/kube/log.ts';
import { ManualClock, settle } from './manual-clock.ts';

function controller(reconcile: Reconcile, workers = 8) {
  const clock = new ManualClock();
  const outcomes: string[] = [];
  const nothing = (): void => undefined;
  const made = new Controller({
    name: 'test',
    reconcile,
    workers,
    log: silentLogger,
    clock,
    metrics: {
      queue: { added: nothing, depth: nothing, started: nothing, finished: nothing, retried: nothing },
      reconciled: (outcome) => outcomes.push(outcome),
      activeWorkers: nothing,
    },
  });
  made.start();
  return { clock, outcomes, made };
}

describe('controller', () => {
  it('forgets a success, retries an error, waits for a change after a terminal one, comes back when asked', async () => {
    const results: (() => undefined | { requeueAfterMs: number })[] = [
      () => {
        throw new Error('once');
      },
      () => ({ requeueAfterMs: 60_000 }),
      () => {
        throw new TerminalError('for good');
      },
      () => undefined,
    ];
    const { clock, outcomes, made } = controller(async () => {
      await Promise.resolve();
      return results.shift()?.();
    });
    made.enqueue('n/a');
    await clock.advance(10);
    assert.deepEqual(outcomes, ['error', 'requeue_after']);
    await clock.advance(60_000);
    assert.deepEqual(outcomes.slice(2), ['terminal']);
    await clock.advance(10_000_000);
    assert.equal(outcomes.length, 3);
    made.enqueue('n/a');
    await clock.advance(0);
    assert.deepEqual(outcomes.slice(3), ['success']);
  });

  it('lets others have their turn while much is to be done for which nothing is waited', async () => {
    const { made, outcomes } = controller(() => Promise.resolve(undefined));
    for (let n = 0; n < 1000; n++) made.enqueue(`n/${n}`);
    let most = 0;
    // What was there when the workers began comes at once.
    for (let before = Infinity; outcomes.length < 1000; before = outcomes.length) {
      await turn();
      most = Math.max(most, outcomes.length - before);
    }
    assert.ok(most <= 2, `${most} in one turn`);
  });

  it('stays away as long as the server asks', async () => {
    const busy = new ApiError('PATCH /x', 429, { kind: 'Status' }, 5_000);
    let runs = 0;
    const { clock, made } = controller(() => {
      runs++;
      const result = runs === 1 ? Promise.reject(new AggregateError([new Error('other'), busy])) : Promise.resolve();
      return result;
    });
    made.enqueue('n/a');
    await clock.advance(4_999);
    assert.equal(runs, 1);
    await clock.advance(1);
    assert.equal(runs, 2);
  });

  it('works on so many keys at once, and on one key never twice', async () => {
    const running = new Set<string>();
    let most = 0;
    const finish: (() => void)[] = [];
    const { made } = controller(async (key) => {
      assert.ok(!running.has(key));
      running.add(key);
      most = Math.max(most, running.size);
      await new Promise<void>((resolve) => finish.push(resolve));
      running.delete(key);
    }, 3);
    for (let i = 0; i < 30; i++) made.enqueue(`n/${i % 10}`);
    for (let i = 0; i < 100; i++) {
      await settle();
      made.enqueue(`n/${i % 10}`);
      finish.splice(0).forEach((resolve) => resolve());
    }
    assert.equal(most, 3);
  });

  it('runs independent work to its end and reports every failure', async () => {
    let done = 0;
    const good = settle().then(() => ++done);
    await assert.rejects(all([Promise.reject(new Error('a')), good, Promise.reject(new Error('b'))]), (error) => {
      assert.ok(error instanceof AggregateError);
      assert.equal(error.errors.length, 2);
      return true;
    });
    assert.equal(done, 1);
    await assert.rejects(all([Promise.reject(new Error('alone')), good]), { message: 'alone' });
    assert.deepEqual(await all([good, good]), [1, 1]);
  });

  it('an aggregate is terminal when all of it is', () => {
    const terminal = new TerminalError('t');
    assert.equal(isTerminal(new AggregateError([terminal, terminal])), true);
    assert.equal(isTerminal(new AggregateError([terminal, new Error('x')])), false);
    assert.equal(isTerminal(new AggregateError([])), false);
  });
});
