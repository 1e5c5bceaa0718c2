import type { API_VERSION, KIND } from './group.ts';
import type { ChatAppSpec } from './spec.ts';
import type { ChatAppStatus } from './status.ts';

/** A ChatApp as the API server holds it, defaults filled in. */
export interface ChatApp {
  apiVersion: typeof API_VERSION;
  kind: typeof KIND;
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    generation: number;
    resourceVersion: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: ChatAppSpec;
  status?: ChatAppStatus;
}
