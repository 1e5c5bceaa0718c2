/** Faults of watches: late, hidden, expired, cut. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { ChatApp } from '../../../../operator/api/chatapp.ts';
import { until } from '../../../testbed/wait.ts';
import { watches, type Match } from '../../kube/fault-proxy.ts';
import { pathTo } from '../operator.ts';
import { BUILD_TIMEOUT, NAME, sharedStage, type End, type Stage } from './stage.ts';

const SMALL = { backend: { replicas: 1 }, frontend: { replicas: 1 } };
const keda = (connectionsPerReplica: number) => ({
  backend: { replicas: 1, autoscaling: { keda: { serverAddress: 'http://prometheus:9090', connectionsPerReplica } } },
});
const route = (host: string) => ({ ingress: { mode: 'Gateway', host, gateway: { name: 'public' } } });
const ingress = { ingress: { mode: 'Ingress', host: 'chat.example.org' } };

/** An event that is hidden, and what causes it: nothing else happens to its kind meanwhile. */
const HIDDEN = [
  { type: 'ADDED', kind: 'ScaledObject', before: {}, change: keda(100) },
  { type: 'MODIFIED', kind: 'HTTPRoute', before: route('a.example.org'), change: route('b.example.org') },
  { type: 'DELETED', kind: 'Ingress', before: ingress, change: { ingress: { mode: 'None' } } },
] as const;

describe('the operator, while watches fail', function () {
  this.timeout(180_000);
  let stage: Stage;

  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    stage = await sharedStage();
  });

  async function made(namespace: string, spec: object = SMALL): Promise<void> {
    await stage.bed.namespace(namespace);
    await stage.bed.create(namespace, NAME, { ...SMALL, ...spec });
    await stage.settled(namespace);
  }

  /** Deletes the ChatApp and makes it again under the same name, once its children are gone. */
  async function madeAnew(namespace: string): Promise<void> {
    await stage.bed.client.ok('DELETE', pathTo('ChatApp', namespace, NAME));
    await until('its children are gone', async () => (await stage.owned(namespace)).length === 0, {
      timeout: 60_000,
      every: 200,
    });
    await stage.bed.create(namespace, NAME, SMALL);
  }

  async function ended(namespace: string): Promise<End> {
    await stage.settled(namespace);
    return stage.end(namespace);
  }

  it('sees what another ChatApp of the same name is, when frozen watches thaw', async () => {
    const spaces = ['anew-calm', 'anew-all', 'anew-children'];
    await Promise.all(spaces.map((namespace) => made(namespace)));
    await madeAnew('anew-calm');
    const calm = await ended('anew-calm');
    const some: Match = ({ path }) => !path.endsWith('/chatapps') && !path.endsWith('/leases');
    const chats: Match = ({ path }) => path.endsWith('/chatapps');
    for (const [namespace, match] of [
      ['anew-all', () => true],
      ['anew-children', some],
    ] as const) {
      const since = stage.writes(namespace).length;
      stage.proxy.freeze(match);
      await madeAnew(namespace);
      // Where only its children are late, it takes those of the old ChatApp for a conflict, and says so.
      const conflict = async () => (await stage.chat(namespace)).status !== undefined;
      if (match === some) await until('it has seen the new ChatApp', conflict, { timeout: 30_000 });
      else {
        assert.equal(stage.writes(namespace).length, since, 'it knows nothing yet');
        // First it hears that the children went, and takes the ChatApp for the old one still: nothing is made for that.
        const said = stage.bed.log.length;
        stage.proxy.thaw(chats);
        const saw = () => stage.bed.log.slice(said).includes('the ChatApp is gone');
        await until('it has asked for the ChatApp', saw, { timeout: 30_000 });
      }
      stage.proxy.thaw();
      assert.deepEqual(await ended(namespace), calm, namespace);
    }
  });

  it('is not wedged by events that never come: it lists anew after 30 s', async () => {
    const spaceOf = ({ kind }: { kind: string }) => `hidden-${kind.toLowerCase()}`;
    await Promise.all(HIDDEN.map((each) => made(spaceOf(each), each.before)));
    const said = stage.bed.log.length;
    const lefts = HIDDEN.map((each) => {
      return stage.proxy.hide(({ type, object }) => {
        return type === each.type && object.kind === each.kind && object.metadata.namespace === spaceOf(each);
      });
    });
    await Promise.all(HIDDEN.map((each) => stage.bed.patch('ChatApp', spaceOf(each), NAME, { spec: each.change })));
    await until('the events were hidden', () => lefts.every((left) => left() === 0), { timeout: 30_000 });
    // A change after that: a wedged key would never act on it.
    await Promise.all(
      HIDDEN.map((each) => stage.bed.patch('ChatApp', spaceOf(each), NAME, { spec: { chat: { title: 'Later' } } })),
    );
    for (const each of HIDDEN) await stage.settled(spaceOf(each), 90_000);
    const lists = stage.bed.log.slice(said).split('own writes were not seen').length - 1;
    // A bookmark may have helped the others; nothing else tells of what is gone.
    assert.ok(lists >= 1, 'it listed nothing anew');
  });

  it('goes on when its place in history is gone (410), and when lines are cut in their middle', async () => {
    const { proxy, bed } = stage;
    await made('watch-calm');
    const calm = await ended('watch-calm');
    for (const [namespace, fault] of [
      ['watch-410', { kind: 'watch-error', code: 410, reason: 'Expired' }],
      ['watch-truncated', { kind: 'truncated-line' }],
    ] as const) {
      await bed.namespace(namespace);
      const left = proxy.arm(watches, fault, 12);
      proxy.cut();
      await bed.create(namespace, NAME, SMALL);
      assert.deepEqual(await ended(namespace), calm, namespace);
      assert.equal(left(), 0);
    }
  });

  it('goes on after the API server was killed in the middle of its work', async () => {
    const { bed } = stage;
    const spaces = ['restart-1', 'restart-2', 'restart-3'];
    for (const namespace of spaces) await bed.namespace(namespace);
    await Promise.all(spaces.map((namespace) => bed.create(namespace, NAME, SMALL)));
    await until('it is at work', () => stage.writes('restart-1').length > 5, { timeout: 30_000, every: 5 });
    await bed.plane.restartApiServer('SIGKILL');
    // Where that took longer than its Lease, it has ended, and a kubelet would start it again.
    const works = async (): Promise<boolean> => {
      if (bed.ended !== undefined) await bed.startOperator();
      const chats = await Promise.all(spaces.map((namespace) => bed.get<ChatApp>('ChatApp', namespace, NAME)));
      return chats.every((chat) => chat?.status?.phase === 'Ready');
    };
    await until('it works again', works, { timeout: 120_000, every: 500 });
    await made('restart-calm');
    const calm = await ended('restart-calm');
    for (const namespace of spaces) assert.deepEqual(await ended(namespace), calm, namespace);
  });
});
