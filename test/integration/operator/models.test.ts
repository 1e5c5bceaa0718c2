/** The life of models as the operator leads it: Jobs on a real API server, whose pods end as each test says. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import type { Job } from '../../../operator/resources/kubernetes.ts';
import { usualOutcome, type PodOutcome } from '../../testbed/node-helper.ts';
import { until } from '../../testbed/wait.ts';
import { OperatorBed } from './operator.ts';

const SOON = { timeout: 20_000 };

describe('models of a ChatApp on a real API server', function () {
  this.timeout(120_000);
  let bed: OperatorBed;
  before(async function () {
    this.timeout(20 * 60_000);
    bed = await OperatorBed.start();
  });
  after(() => bed.stop());

  /** What becomes of pods whose container has this name, in one namespace. */
  const rule = (namespace: string, container: string, outcome: PodOutcome): void => {
    bed.plane.nodeHelper!.setRule((pod) => {
      const isMeant = pod.metadata.namespace === namespace && pod.spec.containers[0]?.name === container;
      return isMeant ? outcome : usualOutcome(pod);
    });
  };
  const jobs = async (namespace: string, word: string): Promise<string[]> =>
    (await bed.list<Job>('Job', namespace)).map(({ metadata }) => metadata.name).filter((name) => name.includes(word));
  const models = (namespace: string, ollama: object): Promise<void> =>
    bed.patch('ChatApp', namespace, 'demo', { spec: { ollama } });
  const two = { models: [{ name: 'one' }, { name: 'two' }] };
  const one = { models: [{ name: 'one' }] };

  it('pulls as many at a time as it may, and says what the others wait for', async () => {
    const ns = await bed.namespace('turns');
    rule(ns, 'pull', 'NotReady');
    await bed.create(ns, 'demo', { ollama: { ...two, replicas: 2, pull: { maxParallel: 1 } } });
    await bed.chatWhen('the second waits', ns, 'demo', ({ status }) => {
      return /its turn: 1 at a time/.test(status?.models?.[1]?.message ?? '');
    });
    assert.equal((await jobs(ns, '-pull-')).length, 1);
    rule(ns, 'pull', 'Succeeded');
    await bed.settled(ns, 'demo');
    assert.equal((await jobs(ns, '-pull-')).length, 4);
  });

  it('puts another puller in the place of one that was stopped, at once', async () => {
    const ns = await bed.namespace('stopped');
    rule(ns, 'pull', 'NotReady');
    await bed.create(ns, 'demo');
    const [first] = await until(
      'it pulls',
      async () => {
        const names = await jobs(ns, '-pull-');
        return names.length > 0 && names;
      },
      SOON,
    );
    await bed.chatWhen('it pulls', ns, 'demo', (chat) => chat.status?.models?.[0]?.phase === 'Pulling');
    // The first one fails without a word, as one that was killed.
    bed.plane.nodeHelper!.setRule((pod) => {
      const isFirst = pod.metadata.name.startsWith(`${first}-`);
      return isFirst && pod.metadata.namespace === ns ? 'Failed' : usualOutcome(pod);
    });
    const chat = await bed.settled(ns, 'demo');
    assert.equal(chat.status?.models?.[0]?.phase, 'Ready');
    assert.deepEqual(await jobs(ns, '-pull-'), [first!.replace(/-1$/, '-2')]);
  });

  it('deletes what the spec names no more only when asked, also what was taken out before, by an operator that was away', async () => {
    const ns = await bed.namespace('prune');
    await bed.create(ns, 'demo', { ollama: two });
    await bed.settled(ns, 'demo');
    await models(ns, one);
    await bed.settled(ns, 'demo');
    assert.equal((await jobs(ns, '-pull-')).length, 2, 'the old Job remembers it');
    assert.equal((await jobs(ns, '-remove-')).length, 0);
    await bed.stopOperator();
    rule(ns, 'remove', 'NotReady');
    await models(ns, { ...one, pruneUndeclared: true });
    await bed.startOperator();
    const removing = (chat: ChatApp) =>
      chat.status?.models?.some(({ name, phase }) => name === 'two' && phase === 'Removing') === true;
    await bed.chatWhen('it is being removed', ns, 'demo', removing);
    rule(ns, 'remove', 'Succeeded');
    await bed.chatWhen('it is gone', ns, 'demo', (chat) => !removing(chat));
    await until('nobody speaks of it any more', async () => (await jobs(ns, 'two')).length === 0, SOON);
    const isTold = async () => {
      const { items } = await bed.client.ok<{ items: { reason: string; note: string }[] }>(
        'GET',
        `/apis/events.k8s.io/v1/namespaces/${ns}/events`,
      );
      return items.some(({ reason, note }) => reason === 'ModelRemoved' && note.startsWith('two'));
    };
    await until('an Event tells it', isTold, SOON);
    const since = new Date();
    await bed.stopOperator();
    await bed.startOperator();
    await bed.settled(ns, 'demo');
    assert.deepEqual(
      bed.writesSince(since).filter((line) => /jobs/.test(line)),
      [],
    );
  });

  it('brings a model back that is declared again while it is being removed', async () => {
    const ns = await bed.namespace('again');
    await bed.create(ns, 'demo', { ollama: { ...two, pruneUndeclared: true } });
    await bed.settled(ns, 'demo');
    const uids = async () => (await bed.list<Job>('Job', ns)).map(({ metadata }) => `${metadata.name} ${metadata.uid}`);
    const before = (await uids()).filter((line) => line.includes('-two-'));
    rule(ns, 'remove', 'NotReady');
    await models(ns, one);
    await until('it is being removed', async () => (await jobs(ns, '-remove-')).length === 1, SOON);
    await models(ns, two);
    await until(
      'it is pulled again',
      async () => {
        const now = (await uids()).filter((line) => line.includes('-pull-two-'));
        return now.length === 1 && !before.includes(now[0]!) && (await jobs(ns, '-remove-')).length === 0;
      },
      SOON,
    );
    const chat = await bed.settled(ns, 'demo');
    assert.deepEqual(
      chat.status?.models?.map(({ phase }) => phase),
      ['Ready', 'Ready'],
    );
  });
});
