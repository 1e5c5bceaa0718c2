import type { ResourceType } from '../kube/object.ts';

/** What the builders know beside the ChatApp itself. */
export interface BuildContext {
  /** Images of ChatApps that name none, from the operator's environment. */
  images: { runtime: string; redis: string; ollama: string };
  /** Hash of the generated Secret: pods that read it roll when it changes. */
  secretHash: string;
  /** Whether the cluster serves a kind that not every cluster has. */
  has: (type: ResourceType) => boolean;
}
