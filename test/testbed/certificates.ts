import fs from 'node:fs';
import path from 'node:path';
import { findProgram, run } from './run.ts';

const timeout = 30_000;

interface Leaf {
  readonly name: string;
  readonly subject: string;
  readonly usage: 'serverAuth' | 'clientAuth';
  readonly names?: string;
}

const leaves: readonly Leaf[] = [
  {
    name: 'apiserver',
    subject: '/CN=kube-apiserver',
    usage: 'serverAuth',
    names: 'IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc',
  },
  { name: 'admin', subject: '/O=system:masters/CN=admin', usage: 'clientAuth' },
  { name: 'controller-manager', subject: '/CN=system:kube-controller-manager', usage: 'clientAuth' },
];

/**
 * Makes what a control plane needs to trust itself, good for 30 days: `ca`, `apiserver`, `admin`, `controller-manager`
 * (each `.crt` and `.key`) and the keys that sign service account tokens (`sa.key`, `sa.pub`).
 */
export async function makeCertificates(folder: string): Promise<void> {
  const program = findProgram('openssl');
  if (program === undefined) throw new Error('openssl is needed to make certificates: install the package openssl.');
  const openssl = (...args: readonly string[]): Promise<string> => run(program, args, { timeout });
  const at = (name: string): string => path.join(folder, name);
  const key = (name: string): Promise<string> =>
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at(`${name}.key`));
  await key('ca');
  await openssl(
    ...[
      'req',
      '-x509',
      '-new',
      '-key',
      at('ca.key'),
      '-days',
      '30',
      '-subj',
      '/CN=chatapp-testbed',
      '-out',
      at('ca.crt'),
    ],
  );
  const leaf = async ({ name, subject, usage, names }: Leaf, serial: number): Promise<void> => {
    await key(name);
    const extensions = [`extendedKeyUsage=${usage}`, 'keyUsage=digitalSignature'];
    if (names !== undefined) extensions.push(`subjectAltName=${names}`);
    fs.writeFileSync(at(`${name}.ext`), `${extensions.join('\n')}\n`);
    await openssl('req', '-new', '-key', at(`${name}.key`), '-subj', subject, '-out', at(`${name}.csr`));
    await openssl(
      ...['x509', '-req', '-in', at(`${name}.csr`), '-CA', at('ca.crt'), '-CAkey', at('ca.key')],
      ...['-set_serial', String(serial), '-days', '30', '-extfile', at(`${name}.ext`), '-out', at(`${name}.crt`)],
    );
  };
  const serviceAccounts = async (): Promise<void> => {
    await key('sa');
    await openssl('ec', '-in', at('sa.key'), '-pubout', '-out', at('sa.pub'));
  };
  await Promise.all([...leaves.map((one, index) => leaf(one, index + 2)), serviceAccounts()]);
}

/** Writes a kubeconfig with one user's certificate; returns its path. */
export function writeKubeconfig(folder: string, user: string, server: string): string {
  const data = (name: string): string => fs.readFileSync(path.join(folder, name)).toString('base64');
  const file = path.join(folder, `${user}.kubeconfig`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'testbed',
    preferences: {},
    clusters: [{ name: 'testbed', cluster: { server, 'certificate-authority-data': data('ca.crt') } }],
    users: [
      { name: user, user: { 'client-certificate-data': data(`${user}.crt`), 'client-key-data': data(`${user}.key`) } },
    ],
    contexts: [{ name: 'testbed', context: { cluster: 'testbed', user, namespace: 'default' } }],
  };
  fs.writeFileSync(file, JSON.stringify(config, null, 1), { mode: 0o600 });
  return file;
}
