import type { ChatApp } from '../api/chatapp.ts';
import { INSTANCE_LABEL, selectorLabels, type Component } from '../api/labels.ts';
import type { KubeObject } from '../kube/object.ts';
import { childName } from '../api/names.ts';
import { AGENT_PORT } from './agent.ts';
import { childMetadata } from './metadata.ts';
import { OLLAMA_PORT } from './ollama.ts';
import { REDIS_PORT } from './redis.ts';
import { HTTP_PORT, METRICS_PORT } from './web.ts';

type Peer = Record<string, unknown>;
interface Port {
  protocol: 'TCP' | 'UDP';
  port: number;
}
/** Nobody named means everybody. */
interface Way {
  peers: Peer[];
  ports: Port[];
}
type Part = Exclude<Component, 'shared'>;

const tcp = (...ports: number[]): Port[] => ports.map((port) => ({ protocol: 'TCP', port }));
const DNS: Way = { peers: [], ports: [{ protocol: 'UDP', port: 53 }, ...tcp(53)] };
/** The API server has no label, and its Service is translated before policies look: its usual ports, then. */
const API_SERVER: Way = { peers: [], ports: tcp(443, 6_443) };

/**
 * An external server may be anywhere, in the cluster too. That of Redis is known from a Secret only: the usual ports, then,
 * of Redis, of Redis with TLS where it is hosted, and of sentinels; `networkPolicy.egress` names others.
 */
const EXTERNAL_REDIS: Way = { peers: [], ports: tcp(6_379, 6_380, 26_379) };

/** The port in the URL, or that of its scheme. */
function urlPort(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** Ports at which Ollama may reach a registry of models, or the proxy on the way there. */
function registryPorts({ registry, insecure, proxy }: ChatApp['spec']['ollama']['pull']): number[] {
  const [, port] = registry?.split(':') ?? [];
  return [
    ...new Set([
      443,
      ...(insecure ? [80] : []),
      ...(port === undefined ? [] : [Number(port)]),
      ...(proxy === undefined ? [] : [urlPort(proxy)]),
    ]),
  ];
}

/**
 * The one table of who may speak to whom (docs/network.md); everything else is refused. The operator itself speaks to no pod.
 */
export function ways(chat: ChatApp): Record<Part, { in: Way[]; out: Way[] }> {
  const { allowedFrom, monitoringNamespace, egress } = chat.spec.networkPolicy;
  const part = (component: Part): Peer => ({
    podSelector: { matchLabels: selectorLabels(chat.metadata.name, component) },
  });
  const monitoring: Peer = {
    namespaceSelector:
      monitoringNamespace === undefined ? {} : { matchLabels: { 'kubernetes.io/metadata.name': monitoringNamespace } },
  };
  const metrics: Way = { peers: [monitoring], ports: tcp(METRICS_PORT) };
  const further = egress.map(({ to, port }): Way => ({ peers: [{ ...to }], ports: tcp(port) }));
  const { redis, ollama } = chat.spec;
  const toRedis: Way =
    redis.external === undefined ? { peers: [part('redis')], ports: tcp(REDIS_PORT) } : EXTERNAL_REDIS;
  const toOllama: Way =
    ollama.external === undefined
      ? { peers: [part('ollama')], ports: tcp(OLLAMA_PORT) }
      : { peers: [], ports: tcp(urlPort(ollama.external.url)) };
  const { mode, oidc } = chat.spec.auth;
  const toProvider: Way[] = mode === 'OIDC' && oidc ? [{ peers: [], ports: tcp(urlPort(oidc.issuer)) }] : [];
  const toAgent: Way[] = ollama.external === undefined ? [{ peers: [part('ollama')], ports: tcp(AGENT_PORT) }] : [];
  return {
    frontend: {
      in: [{ peers: allowedFrom.map((peer) => ({ ...peer })), ports: tcp(HTTP_PORT) }, metrics],
      out: [{ peers: [part('backend')], ports: tcp(HTTP_PORT) }, DNS],
    },
    backend: {
      in: [{ peers: [part('frontend')], ports: tcp(HTTP_PORT) }, metrics],
      out: [toRedis, toOllama, ...toProvider, API_SERVER, DNS, ...further],
    },
    preflight: { in: [], out: [toRedis, DNS, ...(redis.external === undefined ? [] : further)] },
    redis: { in: [{ peers: [part('backend'), part('preflight')], ports: tcp(REDIS_PORT) }], out: [] },
    ollama: {
      in: [
        { peers: [part('backend'), part('puller')], ports: tcp(OLLAMA_PORT) },
        { peers: [part('puller')], ports: tcp(AGENT_PORT) },
      ],
      out: [{ peers: [], ports: tcp(...registryPorts(chat.spec.ollama.pull)) }, API_SERVER, DNS, ...further],
    },
    puller: { in: [], out: [toOllama, ...toAgent, API_SERVER, DNS, ...(ollama.external === undefined ? [] : further)] },
  };
}

const rule = (side: 'from' | 'to', { peers, ports }: Way) => ({ ...(peers.length > 0 && { [side]: peers }), ports });

/** One policy a part, and one that refuses the rest to every pod of the chat. */
export function networkPolicies(chat: ChatApp): KubeObject[] {
  if (!chat.spec.networkPolicy.enabled) return [];
  const instance = chat.metadata.name;
  const policy = (component: Component, name: string, spec: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: childMetadata(chat, component, childName(instance, name)),
    spec: { policyTypes: ['Ingress', 'Egress'], ...spec },
  });
  const deny = policy('shared', 'default-deny', {
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'chatapp', [INSTANCE_LABEL]: instance } },
  });
  const isOurs = (component: string) =>
    (component !== 'redis' && component !== 'ollama') || chat.spec[component].mode === 'Managed';
  const parts = Object.entries(ways(chat)).filter(([component]) => isOurs(component));
  const allow = parts.map(([component, { in: ingress, out: egress }]) =>
    policy(component as Part, component, {
      podSelector: { matchLabels: selectorLabels(instance, component as Part) },
      ...(ingress.length > 0 && { ingress: ingress.map((way) => rule('from', way)) }),
      ...(egress.length > 0 && { egress: egress.map((way) => rule('to', way)) }),
    }),
  );
  return [deny, ...allow];
}
