import type { KubeClient, KubeObject } from './kube-client.ts';

interface Claim extends KubeObject {
  readonly spec: {
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

interface Volume extends KubeObject {
  readonly status?: { readonly phase?: string };
}

/**
 * Stands in for a provisioner where there are no disks: gives every claim a volume of the size it asks for, which the real
 * controllers then bind, and removes volumes whose claim is gone. It works until the client is closed.
 */
export async function startVolumeHelper(client: KubeClient, report: (words: string) => void): Promise<void> {
  const orReport = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => {
      if (!client.isClosed) report(`volume helper: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  await client.follow('/api/v1/persistentvolumeclaims', (type, item) => {
    const claim = item as Claim;
    if (type !== 'ADDED' || claim.spec.volumeName !== undefined) return;
    const { name, namespace, uid } = claim.metadata;
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `testbed-${uid}` },
      spec: {
        capacity: { storage: claim.spec.resources.requests.storage },
        accessModes: claim.spec.accessModes,
        storageClassName: claim.spec.storageClassName ?? '',
        persistentVolumeReclaimPolicy: 'Retain',
        hostPath: { path: `/nowhere/${uid}` },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
      },
    };
    orReport(client.ok('POST', '/api/v1/persistentvolumes', volume, { allow: [409] }));
  });
  await client.follow('/api/v1/persistentvolumes', (type, item) => {
    const volume = item as Volume;
    if (type === 'DELETED' || volume.status?.phase !== 'Released') return;
    orReport(
      client.ok('DELETE', `/api/v1/persistentvolumes/${volume.metadata.name}`, undefined, { allow: [404, 409] }),
    );
  });
}
