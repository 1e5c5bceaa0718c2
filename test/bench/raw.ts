import fs from 'node:fs';
import { Pool } from 'undici';
import { parse } from 'yaml';
import { pathTo, type OperatorBed } from '../integration/operator/operator.ts';
import type { KubeObject } from '../testbed/kube-client.ts';
import { NAMESPACE } from './children.ts';

interface Template {
  readonly kind: string;
  readonly text: string;
}

/** What goes first, and second, as the operator has it: nobody may bind a Role that is not there. */
const STEPS = [['Secret'], ['ConfigMap', 'ServiceAccount', 'Role', 'Service', 'NetworkPolicy']];

/** Makes the same objects as the operator, with nothing in between but an HTTP client: what the API server takes at the least. */
export class RawClient {
  readonly #pool: Pool;
  readonly #headers: Record<string, string>;
  readonly #templates: readonly Template[];

  private constructor(pool: Pool, token: string, templates: readonly Template[]) {
    this.#pool = pool;
    this.#headers = { authorization: `Bearer ${token}` };
    this.#templates = templates;
  }

  /** With the operator's own rights, and with copies of the children of the ChatApp called "warm". */
  static async of(bed: OperatorBed, children: readonly { kind: string; object: KubeObject }[]): Promise<RawClient> {
    const { kubeconfig } = await bed.newAccess();
    const { users } = parse(fs.readFileSync(kubeconfig, 'utf8')) as { users: [{ user: { token: string } }] };
    const templates: Template[] = [];
    for (const { kind, object } of children) {
      const live = await bed.client.ok<KubeObject & Record<string, unknown>>(
        'GET',
        pathTo(kind, NAMESPACE, object.metadata.name),
      );
      const { name, ownerReferences, labels, annotations } = live.metadata as Record<string, unknown> &
        KubeObject['metadata'];
      const spec = live['spec'] as Record<string, unknown> | undefined;
      for (const field of ['clusterIP', 'clusterIPs']) if (spec !== undefined) Reflect.deleteProperty(spec, field);
      const body = { ...live, status: undefined, metadata: { name, ownerReferences, labels, annotations } };
      templates.push({ kind, text: JSON.stringify(body) });
    }
    const pool = new Pool(bed.plane.server, {
      connections: 32,
      connect: { ca: fs.readFileSync(bed.plane.caFile, 'utf8') },
    });
    return new RawClient(pool, users[0].user.token, templates);
  }

  get size(): number {
    return this.#templates.length;
  }

  /** Makes one set step by step, as the operator does: by server-side apply (the Secret by a create), or by creates only. */
  async make(name: string, how: 'apply' | 'create'): Promise<void> {
    const stepOf = ({ kind }: Template) => STEPS.findIndex((kinds) => kinds.includes(kind));
    for (const step of [0, 1, -1]) {
      const due = this.#templates.filter((each) => stepOf(each) === step);
      await Promise.all(due.map((each) => this.#send(each, name, each.kind === 'Secret' ? 'create' : how)));
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #send({ kind, text }: Template, name: string, how: 'apply' | 'create'): Promise<void> {
    // The labels of another, so that the operator does not see them.
    const body = text
      .replaceAll('"warm-', `"${name}-`)
      .replaceAll('"app.kubernetes.io/instance":"warm"', `"app.kubernetes.io/instance":"${name}"`)
      .replaceAll('"app.kubernetes.io/managed-by":"chatapp-operator"', '"app.kubernetes.io/managed-by":"bench"');
    const object = JSON.parse(body) as KubeObject;
    const path =
      how === 'create'
        ? pathTo(kind, NAMESPACE)
        : `${pathTo(kind, NAMESPACE, object.metadata.name)}?fieldManager=bench&force=true`;
    const type = how === 'create' ? 'application/json' : 'application/apply-patch+yaml';
    const response = await this.#pool.request({
      method: how === 'create' ? 'POST' : 'PATCH',
      path,
      headers: { ...this.#headers, 'content-type': type },
      body,
    });
    const answer = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${path}: ${response.statusCode} ${answer.slice(0, 300)}`);
  }
}
