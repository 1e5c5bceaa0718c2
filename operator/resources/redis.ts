import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION, selectorLabels } from '../api/labels.ts';
import { authorityFile, secretVariable, type Access } from './access.ts';
import type { BuildContext } from './context.ts';
import type { Service, StatefulSet } from './kubernetes.ts';
import { childMetadata, namesOf, serviceHost } from './metadata.ts';
import { container, environment, TMP } from './pod.ts';
import { quantityValue } from './quantity.ts';
import { SECRET_KEY } from './secret.ts';
import { statefulSet } from './statefulset.ts';

export const REDIS_PORT = 6_379;

/** Share of the memory limit that data may take: the rest is for buffers and for the copy made while the file is rewritten. */
const DATA_SHARE = 0.75;

/** How a container of the runtime reaches Redis: that of the chat, or the one that is there already. */
export function redisEnvironment(chat: ChatApp): Access {
  const { external } = chat.spec.redis;
  if (external === undefined) {
    const { redis, secret } = namesOf(chat);
    const env = [
      { name: 'REDIS_HOST', value: serviceHost(chat, redis) },
      { name: 'REDIS_PORT', value: String(REDIS_PORT) },
      secretVariable('REDIS_PASSWORD', { name: secret, key: SECRET_KEY.redisPassword }),
    ];
    return { env, mounts: [], volumes: [] };
  }
  const { urlSecretRef, caSecretRef, sentinel } = external;
  const { namespace, name } = chat.metadata;
  const authority = authorityFile('redis', caSecretRef);
  const env = [
    secretVariable('REDIS_URL', urlSecretRef),
    // Others may use the same Redis, other chats too: each has keys and channels of its own.
    { name: 'REDIS_PREFIX', value: `chatapp:${namespace}/${name}:` },
    ...(sentinel === undefined ? [] : [{ name: 'REDIS_SENTINEL_MASTER', value: sentinel.masterName }]),
    ...(sentinel?.passwordSecretRef === undefined
      ? []
      : [secretVariable('REDIS_SENTINEL_PASSWORD', sentinel.passwordSecretRef)]),
    ...authority.env,
  ];
  return { ...authority, env };
}

export function redisService(chat: ChatApp): Service {
  const name = namesOf(chat).redis;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(chat, 'redis', name),
    spec: {
      selector: selectorLabels(chat.metadata.name, 'redis'),
      ports: [{ name: 'redis', port: REDIS_PORT, targetPort: 'redis' }],
    },
  };
}

function maxMemoryBytes({ maxMemory, resources }: ChatApp['spec']['redis']): number {
  if (maxMemory !== undefined) return Math.floor(quantityValue(maxMemory));
  const limit = resources.limits['memory'];
  return limit === undefined ? 0 : Math.floor(quantityValue(limit) * DATA_SHARE);
}

const APPEND = { Always: ['yes', 'always'], EverySecond: ['yes', 'everysec'], None: ['no', 'no'] } as const;

export function redisStatefulSet(chat: ChatApp, context: BuildContext): StatefulSet {
  const { redis: name, secret } = namesOf(chat);
  const { image, resources, persistence, podTemplate } = chat.spec.redis;
  const [appendOnly, appendFsync] = APPEND[persistence];
  // redis-cli is asked, not the port: the port answers while Redis still loads its data.
  const ping = { exec: { command: ['redis-cli', '-e', 'ping'] }, timeoutSeconds: 5 };
  const redis = container(chat, resources, {
    name: 'redis',
    image: image ?? context.images.redis,
    command: ['redis-server'],
    args: [
      '/etc/redis-auth/redis.conf',
      '--dir',
      '/data',
      '--appendonly',
      appendOnly,
      '--appendfsync',
      appendFsync,
      '--save',
      '',
      '--maxmemory',
      String(maxMemoryBytes(chat.spec.redis)),
      // Full means refused with words; nothing is dropped.
      '--maxmemory-policy',
      'noeviction',
    ],
    env: environment(
      [{ name: 'REDISCLI_AUTH', valueFrom: { secretKeyRef: { name: secret, key: SECRET_KEY.redisPassword } } }],
      podTemplate.env,
    ),
    ports: [{ name: 'redis', containerPort: REDIS_PORT }],
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'auth', mountPath: '/etc/redis-auth', readOnly: true },
      TMP.mount,
    ],
    startupProbe: { ...ping, periodSeconds: 1, failureThreshold: 600 },
    readinessProbe: { ...ping, periodSeconds: 5 },
    livenessProbe: { ...ping, periodSeconds: 20, failureThreshold: 6 },
  });
  return statefulSet(chat, context, {
    name,
    component: 'redis',
    replicas: 1,
    settings: chat.spec.redis,
    annotations: { [ANNOTATION.secretHash]: context.secretHash },
    container: redis,
    volumes: [
      { name: 'auth', secret: { secretName: secret, items: [{ key: SECRET_KEY.redisConfig, path: 'redis.conf' }] } },
    ],
    gracePeriod: 60,
  });
}
