import type { ResourceType } from '../kube/object.ts';
import type { Resolved } from './resolved.ts';

/** What the builders know beside the ChatApp itself. */
export interface BuildContext {
  /** Images of ChatApps that name none, from the operator's environment. */
  images: { runtime: string; redis: string; ollama: string };
  /** Hash of the generated Secret: Redis restarts when it changes. */
  secretHash: string;
  /** The same for the backends, who follow once Redis works with the new one. */
  backendSecretHash: string;
  /** What the spec refers to, as far as it is there. */
  references: readonly Resolved[];
  /** Whether the model servers sleep: there is none then. */
  ollama: 'awake' | 'asleep';
  /** Whether the cluster serves a kind that not every cluster has. */
  has: (type: ResourceType) => boolean;
}
