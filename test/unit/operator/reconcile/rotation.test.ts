import assert from 'node:assert/strict';
import { backendSecretHash } from '../../../../operator/reconcile/rotation.ts';
import { backendDeployment } from '../../../../operator/resources/backend.ts';
import type { Pod } from '../../../../operator/resources/kubernetes.ts';
import { chatApp, context, nothingObserved } from '../chatapp.ts';

const chat = chatApp();
const old = { ...nothingObserved, deployments: [backendDeployment(chat, { ...context, backendSecretHash: 'old' })] };

function redis(hash: string, ready: 'True' | 'False', deletionTimestamp?: string): Pod {
  const labels = { 'app.kubernetes.io/component': 'redis' };
  const annotations = { 'chatapp.dev/secret-hash': hash };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'demo-redis-0',
      labels,
      annotations,
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    },
    spec: { containers: [{ name: 'redis' }] },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  };
}

describe('rotation of the password', () => {
  it('waits for nobody where there are no backends yet', () => {
    assert.equal(backendSecretHash(chat, nothingObserved, 'new'), 'new');
  });

  it('lets backends follow only once Redis works with the new one', () => {
    const hash = (...pods: Pod[]) => backendSecretHash(chat, { ...old, pods }, 'new');
    assert.equal(hash(), 'old');
    assert.equal(hash(redis('old', 'True')), 'old');
    assert.equal(hash(redis('new', 'False')), 'old');
    assert.equal(hash(redis('new', 'True', 'now')), 'old');
    assert.equal(hash(redis('new', 'True')), 'new');
  });

  it('waits for no Redis of somebody else', () => {
    const external = chatApp({ redis: { mode: 'External', external: { urlSecretRef: { name: 'redis' } } } });
    assert.equal(backendSecretHash(external, old, 'new'), 'new');
  });
});
