import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeCertificates, writeKubeconfig } from './certificates.ts';
import { startChild, stopAll, type Child } from './child.ts';
import { applyCustomResourceDefinitions } from './crds.ts';
import { etcdProgram, goBinary, kubernetesProgram } from './go-binary.ts';
import { KubeClient } from './kube-client.ts';
import { startNodeHelper, type NodeHelper } from './node-helper.ts';
import { freePorts } from './port.ts';
import { say } from './progress.ts';
import { startVolumeHelper } from './volume-helper.ts';
import { until } from './wait.ts';

export interface ControlPlaneOptions {
  /** YAML files of CustomResourceDefinitions; they are established when the control plane is ready. */
  readonly crds?: readonly string[];
  /**
   * One node and a helper that makes every pod ready there, ends the pods of Jobs with success (see `nodeHelper.setRule`),
   * and binds every volume claim. Without it pods stay Pending.
   */
  readonly nodeHelper?: boolean;
  /** The Pod Security level that every namespace enforces unless its labels say otherwise; default: privileged (none). */
  readonly podSecurity?: 'privileged' | 'baseline' | 'restricted';
  /** More flags for kube-apiserver. */
  readonly apiServerFlags?: readonly string[];
}

/** etcd, kube-apiserver and kube-controller-manager as plain processes on loopback. No scheduler, no kubelet, no proxy. */
export interface ControlPlane {
  /** The path of a kubeconfig for a member of system:masters. */
  readonly kubeconfig: string;
  /** `https://127.0.0.1:PORT`; the port stays the same over restarts. */
  readonly server: string;
  /** The path of the certificate (PEM) that signed the server's. */
  readonly caFile: string;
  /** The path of the audit log: one JSON event (level Metadata, stage ResponseComplete and later) a line. */
  readonly auditLog: string;
  /** Process ids, for tests that pause or kill. */
  readonly pids: { readonly etcd: number; readonly apiServer: number; readonly controllerManager: number };
  /** Only with `nodeHelper: true`. */
  readonly nodeHelper: NodeHelper | undefined;
  /** Ends the API server (default SIGTERM) and starts it anew on the same port and data; resolves when it is ready. */
  restartApiServer(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends all of it and removes its files. */
  stop(): Promise<void>;
}

/** Builds (once; minutes) or finds the three programs of a control plane. */
export async function ensureControlPlane(): Promise<{ etcd: string; apiServer: string; controllerManager: string }> {
  return {
    etcd: await goBinary(etcdProgram),
    apiServer: await goBinary(kubernetesProgram('kube-apiserver')),
    controllerManager: await goBinary(kubernetesProgram('kube-controller-manager')),
  };
}

/** Only who wrote what; not the bodies. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
  rules: [{ level: 'Metadata' }],
};

function admissionConfiguration(level: string): object {
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [
      {
        name: 'PodSecurity',
        configuration: {
          apiVersion: 'pod-security.admission.config.k8s.io/v1',
          kind: 'PodSecurityConfiguration',
          defaults: { enforce: level, 'enforce-version': 'latest' },
          exemptions: { namespaces: ['kube-system'] },
        },
      },
    ],
  };
}

/** Starts a control plane; some four seconds. Throws with the end of its log when one of its processes ends. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const programs = await ensureControlPlane();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-control-plane-'));
  const at = (name: string): string => path.join(folder, name);
  const [etcdPort, peerPort, apiPort, controllerPort] = (await freePorts(4)) as [number, number, number, number];
  const server = `https://127.0.0.1:${apiPort}`;
  await makeCertificates(folder);
  const kubeconfig = writeKubeconfig(folder, 'admin', server);
  const controllerKubeconfig = writeKubeconfig(folder, 'controller-manager', server);
  const auditLog = at('audit.log');
  fs.writeFileSync(auditLog, '');
  fs.writeFileSync(at('audit-policy.json'), JSON.stringify(auditPolicy));
  fs.writeFileSync(at('admission.json'), JSON.stringify(admissionConfiguration(options.podSecurity ?? 'privileged')));

  const start = (name: string, program: string, args: readonly string[]): Promise<Child> =>
    startChild({ name, program, args, logFile: at(`${name}.log`) });
  const client = new KubeClient(kubeconfig);
  const children: Child[] = [];
  const hopeless = (): string | undefined =>
    children.map((child) => child.ended()).find((words) => words !== undefined);
  const isReady = async (): Promise<boolean> => (await client.send('GET', '/readyz')).status === 200;

  const startEtcd = (): Promise<Child> =>
    start('etcd', programs.etcd, [
      '--name=e',
      `--data-dir=${at('etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
      `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-cluster=e=http://127.0.0.1:${peerPort}`,
      '--log-level=warn',
      '--unsafe-no-fsync', // the data need not outlive the machine, and a test must not measure the disk
    ]);
  const startApiServer = (): Promise<Child> =>
    start('kube-apiserver', programs.apiServer, [
      `--etcd-servers=http://127.0.0.1:${etcdPort}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${apiPort}`,
      `--tls-cert-file=${at('apiserver.crt')}`,
      `--tls-private-key-file=${at('apiserver.key')}`,
      `--client-ca-file=${at('ca.crt')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${at('sa.pub')}`,
      `--service-account-signing-key-file=${at('sa.key')}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--authorization-mode=RBAC',
      '--endpoint-reconciler-type=none', // it refuses to publish a loopback address, and nothing here needs it
      '--allow-privileged=true',
      `--admission-control-config-file=${at('admission.json')}`,
      `--audit-policy-file=${at('audit-policy.json')}`,
      `--audit-log-path=${auditLog}`,
      '--audit-log-mode=blocking', // what a test reads there is complete
      '--audit-log-maxsize=8192',
      ...(options.apiServerFlags ?? []),
    ]);
  const startControllerManager = (): Promise<Child> =>
    start('kube-controller-manager', programs.controllerManager, [
      `--kubeconfig=${controllerKubeconfig}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${controllerPort}`,
      '--leader-elect=false',
      `--service-account-private-key-file=${at('sa.key')}`,
      `--root-ca-file=${at('ca.crt')}`,
      '--use-service-account-credentials=true',
      '--controllers=*,-node-lifecycle-controller,-taint-eviction-controller', // no kubelet renews the node's lease
      '--kube-api-qps=500', // with its usual 20 a burst of objects would measure this limit
      '--kube-api-burst=1000',
      `--cert-dir=${at('controller-certificates')}`,
    ]);

  const stop = async (): Promise<void> => {
    await client.close();
    await stopAll(children);
    fs.rmSync(folder, { recursive: true, force: true });
  };

  try {
    const etcd = await startEtcd();
    children.push(etcd);
    let apiServer = await startApiServer();
    children.push(apiServer);
    await until('the API server is ready', isReady, { timeout: 60_000, every: 20, hopeless });
    const controllerManager = await startControllerManager();
    children.push(controllerManager);
    await applyCustomResourceDefinitions(client, options.crds ?? []);
    const account = '/api/v1/namespaces/default/serviceaccounts/default';
    await until('the controllers work', async () => (await client.send('GET', account)).status === 200, {
      timeout: 60_000,
      every: 20,
      hopeless,
    });
    let nodeHelper: NodeHelper | undefined;
    if (options.nodeHelper === true) {
      nodeHelper = await startNodeHelper(client, say);
      await startVolumeHelper(client, say);
    }
    return {
      kubeconfig,
      server,
      caFile: at('ca.crt'),
      auditLog,
      nodeHelper,
      get pids() {
        return { etcd: etcd.pid, apiServer: apiServer.pid, controllerManager: controllerManager.pid };
      },
      async restartApiServer(signal = 'SIGTERM') {
        await apiServer.stop(signal);
        apiServer = await startApiServer();
        children[1] = apiServer;
        await until('the API server is ready again', isReady, { timeout: 60_000, every: 20, hopeless });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
