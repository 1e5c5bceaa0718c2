import { spawn } from 'node:child_process';
import { Cluster } from '../cluster.ts';
import { demo } from '../demo.ts';
import { say } from '../progress.ts';
import { ensureKubectl } from '../tools.ts';
import { url } from './up.ts';

function existing(name: string): Cluster {
  const cluster = new Cluster(name);
  if (cluster.port === undefined) {
    throw new Error(`There is no cluster ${name}: make up${name === 'chatapp' ? '' : ` CLUSTER=${name}`}`);
  }
  return cluster;
}

/** Prints the address of the chat, alone. */
export function printUrl(name: string): void {
  process.stdout.write(`${url(existing(name).port!)}\n`);
}

/** Prints the path of the kubeconfig, alone. */
export function printKubeconfig(name: string): void {
  process.stdout.write(`${existing(name).kubeconfig}\n`);
}

/** Prints the chats, their pods and the operator's. */
export async function status(name: string): Promise<void> {
  const cluster = existing(name);
  const show = async (...args: string[]): Promise<void> => {
    process.stdout.write(`${await cluster.kubectl(args)}\n`);
  };
  say(`cluster ${name}, ${url(cluster.port!)}, kubeconfig ${cluster.kubeconfig}\n`);
  await show('get', 'chatapps.chatapp.dev', '-A');
  await show('get', 'pods', '-n', demo.namespace, '-o', 'wide');
  await show('get', 'pods', '-n', 'chatapp-system');
}

/** Prints what the operator and the backends said; with `follow` until it is stopped. */
export async function logs(name: string, follow: 'follow' | 'once'): Promise<void> {
  const cluster = existing(name);
  const kubectl = await ensureKubectl();
  const print = (namespace: string, selector: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const args = [
        '--kubeconfig',
        cluster.kubeconfig,
        'logs',
        '-n',
        namespace,
        '-l',
        selector,
        '--prefix',
        '--tail=100',
      ];
      const more = follow === 'follow' ? ['-f', '--max-log-requests=50'] : [];
      const child = spawn(kubectl, [...args, ...more], { stdio: ['ignore', 'inherit', 'inherit'] });
      child.once('error', reject);
      child.once('exit', () => resolve());
    });
  await Promise.all([
    print('chatapp-system', 'app.kubernetes.io/name=chatapp-operator'),
    print(demo.namespace, 'app.kubernetes.io/component=backend'),
  ]);
}
