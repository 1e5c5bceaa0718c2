import assert from 'node:assert/strict';
import { hopelessModels, isUp, progressLine, type Chat } from '../../testbed/chat-status.ts';
import { isBad, unreadyPods } from '../../testbed/kubernetes-words.ts';
import { duration, size } from '../../testbed/progress.ts';

const metadata = { name: 'demo', generation: 2 };
const yes = { status: 'True', reason: 'Fine', message: '' } as const;

function chat(status: NonNullable<Chat['status']>): Chat {
  return { metadata, status };
}

describe('words about a chat', () => {
  it('say how far a pull is', () => {
    const line = progressLine(
      chat({ phase: 'Progressing', redis: { summary: '1/1' }, backend: { summary: '2/3' }, modelsSummary: '0/1 43 %' }),
    );
    assert.equal(line, 'Progressing, redis 1/1, backend 2/3, models 0/1 43 %');
  });

  it('say that nobody has looked at it yet', () => {
    assert.equal(progressLine({ metadata }), 'waiting for the operator');
  });

  const ready = { type: 'Ready', ...yes };
  const models = { type: 'ModelsReady', ...yes };
  const image = 'runtime:2';

  it('call it up when people can chat and the models answer', () => {
    assert.equal(isUp(chat({ observedGeneration: 2, image, conditions: [ready, models] }), image), true);
    assert.equal(isUp(chat({ observedGeneration: 2, image, conditions: [ready] }), image), false);
    assert.equal(isUp({ metadata }, image), false);
  });

  it('do not believe a status of an older spec or an older image, nor one in the middle of a change', () => {
    const conditions = [ready, models];
    assert.equal(isUp(chat({ observedGeneration: 1, image, conditions }), image), false);
    assert.equal(isUp(chat({ observedGeneration: 2, image: 'runtime:1', conditions }), image), false);
    const changing = [...conditions, { type: 'Progressing', ...yes }];
    assert.equal(isUp(chat({ observedGeneration: 2, image, conditions: changing }), image), false);
  });

  it('give up on a model that no registry has, and on no other', () => {
    const failed = (reason: string): Chat =>
      chat({ models: [{ name: 'nope', phase: 'Failed', reason, message: 'no such model' }] });
    assert.match(hopelessModels(failed('NotFound')) ?? '', /nope: NotFound: no such model/);
    assert.equal(hopelessModels(failed('Unreachable')), undefined);
  });

  it('tell conditions that need a look from those that do not', () => {
    assert.equal(isBad({ type: 'Degraded', status: 'False' }), false);
    assert.equal(isBad({ type: 'Degraded', status: 'True' }), true);
    assert.equal(isBad({ type: 'Ready', status: 'True' }), false);
    assert.equal(isBad({ type: 'Ready', status: 'Unknown' }), true);
  });

  it('name pods that are not ready, and why', () => {
    const pod = (name: string, phase: string, ready: string, reason?: string) => ({
      metadata: { name },
      status: {
        phase,
        conditions: [{ type: 'Ready', status: ready }],
        containerStatuses: [{ name: 'c', state: reason === undefined ? {} : { waiting: { reason } } }],
      },
    });
    const pods = [
      pod('good', 'Running', 'True'),
      pod('done', 'Succeeded', 'False'),
      pod('bad', 'Pending', 'False', 'ErrImagePull'),
    ];
    assert.deepEqual(unreadyPods(pods), [{ name: 'bad', words: 'Pending, c: ErrImagePull' }]);
  });
});

describe('amounts for people', () => {
  it('are short', () => {
    assert.equal(duration(4234), '4.2 s');
    assert.equal(duration(59_999), '1 min 00 s');
    assert.equal(duration(125_000), '2 min 05 s');
    assert.equal(size(17_400_000), '18 MB');
    assert.equal(size(1_340_000_000), '1.3 GB');
  });
});
