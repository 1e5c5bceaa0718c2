import type { Transport } from './kube/transport.ts';

/** The oldest Kubernetes with everything that is used: preStop.sleep and CEL as the CRD has it. */
const OLDEST_MINOR = 30;

/**
 * Asks the API server what it is.
 * @returns its version, such as `v1.34.4`
 * @throws Error in words when it is too old
 */
export async function checkClusterVersion(transport: Pick<Transport, 'request'>): Promise<string> {
  const { major, minor, gitVersion } = await transport.request<Record<'major' | 'minor' | 'gitVersion', string>>(
    'GET',
    '/version',
  );
  if (Number(major) === 1 && Number.parseInt(minor, 10) < OLDEST_MINOR) {
    throw new Error(`this cluster runs Kubernetes ${gitVersion}; ChatApps need 1.${OLDEST_MINOR} or newer`);
  }
  return gitVersion;
}
