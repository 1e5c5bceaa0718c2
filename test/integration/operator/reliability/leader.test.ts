/** Two operators: one works, and whatever happens to it, never do both. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { until } from '../../../testbed/wait.ts';
import type { AuditEvent } from '../audit.ts';
import { SYSTEM, type Access, type Running } from '../operator.ts';
import { BUILD_TIMEOUT, NAME, sharedStage, writesIn, type Stage } from './stage.ts';

const LEASE = `/apis/coordination.k8s.io/v1/namespaces/${SYSTEM}/leases/chatapp-operator`;
const SMALL = { backend: { replicas: 1 }, frontend: { replicas: 1 } };

/** An operator with a token of its own, by which the audit log tells it from others. */
interface Member extends Running {
  readonly access: Access;
}

describe('two operators', function () {
  this.timeout(180_000);
  let stage: Stage;
  const members: Member[] = [];

  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    stage = await sharedStage();
    await stage.bed.stopOperator();
  });

  after(async () => {
    for (const { child } of members) await child.stop();
    await stage.bed.startOperator();
  });

  async function join(): Promise<Member> {
    const access = await stage.bed.newAccess();
    const member = { ...(await stage.bed.launch(access)), access };
    members.push(member);
    return member;
  }

  async function leads({ url }: Member): Promise<boolean> {
    const { spec } = await stage.bed.client.ok<{ spec: { holderIdentity?: string } }>('GET', LEASE);
    return spec.holderIdentity?.startsWith(`operator-${new URL(url).port}_`) === true;
  }

  /** What it wrote, in order of arrival at the API server. */
  function writesOf({ access }: Member): AuditEvent[] {
    return stage
      .writes()
      .filter(({ user }) => user.extra?.['authentication.kubernetes.io/credential-id']?.includes(access.credential))
      .sort((a, b) => (a.requestReceivedTimestamp < b.requestReceivedTimestamp ? -1 : 1));
  }

  /** The first wrote, then the second; not a single write of theirs crosses. */
  function assertOneAfterTheOther(first: Member, second: Member): void {
    const [before, then] = [writesOf(first), writesOf(second)];
    assert.ok(before.length > 0 && then.length > 0, `${before.length} and ${then.length} writes`);
    const begun = then[0]!.requestReceivedTimestamp;
    const late = before.filter(({ requestReceivedTimestamp }) => requestReceivedTimestamp >= begun);
    const words = late.map(({ verb, objectRef, requestReceivedTimestamp, responseStatus }) => {
      const { resource, namespace, name } = objectRef ?? {};
      return `${requestReceivedTimestamp} ${verb} ${resource} ${namespace}/${name}: ${responseStatus?.code}`;
    });
    assert.deepEqual(words, [], `the other wrote since ${begun}`);
  }

  it('never write both: one is paused in the middle of its work past its Lease, and goes on', async () => {
    const { bed, proxy } = stage;
    const one = await join();
    await until('the first leads', () => leads(one), { timeout: 30_000 });
    const two = await join();
    const spaces = ['pair-1', 'pair-2', 'pair-3'];
    for (const namespace of spaces) await bed.namespace(namespace);
    const limit = proxy.passOnly(writesIn('pair-1'), 10);
    await Promise.all(spaces.map((namespace) => bed.create(namespace, NAME, SMALL)));
    await limit.exceeded;
    process.kill(one.child.pid, 'SIGSTOP');
    limit.lift('drop');
    await until('the second leads', () => leads(two), { timeout: 60_000 });
    for (const namespace of spaces) await stage.settled(namespace);
    process.kill(one.child.pid, 'SIGCONT');
    await until('the first ends', () => one.child.ended(), { timeout: 30_000 });
    assert.match(one.child.ended() ?? '', /ended with 1\./);
    // Whatever it had in mind, it would have written by now.
    await bed.patch('ChatApp', 'pair-1', NAME, { spec: { chat: { title: 'Later' } } });
    await stage.settled('pair-1');
    assertOneAfterTheOther(one, two);
  });

  it('hand over at once when the leader is told to end', async () => {
    const { bed } = stage;
    const leader = members.at(-1)!;
    const standby = await join();
    await bed.namespace('pair-4');
    await bed.create('pair-4', NAME, SMALL);
    await until('it is at work', () => stage.writes('pair-4').length > 3, { timeout: 30_000, every: 5 });
    await leader.child.stop('SIGTERM');
    assert.match(leader.child.ended() ?? '', /ended with 0\./);
    // The Lease would last 15 s.
    await until('the other leads', () => leads(standby), { timeout: 10_000 });
    await stage.settled('pair-4');
    assertOneAfterTheOther(leader, standby);
  });
});
