import type { KubeObject } from './kube-client.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

interface ModelStatus {
  readonly name: string;
  readonly phase: string;
  readonly percent?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** A ChatApp, as far as the test bed looks into it. */
export interface Chat extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly phase?: string;
    readonly image?: string;
    readonly backend?: { readonly summary: string };
    readonly frontend?: { readonly summary: string };
    readonly ollama?: { readonly summary: string };
    readonly redis?: { readonly summary: string };
    readonly modelsSummary?: string;
    readonly models?: readonly ModelStatus[];
    readonly conditions?: readonly Condition[];
  };
}

/** One line for people: how far a chat is. */
export function progressLine({ status }: Chat): string {
  if (status === undefined) return 'waiting for the operator';
  const parts = (['redis', 'ollama', 'backend', 'frontend'] as const)
    .map((part) => [part, status[part]?.summary] as const)
    .filter(([, summary]) => summary !== undefined)
    .map(([part, summary]) => `${part} ${summary}`);
  return [status.phase ?? 'Pending', ...parts, `models ${status.modelsSummary ?? '?'}`].join(', ');
}

function holds(chat: Chat, type: string): boolean {
  return chat.status?.conditions?.some((one) => one.type === type && one.status === 'True') === true;
}

/** Whether people can chat, the models answer, and all of it is of the newest spec and of this runtime image. */
export function isUp(chat: Chat, image: string): boolean {
  if (chat.status?.observedGeneration !== chat.metadata.generation || chat.status.image !== image) return false;
  return holds(chat, 'Ready') && holds(chat, 'ModelsReady') && !holds(chat, 'Progressing');
}

/** The words about models that failed in a way that waiting does not mend. */
export function hopelessModels(chat: Chat): string | undefined {
  const failed = chat.status?.models?.filter(({ phase, reason }) => phase === 'Failed' && reason === 'NotFound') ?? [];
  return failed.length === 0
    ? undefined
    : failed.map(({ name, reason, message }) => `${name}: ${reason}: ${message}`).join('\n');
}
