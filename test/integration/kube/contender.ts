/**
 * One of two processes that contend for a Lease and write as fast as they can while they lead. Arguments: kubeconfig,
 * namespace, name. Says `leading` on standard output; ends with 1 when it lost the Lease.
 */
import { KubeConfig } from '@kubernetes/client-node';
import { createLogger } from '../../../operator/kube/log.ts';
import { createTransport } from '../../../operator/kube/transport.ts';
import { toy } from './toy.ts';

const [kubeconfig = '', namespace = '', name = ''] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const transport = createTransport(config, { userAgent: name });
let count = 0;
const { manager } = toy(transport, namespace, {
  instance: name,
  leader: { namespace, name: 'contended', leaseDurationMs: 3_000, renewDeadlineMs: 2_000, retryPeriodMs: 400 },
  log: createLogger({ keys: { contender: name } }),
  around: () => async (key) => {
    if (count++ === 0) process.stdout.write(`leading ${name}\n`);
    const path = `/api/v1/namespaces/${namespace}/configmaps/written`;
    const body = { data: { by: name, count: String(count), key } };
    await manager.client.request('PATCH', path, { body, contentType: 'application/merge-patch+json' });
    return { requeueAfterMs: 5 };
  },
});
process.once('SIGTERM', () => void manager.stop());
await manager.start();
process.exit((await manager.ended) === 'stopped' ? 0 : 1);
