import { Document, isScalar, isSeq, visit } from 'yaml';
import { FIELD_MANAGER } from '../reconcile/environment.ts';
import { electionRules, rules, type Rule } from './rights.ts';

const NOTE = '# Made by `npm run generate` from operator/rbac/rights.ts: change that, not this.\n';
const API_GROUP = 'rbac.authorization.k8s.io';
const NAMESPACE = 'chatapp-system';

/** A role and its binding to the operator's account. */
function roleAndBinding(kind: 'ClusterRole' | 'Role', name: string, rules: readonly Rule[]): object[] {
  const metadata = kind === 'Role' ? { name, namespace: NAMESPACE } : { name };
  const apiVersion = `${API_GROUP}/v1`;
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: API_GROUP, kind, name },
      subjects: [{ kind: 'ServiceAccount', name: FIELD_MANAGER, namespace: NAMESPACE }],
    },
  ];
}

/** YAML as people write it: lists of words on one line. */
function yamlOf(object: object): string {
  const document = new Document(object, { aliasDuplicateObjects: false });
  visit(document, {
    Seq: (_key, list) => void (list.flow = isSeq(list) && list.items.every((item) => isScalar(item))),
  });
  return document.toString({ flowCollectionPadding: false, singleQuote: true, lineWidth: 120 });
}

function file(comment: string, objects: readonly object[]): string {
  return NOTE + comment + objects.map(yamlOf).join('---\n');
}

/** The files of the operator's rights: path -> content. */
export function manifests(): Record<string, string> {
  return {
    'config/rbac/cluster-role.yaml': file(
      '# RBAC cannot narrow a watch by label: the operator may read every object of these kinds, and asks only for those that\n' +
        '# it made (label app.kubernetes.io/managed-by=chatapp-operator), and by name for those that a ChatApp refers to.\n',
      roleAndBinding('ClusterRole', FIELD_MANAGER, rules('cluster')),
    ),
    'config/rbac/leader-election.yaml': file(
      '',
      roleAndBinding('Role', `${FIELD_MANAGER}-leader-election`, electionRules(FIELD_MANAGER)),
    ),
    'config/namespaced/role.yaml': file(
      '# The rights of an operator that looks after its own namespace only.\n',
      roleAndBinding('Role', FIELD_MANAGER, rules('namespace')),
    ),
  };
}
