/** The schema on a real API server: every rule refuses in its own words, and zod and the server are of one mind. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { openApiSchema, type JsonSchema } from '../../../operator/api/schema.ts';
import { specSchema } from '../../../operator/api/spec.ts';
import { startControlPlane, type ControlPlane } from '../../testbed/control-plane.ts';
import { repository } from '../../testbed/folders.ts';
import { KubeClient } from '../../testbed/kube-client.ts';
import { values } from './arbitrary.ts';
import { pathTo } from './operator.ts';

const models = [{ name: 'tinyllama' }];
const claim = { storage: { existingClaim: 'mine' } };
const preloaded = ['a', 'b'].map((name) => ({ name, preload: true }));
const external = { url: 'http://ollama:11434' };
const hpa = { autoscaling: { minReplicas: 2, maxReplicas: 4 } };

/** A spec that is refused, one beside it that is not, and words of the rule. */
const RULES: readonly [refused: object, accepted: object, words: RegExp][] = [
  [
    { ollama: { models: [{ name: 'm' }], scaleToZero: { enabled: true, idleAfter: '0h9s' } } },
    { ollama: { models: [{ name: 'm' }], scaleToZero: { enabled: true, idleAfter: '10s' } } },
    /idleAfter is 10s or more/,
  ],
  [
    {
      ollama: {
        ...{ models: [{ name: 'm' }], mode: 'External', external: { url: 'http://ollama:11434' } },
        scaleToZero: { enabled: true },
      },
    },
    { ollama: { models: [{ name: 'm' }], mode: 'External', external: { url: 'http://ollama:11434' } } },
    /scaleToZero is for servers of the chat/,
  ],
  [{ chat: { defaultModel: 'x' } }, { chat: { defaultModel: 'tinyllama' } }, /defaultModel must be one of/],
  [
    { chat: { rooms: [{ name: 'a', model: 'x' }] } },
    { chat: { rooms: [{ name: 'a', model: 'tinyllama' }] } },
    /the model of each room must be/,
  ],
  [{ chat: { queue: { tokenTimeout: '0m0s' } } }, { chat: { queue: { tokenTimeout: '0m1s' } } }, /longer than 0s/],
  [
    { chat: { queue: { firstTokenTimeout: '0s' } } },
    { chat: { queue: { firstTokenTimeout: '100s' } } },
    /longer than 0s/,
  ],
  [{ chat: { history: { maxAge: '0d' } } }, { chat: { history: { maxAge: '1d' } } }, /longer than 0s/],
  [{ rollout: { progressDeadline: '0s' } }, { rollout: { progressDeadline: '1s' } }, /longer than 0s/],
  [{ auth: { mode: 'OIDC' } }, { auth: { mode: 'Guest' } }, /auth\.oidc is needed/],
  [{ auth: { mode: 'TrustedHeader' } }, {}, /auth\.header is needed/],
  [{ auth: { mode: 'Accounts' } }, { auth: { accounts: { adminSecretRef: 'a' } } }, /nobody could come in/],
  [
    { backend: { autoscaling: { minReplicas: 5, maxReplicas: 4 } } },
    { backend: { autoscaling: { minReplicas: 4, maxReplicas: 4 } } },
    /minReplicas must not be more/,
  ],
  [
    { redis: { podTemplate: { env: [{ name: 'A' }] } } },
    { redis: { podTemplate: { env: [{ name: 'A', value: '' }] } } },
    /a value or a valueFrom/,
  ],
  [
    { ollama: { models, podTemplate: { env: [{ name: 'A', valueFrom: {} }] } } },
    { ollama: { models, podTemplate: { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] } } },
    /valueFrom names one thing/,
  ],
  [{ backend: { ...hpa, replicas: 0 } }, { backend: { ...hpa, replicas: 1 } }, /must be at least 1/],
  [
    { frontend: { service: { nodePort: 30080 } } },
    { frontend: { service: { nodePort: 30080, type: 'NodePort' } } },
    /nodePort needs type/,
  ],
  [
    { frontend: { service: { externalTrafficPolicy: 'Local' } } },
    { frontend: { service: { externalTrafficPolicy: 'Local', type: 'LoadBalancer' } } },
    /externalTrafficPolicy needs type/,
  ],
  [
    { frontend: { service: { loadBalancerSourceRanges: ['192.0.2.0/24'], type: 'NodePort' } } },
    { frontend: { service: { loadBalancerSourceRanges: ['192.0.2.0/24'], type: 'LoadBalancer' } } },
    /loadBalancerSourceRanges needs type/,
  ],
  [
    { ollama: { models, mode: 'External' } },
    { ollama: { models, mode: 'External', external } },
    /ollama\.external goes with mode External/,
  ],
  [{ ollama: { models, external } }, {}, /ollama\.external goes with mode External/],
  [
    { ollama: { models, replicas: 2, ...claim } },
    { ollama: { models, replicas: 1, ...claim } },
    /existingClaim is for one replica/,
  ],
  [
    { ollama: { models: preloaded } },
    { ollama: { models: preloaded, maxLoadedModels: 2 } },
    /maxLoadedModels must be at least the number of models with preload/,
  ],
  [
    { ollama: { models: [{ name: 'a', refresh: 'Schedule' }] } },
    { ollama: { models: [{ name: 'a', refresh: 'Schedule', refreshSchedule: '0 3 * * *' }] } },
    /refreshSchedule is needed/,
  ],
  [
    {
      ollama: {
        models: [{ name: 'a', digest: `sha256:${'0'.repeat(64)}`, refresh: 'Schedule', refreshSchedule: '0 3 * * *' }],
      },
    },
    { ollama: { models: [{ name: 'a', digest: `sha256:${'0'.repeat(64)}` }] } },
    /a model with a digest never changes/,
  ],
  [
    { redis: { mode: 'External' } },
    { redis: { mode: 'External', external: { urlSecretRef: { name: 'redis' } } } },
    /redis\.external goes with mode External/,
  ],
  [{ ingress: { mode: 'Ingress' } }, { ingress: { mode: 'Ingress', host: 'a.example' } }, /ingress\.host is needed/],
  [
    { ingress: { mode: 'Gateway', host: 'a.example' } },
    { ingress: { mode: 'Gateway', host: 'a.example', gateway: { name: 'g' } } },
    /ingress\.gateway is needed/,
  ],
  [
    { ingress: { tls: { secretName: 'tls' }, assetBaseURL: 'http://cdn.example' } },
    { ingress: { tls: { secretName: 'tls' }, assetBaseURL: 'https://cdn.example:8443' } },
    /assetBaseURL must begin with https/,
  ],
  [
    { networkPolicy: { allowedFrom: [{}] } },
    { networkPolicy: { allowedFrom: [{ podSelector: {} }] } },
    /name a namespaceSelector/,
  ],
  [
    { networkPolicy: { allowedFrom: [{ podSelector: {}, ipBlock: { cidr: '192.0.2.0/24' } }] } },
    { networkPolicy: { allowedFrom: [{ podSelector: {} }, { ipBlock: { cidr: '192.0.2.0/24' } }] } },
    /ipBlock stands alone/,
  ],
  [
    { backup: { schedule: '0 3 * * *' } },
    { backup: { schedule: '0 3 * * *', storage: {} } },
    /backup\.schedule needs a place/,
  ],
  [{ backup: { storage: {}, existingClaim: 'c' } }, { backup: { existingClaim: 'c' } }, /backups go to one place/],
];

const restoreFrom = (archive: string) => ({ backup: { restoreFrom: { claim: 'c', archive } } });

/** What a ChatApp was, a change that is refused, one that is not, and words of the rule. */
const CHANGES: readonly [before: object, refused: object, accepted: object, words: RegExp][] = [
  [
    {},
    { redis: { storage: { size: '1Gi' } } },
    { redis: { storage: { size: '9Gi' } } },
    /a volume can grow, not shrink/,
  ],
  [{}, { redis: { storage: { storageClassName: 'x' } } }, { chat: { title: 'x' } }, /class of a volume cannot/],
  [
    {},
    { redis: { storage: { accessModes: ['ReadWriteMany'] } } },
    { redis: { storage: { retention: 'Delete' } } },
    /access modes of a volume cannot/,
  ],
  [{ redis: claim }, { redis: { storage: { existingClaim: 'other' } } }, { redis: claim }, /claim cannot change/],
  [
    {},
    { redis: { mode: 'External', external: { urlSecretRef: { name: 'redis' } } } },
    { redis: { persistence: 'EverySecond' } },
    /redis\.mode cannot change/,
  ],
  [{ backend: hpa }, { backend: { replicas: 5 } }, { backend: { replicas: 3 } }, /backend\.autoscaling decides/],
  [
    { backend: hpa },
    { backend: { replicas: 5 } },
    { backend: { autoscaling: null, replicas: 5 } },
    /autoscaling decides/,
  ],
  [{ frontend: hpa }, { frontend: { replicas: 5 } }, { frontend: { replicas: 2 } }, /frontend\.autoscaling decides/],
  [restoreFrom('a'), restoreFrom('b'), { backup: { restoreFrom: null } }, /restoreFrom is given when/],
];

const SEED = Number(process.env['API_SEED'] ?? Date.now() % 1_000_000);
const CASES = Number(process.env['API_CASES'] ?? 300);

describe('the ChatApp schema on a real API server', function () {
  this.timeout(120_000);
  let plane: ControlPlane;
  let client: KubeClient;
  let made = 0;

  before(async function () {
    this.timeout(20 * 60_000);
    plane = await startControlPlane({ crds: [path.join(repository, 'crds/chatapp.dev_chatapps.yaml')] });
    client = new KubeClient(plane.kubeconfig);
  });

  after(async () => {
    await client.close();
    await plane.stop();
  });

  const chats = pathTo('ChatApp', 'default');
  const body = (spec: unknown, name = 'try') => ({
    apiVersion: 'chatapp.dev/v1alpha1',
    kind: 'ChatApp',
    metadata: { name },
    spec,
  });
  const tried = (spec: unknown) => client.send('POST', `${chats}?dryRun=All`, body(spec));

  for (const [refused, accepted, words] of RULES) {
    it(`refuses ${JSON.stringify(refused).slice(0, 90)} in words, and not what is beside it`, async () => {
      const bad = await tried({ ollama: { models }, ...refused });
      assert.equal(bad.status, 422, bad.text);
      assert.match(bad.text, words);
      assert.equal(specSchema.safeParse({ ollama: { models }, ...refused }).success, false);
      const good = await tried({ ollama: { models }, ...accepted });
      assert.equal(good.status, 201, good.text);
    });
  }

  for (const [before, refused, accepted, words] of CHANGES) {
    it(`refuses the change ${JSON.stringify(refused).slice(0, 90)} in words, and not another`, async () => {
      const name = `change-${++made}`;
      await client.ok('POST', chats, body({ ollama: { models }, ...before }, name));
      const change = (spec: object) =>
        client.send('PATCH', `${chats}/${name}?dryRun=All`, { spec }, 'application/merge-patch+json');
      const bad = await change(refused);
      assert.equal(bad.status, 422, bad.text);
      assert.match(bad.text, words);
      const good = await change(accepted);
      assert.equal(good.status, 200, good.text);
    });
  }

  it('has a test of each rule', () => {
    const messages = new Set<string>();
    const collect = (schema: JsonSchema): void => {
      for (const { message } of (schema['x-kubernetes-validations'] ?? []) as { message: string }[]) {
        messages.add(message);
      }
      for (const child of Object.values((schema['properties'] ?? {}) as Record<string, JsonSchema>)) collect(child);
      if (schema['items'] !== undefined) collect(schema['items'] as JsonSchema);
    };
    collect(openApiSchema(specSchema));
    const tested = [...RULES.map(([, , words]) => words), ...CHANGES.map(([, , , words]) => words)];
    for (const message of messages) {
      assert.ok(
        tested.some((words) => words.test(message)),
        `no test of: ${message}`,
      );
    }
  });

  for (const file of fs.readdirSync(path.join(repository, 'config/samples')).filter((name) => name.endsWith('.yaml'))) {
    it(`takes config/samples/${file}, and knows all of its fields`, async () => {
      const sample: unknown = parse(fs.readFileSync(path.join(repository, 'config/samples', file), 'utf8'));
      const { status, text } = await client.send('POST', `${chats}?dryRun=All&fieldValidation=Strict`, sample);
      assert.equal(status, 201, text);
    });
  }

  it(`zod accepts what the server accepts (API_SEED=${SEED} API_CASES=${CASES})`, async () => {
    const whole = openApiSchema(specSchema);
    const some = fc.sample(values(whole), { seed: SEED, numRuns: CASES });
    const specs = some.map((spec) => (isObject(spec) && !('ollama' in spec) ? { ...spec, ollama: { models } } : spec));
    const counts = { accepted: 0, refused: 0 };
    for (let at = 0; at < specs.length; at += 16) {
      await Promise.all(
        specs.slice(at, at + 16).map(async (spec) => {
          const { status, text } = await tried(spec);
          assert.ok([201, 400, 422].includes(status), text);
          const zod = specSchema.safeParse(spec);
          const words = `${JSON.stringify(spec)}\nserver: ${text.slice(0, 600)}\nzod: ${zod.error?.message ?? 'accepts'}`;
          assert.equal(zod.success, status === 201, words);
          counts[zod.success ? 'accepted' : 'refused'] += 1;
        }),
      );
    }
    // Both kinds are there, or the property says nothing.
    assert.ok(counts.accepted > CASES / 10 && counts.refused > CASES / 10, JSON.stringify(counts));
  });
});

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
