/** The agent beside each Ollama server, in its pod: only there can the volume be seen (runtime/agent). */
import type { ChatApp } from '../api/chatapp.ts';
import type { BuildContext } from './context.ts';
import type { Container, Volume } from './kubernetes.ts';
import { namesOf } from './metadata.ts';
import { container, TMP } from './pod.ts';

export const AGENT_PORT = 11_435;

/** Where programs look for the account of their pod. */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The account of the pod, for the agent only: a server that runs models of others has no business with the API server. */
export const ACCOUNT: { volume: Volume; mount: { name: string; mountPath: string; readOnly: boolean } } = {
  volume: {
    name: 'account',
    projected: {
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3_600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      ],
    },
  },
  mount: { name: 'account', mountPath: ACCOUNT_FOLDER, readOnly: true },
};

/**
 * Its image follows the backends: while they try a new one, it stays with the last that they ran well, so that a broken image
 * takes no server of models down with it.
 */
function agentImage(chat: ChatApp, context: BuildContext): string {
  return chat.status?.lastGoodImage ?? chat.spec.image ?? context.images.runtime;
}

/** A sidecar: begun before the server, ended after it. 67 MB are resident when it is idle (measured), 21 MB of them its own. */
export function agentContainer(chat: ChatApp, context: BuildContext): Container {
  const resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '250m', memory: '128Mi' } };
  return {
    ...container(chat, resources, {
      name: 'agent',
      image: agentImage(chat, context),
      args: ['agent'],
      env: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'PORT', value: String(AGENT_PORT) },
        { name: 'REPORT_NAMESPACE', value: chat.metadata.namespace },
        { name: 'REPORT_CONFIGMAP', value: namesOf(chat).reports },
      ],
      ports: [{ name: 'agent', containerPort: AGENT_PORT }],
      volumeMounts: [{ name: 'data', mountPath: '/data' }, ACCOUNT.mount, TMP.mount],
      livenessProbe: {
        httpGet: { path: '/health', port: 'agent' },
        periodSeconds: 20,
        timeoutSeconds: 5,
        failureThreshold: 6,
      },
    }),
    restartPolicy: 'Always',
  };
}
