/** Once a ChatApp has come to rest, whatever was done to the operator before and since, nothing is written for it any more. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, describe, it } from 'mocha';
import { BUILD_TIMEOUT, NAME, sharedStage, type Stage } from './stage.ts';

const MINUTE = 60_000;

describe('ChatApps that have come to rest', function () {
  this.timeout(180_000);
  let stage: Stage;

  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    stage = await sharedStage();
    if (stage.ended.size > 0) return;
    await stage.bed.namespace('still');
    await stage.bed.create('still', NAME);
    await stage.settled('still');
    await stage.end('still');
  });

  it('see no write for a whole minute', async () => {
    const newest = Math.max(...[...stage.ended.values()].map(({ at }) => at));
    // Not a wait for something: this is the time in which nothing may happen. Other tests took most of it.
    await sleep(Math.max(0, newest + MINUTE - performance.now()));
    for (const [namespace, { writes }] of stage.ended) {
      const since = stage.writes(namespace).slice(writes);
      assert.deepEqual(
        since.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource} ${objectRef?.name}`),
        [],
        namespace,
      );
    }
  });
});
