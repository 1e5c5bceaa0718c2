/**
 * Every child as a file that people can read: a change of a builder shows as a change of these. `GOLDEN=write` writes them
 * anew.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { parse, stringify } from 'yaml';
import type { ChatAppSpecInput } from '../../../../operator/api/spec.ts';
import { children } from '../../../../operator/resources/children.ts';
import { preflightJob } from '../../../../operator/resources/preflight.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import { chatApp, context, revision } from '../chatapp.ts';

const folder = new URL('golden/', import.meta.url);
const autoscaling = { minReplicas: 2, maxReplicas: 6 };

/** As little as possible, everything at once, and what excludes one another. */
const specs: Record<string, Partial<ChatAppSpecInput>> = {
  smallest: {},
  full: {
    image: 'registry.example.org/runtime:2',
    imagePullSecrets: [{ name: 'pull' }],
    commonLabels: { team: 'blue' },
    priorityClassName: 'high',
    publicURL: 'https://chat.example.org',
    chat: {
      userRooms: { creators: 'Members', maxRooms: 100 },
      queue: { firstTokenTimeout: '1m30s', tokenTimeout: '1m' },
    },
    backend: {
      autoscaling,
      podTemplate: {
        labels: { tier: 'api' },
        annotations: { 'example.org/note': 'x' },
        nodeSelector: { disk: 'ssd' },
        tolerations: [{ key: 'spot', operator: 'Exists' }],
        topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
        env: [{ name: 'GRACE_SECONDS', value: '5' }],
        serviceAccountName: 'cloud',
        runtimeClassName: 'gvisor',
      },
    },
    frontend: {
      autoscaling,
      service: {
        type: 'LoadBalancer',
        port: 443,
        annotations: { 'example.org/lb': 'internal' },
        loadBalancerSourceRanges: ['192.0.2.0/24'],
        externalTrafficPolicy: 'Local',
      },
    },
    ollama: {
      models: [
        {
          name: 'llama3.2:3b',
          digest: `sha256:${'a'.repeat(64)}`,
          preload: true,
          keepAlive: '1d',
          parameters: { numCtx: 8_192, temperature: 0, topP: 0.9 },
        },
      ],
      replicas: 2,
      gpu: { count: 1 },
      storage: { size: '50Gi', storageClassName: 'fast', retention: 'Delete' },
      pull: {
        registry: 'models.example.org:5000',
        insecure: true,
        keySecretRef: { name: 'registry-key' },
        caSecretRef: { name: 'registry-ca' },
        proxy: 'http://proxy.example.org:3128',
      },
    },
    redis: { persistence: 'EverySecond', maxMemory: '200Mi' },
    ingress: {
      mode: 'Ingress',
      host: 'chat.example.org',
      path: '/team/chat',
      assetBaseURL: 'https://cdn.example.org',
      className: 'nginx',
      annotations: { 'example.org/body': '1m' },
      tls: { secretName: 'chat-tls', issuerRef: { name: 'ca', kind: 'Issuer' } },
    },
    networkPolicy: {
      allowedFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
      monitoringNamespace: 'monitoring',
      egress: [{ to: { ipBlock: { cidr: '198.51.100.0/24' } }, port: 8_443 }],
    },
    monitoring: { serviceMonitor: { labels: { release: 'prometheus' }, interval: '15s' } },
  },
  external: {
    redis: {
      mode: 'External',
      external: {
        urlSecretRef: { name: 'redis-login' },
        caSecretRef: { name: 'redis-ca' },
        sentinel: { masterName: 'main', passwordSecretRef: { name: 'sentinel-login' } },
      },
    },
    ollama: {
      mode: 'External',
      external: {
        url: 'https://models.example.org',
        tokenSecretRef: { name: 'models' },
        caSecretRef: { name: 'models' },
      },
      models: [{ name: 'llama3.2:3b' }],
      pull: { podTemplate: { nodeSelector: { disk: 'ssd' }, env: [{ name: 'RETRIES', value: '1' }] } },
    },
    networkPolicy: { egress: [{ to: { ipBlock: { cidr: '198.51.100.0/24' } }, port: 7_000 }] },
  },
  gateway: {
    backend: { autoscaling: { ...autoscaling, keda: { serverAddress: 'http://prometheus:9090' } } },
    ingress: {
      mode: 'Gateway',
      host: 'chat.example.org',
      path: '/chat',
      gateway: { name: 'public', namespace: 'edge' },
    },
    monitoring: { serviceMonitor: { apiGroup: 'azmonitoring.coreos.com' } },
  },
  header: {
    auth: {
      mode: 'TrustedHeader',
      trustedProxyHops: 1,
      header: { user: 'Remote-User', adminGroup: 'chat-admins', trustedProxies: ['10.0.0.0/8', 'fd00::/8'] },
    },
  },
  provider: {
    publicURL: 'https://chat.example.org',
    auth: {
      mode: 'OIDC',
      oidc: {
        issuer: 'https://login.example.org:8443/realm',
        clientID: 'chat',
        clientSecretRef: { name: 'login' },
        caSecretRef: { name: 'login-ca' },
        adminGroup: 'chat-admins',
      },
    },
  },
  accounts: { auth: { mode: 'Accounts', accounts: { adminSecretRef: 'boss', allowSignup: true } } },
};

describe('golden children', () => {
  for (const [name, spec] of Object.entries(specs)) {
    const chat = chatApp(spec);
    const pull = { model: chat.spec.ollama.models[0]!, replica: 0, claimUID: 'claim-uid' };
    const job = pullJob(chat, context, pull, 1);
    const trial = preflightJob(chat, revision(chat).backend, 1);
    const objects = [
      ...children(chat, context)
        .flat()
        .map(({ object }) => object),
      job,
      trial,
    ];
    const files = new Map(
      objects.map((object) => {
        const generic = object.metadata.name
          .replace(/-config-[0-9a-f]+$/, '-config')
          .replace(/-(pull|preflight)-.*$/, '-$1');
        return [`${name}/${object.kind.toLowerCase()}-${generic.replace(/^demo-?/, '') || 'demo'}.yaml`, object];
      }),
    );

    it(`of the ${name} ChatApp are all there, and no others`, () => {
      assert.equal(files.size, objects.length);
      if (process.env['GOLDEN'] === 'write') {
        fs.rmSync(new URL(name, folder), { recursive: true, force: true });
        fs.mkdirSync(new URL(name, folder), { recursive: true });
        for (const [file, object] of files) {
          fs.writeFileSync(new URL(file, folder), stringify(object, { lineWidth: 120 }));
        }
      }
      const found = fs.readdirSync(new URL(name, folder)).map((file) => `${name}/${file}`);
      assert.deepEqual(found.sort(), [...files.keys()].sort());
    });

    for (const [file, object] of files) {
      it(file, () => {
        const golden: unknown = parse(fs.readFileSync(new URL(file, folder), 'utf8'));
        assert.deepEqual(JSON.parse(JSON.stringify(object)), golden);
      });
    }
  }
});
