import { pathOfObject, type KubeObject, type ResourceType } from './object.ts';
import { foldManagedFields } from './ownership.ts';
import type { Transport } from './transport.ts';

export interface StatusWriterOptions {
  transport: Transport;
  fieldManager: string;
  /** Told of an object as the server has it after its status was written. */
  onWrite?: (type: ResourceType, object: KubeObject) => void;
}

/** Whether a status had to be written, and the object as the server has it. */
export interface StatusWritten<T> {
  action: 'updated' | 'unchanged';
  object: T;
}

/** Writes the status subresource of objects. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /**
   * Makes the status of the object be exactly this, by one request, and by none when it is so already. Throws ApiError 409
   * when the object has changed since it was read: a status made from an older spec is not to be shown.
   */
  async writeStatus<T extends KubeObject>(type: ResourceType, object: T, status: object): Promise<StatusWritten<T>> {
    const before = (object as { status?: unknown }).status ?? {};
    const patch = mergePatch(before, JSON.parse(JSON.stringify(status)));
    if (patch === undefined) return { action: 'unchanged', object };
    const { resourceVersion } = object.metadata;
    const path = pathOfObject(type, object, 'status');
    const written = await this.#options.transport.request<T>('PATCH', path, {
      body: { metadata: { resourceVersion }, status: patch },
      contentType: 'application/merge-patch+json',
      query: { fieldManager: this.#options.fieldManager },
    });
    foldManagedFields(written);
    this.#options.onWrite?.(type, written);
    return { action: 'updated', object: written };
  }
}

/** The JSON merge patch (RFC 7396) that makes `after` of `before`; undefined when they are equal. Null counts as absent. */
export function mergePatch(before: unknown, after: unknown): unknown {
  if (!isMap(before) || !isMap(after)) return isEqual(before, after) ? undefined : after;
  const patch: Record<string, unknown> = {};
  for (const name of Object.keys(before)) if (!(name in after)) patch[name] = null;
  for (const [name, value] of Object.entries(after)) {
    if (value === null && !(name in before)) continue;
    const part = mergePatch(before[name], value);
    if (part !== undefined) patch[name] = part;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two JSON values are equal, whatever the order of keys. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((part, i) => isEqual(part, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && isEqual(a[name], b[name]));
}
