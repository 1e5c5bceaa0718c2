/** What a ChatApp's spec names and somebody else makes: the one list of it. */
import type { ChatApp } from '../api/chatapp.ts';
import type { Component } from '../api/labels.ts';
import type { PodTemplate, Storage } from '../api/spec.ts';
import { ADMIN_KEY, hasPasswords } from './auth.ts';

/** An object of the ChatApp's namespace, or one key of it, that pods of a component use. */
export interface Reference {
  kind: 'Secret' | 'ConfigMap' | 'PersistentVolumeClaim';
  name: string;
  /** Its value counts: another one rolls the pods. Without a key only that the object is there counts. */
  key?: string | undefined;
  /** The pods start without it too. */
  optional: boolean;
  /** Where the spec names it, such as `redis.external.urlSecretRef`. */
  field: string;
  /** Whose pods use it; `shared`: no one component cannot do without it. */
  component: Component;
}

interface Server {
  mode: 'Managed' | 'External';
  podTemplate: PodTemplate;
  storage: Storage;
}

type KeyRef = { name: string; key: string; optional?: boolean | undefined };

function ofKey(kind: 'Secret' | 'ConfigMap', component: Component, field: string, ref: KeyRef | undefined) {
  if (ref === undefined) return [];
  const { name, key, optional = false } = ref;
  return [{ kind, name, key, optional, field, component }];
}

function ofEnvironment(component: Component, { env }: PodTemplate): Reference[] {
  return env.flatMap(({ name, valueFrom }) => {
    const at = `${component}.podTemplate.env[${name}]`;
    return [
      ...ofKey('Secret', component, at, valueFrom?.secretKeyRef),
      ...ofKey('ConfigMap', component, at, valueFrom?.configMapKeyRef),
    ];
  });
}

/** What the pods and the volume of a server of ours refer to; nothing where somebody else runs it. */
function ofServer(component: 'redis' | 'ollama', { mode, podTemplate, storage }: Server): Reference[] {
  if (mode === 'External') return [];
  const { existingClaim: name } = storage;
  const field = `${component}.storage.existingClaim`;
  return [
    ...ofEnvironment(component, podTemplate),
    ...(name === undefined
      ? []
      : [{ kind: 'PersistentVolumeClaim' as const, name, optional: false, field, component }]),
  ];
}

/** How servers of ours reach the registry of models. */
function ofRegistry({ keySecretRef, caSecretRef }: ChatApp['spec']['ollama']['pull']): Reference[] {
  return [
    ...ofKey('Secret', 'ollama', 'ollama.pull.keySecretRef', keySecretRef),
    ...ofKey('Secret', 'ollama', 'ollama.pull.caSecretRef', caSecretRef),
  ];
}

/** Who the first administrator is. */
function ofAdministrator({ mode, accounts: { adminSecretRef: name } }: ChatApp['spec']['auth']): Reference[] {
  if (name === undefined || !hasPasswords(mode)) return [];
  return Object.values(ADMIN_KEY).flatMap((key) =>
    ofKey('Secret', 'backend', 'auth.accounts.adminSecretRef', { name, key }),
  );
}

/** How the backends ask a provider who people are. */
function ofProvider({ mode, oidc }: ChatApp['spec']['auth']): Reference[] {
  if (mode !== 'OIDC') return [];
  return [
    ...ofKey('Secret', 'backend', 'auth.oidc.clientSecretRef', oidc?.clientSecretRef),
    ...ofKey('Secret', 'backend', 'auth.oidc.caSecretRef', oidc?.caSecretRef),
  ];
}

/** Everything that a ChatApp refers to, one entry for each component that uses it. */
export function referencesOf({ spec }: ChatApp): Reference[] {
  const { auth, backend, frontend, ollama, redis, imagePullSecrets } = spec;
  return [
    ...ofEnvironment('backend', backend.podTemplate),
    ...ofEnvironment('frontend', frontend.podTemplate),
    ...ofEnvironment('puller', ollama.pull.podTemplate),
    ...ofServer('ollama', ollama),
    ...ofServer('redis', redis),
    ...(ollama.mode === 'External' ? [] : ofRegistry(ollama.pull)),
    ...ofKey('Secret', 'backend', 'redis.external.urlSecretRef', redis.external?.urlSecretRef),
    ...ofKey('Secret', 'backend', 'redis.external.caSecretRef', redis.external?.caSecretRef),
    ...ofKey(
      'Secret',
      'backend',
      'redis.external.sentinel.passwordSecretRef',
      redis.external?.sentinel?.passwordSecretRef,
    ),
    ...(['backend', 'puller'] as const).flatMap((component) => [
      ...ofKey('Secret', component, 'ollama.external.tokenSecretRef', ollama.external?.tokenSecretRef),
      ...ofKey('Secret', component, 'ollama.external.caSecretRef', ollama.external?.caSecretRef),
    ]),
    ...ofAdministrator(auth),
    ...ofProvider(auth),
    ...imagePullSecrets.map(({ name }, at): Reference => {
      return { kind: 'Secret', name, optional: false, field: `imagePullSecrets[${at}]`, component: 'shared' };
    }),
  ];
}
