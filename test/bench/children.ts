/** The children of ChatApps as watches tell of them. */
import { CHILD_KINDS, pathTo, type OperatorBed } from '../integration/operator/operator.ts';
import type { KubeObject } from '../testbed/kube-client.ts';
import { until } from '../testbed/wait.ts';

export const NAMESPACE = 'default';
const limits = { timeout: 60_000, every: 2 };

export interface Child extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
}

interface Sighting {
  readonly kind: string;
  readonly object: Child;
  /** When it came, and when its last event came, by `performance.now()`. */
  readonly came: number;
  readonly at: number;
}

/** Follows every kind of child in the bench's namespace. */
export class Children {
  readonly #seen = new Map<string, Sighting>();

  static async follow(bed: OperatorBed): Promise<Children> {
    const children = new Children();
    for (const kind of CHILD_KINDS) {
      await bed.client.follow(pathTo(kind, NAMESPACE), (type, object) => {
        const id = `${kind} ${object.metadata.name}`;
        const at = performance.now();
        if (type === 'DELETED') children.#seen.delete(id);
        else children.#seen.set(id, { kind, object, at, came: children.#seen.get(id)?.came ?? at });
      });
    }
    return children;
  }

  /** What there is of one ChatApp now. */
  of(chat: string): Sighting[] {
    return [...this.#seen.values()].filter(({ object }) => object.metadata.name.startsWith(`${chat}-`));
  }

  /** When the last of so many children of a ChatApp came. */
  async allThere(chat: string, count: number): Promise<number> {
    await until(`${count} children of ${chat}`, () => this.of(chat).length >= count, limits);
    return Math.max(...this.of(chat).map(({ came }) => came));
  }

  /** When a child was as wanted. */
  async when(kind: string, name: string, holds: (child: Child) => boolean): Promise<number> {
    const id = `${kind} ${name}`;
    const isSo = () => {
      const seen = this.#seen.get(id);
      return seen !== undefined && holds(seen.object) && seen;
    };
    return (await until(`${id} is healed`, isSo, limits)).at;
  }
}
