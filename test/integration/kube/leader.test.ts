import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import { after, before, describe, it } from 'mocha';
import { LeaderElector } from '../../../operator/kube/leader.ts';
import { leaseType, type Lease } from '../../../operator/kube/lease.ts';
import { pathOf } from '../../../operator/kube/object.ts';
import { createTransport, type Transport } from '../../../operator/kube/transport.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import { FaultProxy } from './fault-proxy.ts';
import * as plane from './plane.ts';
import { configMap, configMaps, create, until } from './plane.ts';
import { ownerMap } from './toy.ts';

interface AuditEvent {
  verb: string;
  userAgent?: string;
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  objectRef?: { resource: string; namespace?: string };
  responseStatus?: { code: number };
}

describe('the election', function () {
  this.timeout(40_000);
  let control: ControlPlane;
  let transport: Transport;
  let namespace: string;

  before(async function () {
    this.timeout(plane.buildTimeout);
    control = await plane.sharedPlane();
    transport = plane.admin(control);
  });
  after(() => transport.close());

  const times = { leaseDurationMs: 1_500, renewDeadlineMs: 1_000, retryPeriodMs: 100 };
  const elector = (identity: string, by = transport): LeaderElector =>
    new LeaderElector({ transport: by, namespace, name: 'lease', identity, log: plane.quiet, ...times });
  const lease = (name = 'lease'): Promise<Lease> => transport.request<Lease>('GET', pathOf(leaseType, namespace, name));

  it('has one leader; a standby takes over at once when the lease is released', async () => {
    namespace = await plane.newNamespace(transport);
    const [one, two] = [elector('one'), elector('two')];
    one.start();
    await one.elected;
    two.start();
    await until('the standby knows', () => two.holder === 'one');
    await plane.quietFor(1_800);
    assert.deepEqual([one.isLeading, two.isLeading], [true, false]);
    const released = performance.now();
    await one.stop();
    await two.elected;
    assert.ok(performance.now() - released < 500, 'it waited for the lease to end');
    const { spec } = await lease();
    assert.equal(spec?.holderIdentity, 'two');
    assert.equal(spec.leaseTransitions, 2);
    await two.stop();
    assert.equal((await lease()).spec?.holderIdentity, '');
  });

  it('a leader that does not reach the API server stops leading before another begins', async () => {
    namespace = await plane.newNamespace(transport);
    const proxy = await FaultProxy.start(control.kubeconfig);
    const cutOff = createTransport(proxy.config);
    const [one, two] = [elector('one', cutOff), elector('two')];
    one.start();
    await one.elected;
    two.start();
    proxy.arm(() => true, { kind: 'half-open' }, 1_000);
    await until('the first gives up', () => !one.isLeading);
    assert.equal(two.isLeading, false);
    await one.lost;
    await two.elected;
    assert.equal(one.isLeading, false);
    await Promise.all([one.stop(), two.stop()]);
    assert.equal((await lease()).spec?.holderIdentity, '', 'released by the second, not spoilt by the first');
    await cutOff.close();
    await proxy.stop();
  });

  it('never lets two write: the leader is paused past its lease, and then goes on', async () => {
    namespace = await plane.newNamespace(transport);
    await create(transport, configMaps, configMap(namespace, 'written'));
    for (let i = 0; i < 8; i++) {
      await create(transport, configMaps, ownerMap(namespace, `owner-${i}`, { children: '', value: '' }));
    }
    const contenders: Contender[] = [];
    try {
      const one = new Contender(control.kubeconfig, namespace, 'contender-one');
      contenders.push(one);
      await until('the first leads', () => one.output.includes('leading'));
      const two = new Contender(control.kubeconfig, namespace, 'contender-two');
      contenders.push(two);
      await until('the second stands by', () => two.output.includes('"msg":"leader"'));
      one.process.kill('SIGSTOP');
      await until('the second leads', () => two.output.includes('leading contender-two'));
      one.process.kill('SIGCONT');
      assert.equal(await one.ended, 1, one.output);
      await plane.quietFor(200);
      two.process.kill('SIGTERM');
      assert.equal(await two.ended, 0, two.output);
    } finally {
      for (const { process: child } of contenders) child.kill('SIGKILL');
    }
    const writes = auditOf(control, namespace);
    const first = writes.filter(({ userAgent }) => userAgent === 'contender-one');
    const second = writes.filter(({ userAgent }) => userAgent === 'contender-two');
    assert.ok(first.length > 20 && second.length > 20, `${first.length} and ${second.length} writes`);
    const begun = second[0]?.requestReceivedTimestamp ?? '';
    const late = first.filter(({ requestReceivedTimestamp }) => requestReceivedTimestamp >= begun);
    assert.deepEqual(late, []);
  });
});

/** The writes to ConfigMaps of the namespace that reached the API server, in order of arrival. */
function auditOf({ auditLog }: ControlPlane, namespace: string): AuditEvent[] {
  return readFileSync(auditLog, 'utf8')
    .split('\n')
    .filter((line) => line.includes(namespace))
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ verb, objectRef }) => verb === 'patch' && objectRef?.resource === 'configmaps')
    .sort((a, b) => (a.requestReceivedTimestamp < b.requestReceivedTimestamp ? -1 : 1));
}

class Contender {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<number | null>;
  output = '';

  constructor(kubeconfig: string, namespace: string, name: string) {
    const program = fileURLToPath(new URL('contender.ts', import.meta.url));
    const args = [program, kubeconfig, namespace, name];
    this.process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
  }
}
