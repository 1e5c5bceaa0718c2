/** Kinds that some clusters have, without schemas of their own. */
function optionalKind(group: string, version: string, plural: string, kind: string) {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // Group names that are Kubernetes' own ask for an approval.
    metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' } },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const ROUTES = optionalKind('gateway.networking.k8s.io', 'v1', 'httproutes', 'HTTPRoute');
export const MONITORS = optionalKind('monitoring.coreos.com', 'v1', 'servicemonitors', 'ServiceMonitor');
export const AZURE_MONITORS = optionalKind('azmonitoring.coreos.com', 'v1', 'servicemonitors', 'ServiceMonitor');
export const SCALED = optionalKind('keda.sh', 'v1alpha1', 'scaledobjects', 'ScaledObject');
