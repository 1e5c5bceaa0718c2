/** What parts of a chat tell the operator: one ConfigMap, and for each part that writes it just the right to do so. */
import type { ChatApp } from '../api/chatapp.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ConfigMap } from './kubernetes.ts';
import { childMetadata, namesOf } from './metadata.ts';

const ROLE_GROUP = 'rbac.authorization.k8s.io';

/** Parts that report, and what they may do with the ConfigMap of the reports, and nothing else. */
const VERBS = {
  puller: ['patch'],
  // The agents beside the servers.
  ollama: ['patch'],
  // How a pull goes is told to people who wait for the model.
  backend: ['get', 'patch'],
} as const;

type Reporting = keyof typeof VERBS;

/** Where they write. Its data is theirs: it is never applied. */
export function reportsConfigMap(chat: ChatApp): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(chat, 'puller', namesOf(chat).reports),
  };
}

/** Accounts, Roles and RoleBindings of the parts that report, each named as its part is. */
export function reportAccess(chat: ChatApp): { accounts: KubeObject[]; roles: KubeObject[]; bindings: KubeObject[] } {
  const parts = Object.keys(VERBS) as Reporting[];
  return {
    accounts: parts.map((part) => account(chat, part)),
    roles: parts.map((part) => role(chat, part)),
    bindings: parts.map((part) => binding(chat, part)),
  };
}

/** The account that a part's pods run as: the one that the ChatApp names for them, or that of the part. */
export function reportingAccount(chat: ChatApp, part: Reporting): string {
  const { podTemplate } = part === 'puller' ? chat.spec.ollama.pull : chat.spec[part];
  return podTemplate.serviceAccountName ?? namesOf(chat)[part];
}

/** Pods of these accounts ask for the token themselves. */
function account(chat: ChatApp, part: Reporting): KubeObject {
  const metadata = childMetadata(chat, part, namesOf(chat)[part]);
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false } as KubeObject;
}

function role(chat: ChatApp, part: Reporting): KubeObject {
  const { [part]: name, reports } = namesOf(chat);
  const verbs = [...VERBS[part]];
  const rules = [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [reports], verbs }];
  const metadata = childMetadata(chat, part, name);
  return { apiVersion: `${ROLE_GROUP}/v1`, kind: 'Role', metadata, rules } as KubeObject;
}

function binding(chat: ChatApp, part: Reporting): KubeObject {
  const name = namesOf(chat)[part];
  const roleRef = { apiGroup: ROLE_GROUP, kind: 'Role', name };
  const { namespace } = chat.metadata;
  const subjects = [{ kind: 'ServiceAccount', name: reportingAccount(chat, part), namespace }];
  const metadata = childMetadata(chat, part, name);
  return { apiVersion: `${ROLE_GROUP}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects } as KubeObject;
}
