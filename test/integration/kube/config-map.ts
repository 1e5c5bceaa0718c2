import { silentLogger } from '../../../operator/kube/log.ts';
import type { KubeObject, ResourceType } from '../../../operator/kube/object.ts';

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export const configMaps: ResourceType = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
export const quiet = silentLogger;

/** A ConfigMap to create. */
export function configMap(namespace: string, name: string, more: Partial<ConfigMap> = {}): ConfigMap {
  const metadata = { ...more.metadata, name, namespace };
  return { apiVersion: 'v1', kind: 'ConfigMap', ...more, metadata };
}
