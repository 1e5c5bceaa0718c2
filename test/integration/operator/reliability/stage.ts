/** What the reliability tests share: one control plane, the operator behind a proxy that makes faults, and its audit log. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after } from 'mocha';
import type { ChatApp } from '../../../../operator/api/chatapp.ts';
import { apiVersionOf, pathOf, type KubeObject } from '../../../../operator/kube/object.ts';
import { TYPES } from '../../../../operator/resources/types.ts';
import { until } from '../../../testbed/wait.ts';
import type { FaultProxy, Match } from '../../kube/fault-proxy.ts';
import type { AuditEvent } from '../audit.ts';
import { OperatorBed, USER } from '../operator.ts';
import { CRDS, MONITORS, ROUTES, SCALED } from '../optional-kinds.ts';
import { KINDS, notAsBuilt, type Live } from './as-built.ts';
import { AuditLog } from './audit-log.ts';
import { canonical, masked } from './canonical.ts';

/** Every ChatApp of these tests has this name; namespaces keep them apart. */
export const NAME = 'demo';

/** Building the programs the first time takes minutes. */
export const BUILD_TIMEOUT = 20 * 60_000;

/** All other conditions are `True` when all is well. */
const CALM_IF_FALSE = ['Progressing', 'Degraded'];

/** How a ChatApp ended: two runs of the same work end alike. */
export interface End {
  /** Its objects and itself, in canonical form. */
  readonly state: readonly string[];
  /** What of it was made and deleted on the way there, one entry for each time. */
  readonly made: readonly string[];
}

/** Writes of the operator for ChatApps of a namespace, Events apart. */
export function writesIn(namespace: string): Match {
  return ({ method, path }) =>
    method !== 'GET' && path.includes(`/namespaces/${namespace}/`) && !path.includes('/events');
}

export class Stage {
  readonly bed: OperatorBed;
  readonly proxy: FaultProxy;
  /** ChatApps of these namespaces have come to rest, after so many writes and at this time (`performance.now()`). */
  readonly ended = new Map<string, { readonly writes: number; readonly at: number }>();
  readonly #audit: AuditLog;
  readonly #followed = new Map<string, Live>();
  /** What was made and deleted in each namespace. By UIDs: a killed request may leave no answer in the audit log. */
  readonly #made = new Map<string, string[]>();

  constructor(bed: OperatorBed, proxy: FaultProxy) {
    this.bed = bed;
    this.proxy = proxy;
    this.#audit = new AuditLog(bed.plane.auditLog, USER);
  }

  /** The operator's writes that reached the API server, of one namespace or of all, Events and Leases apart. */
  writes(namespace?: string): AuditEvent[] {
    return this.#audit.writes.filter(({ objectRef }) => {
      if (objectRef?.resource === 'events' || objectRef?.resource === 'leases') return false;
      return namespace === undefined || objectRef?.namespace === namespace;
    });
  }

  /** Begins to follow every kind that can belong to a ChatApp. */
  async follow(): Promise<void> {
    for (const type of KINDS) {
      await this.bed.client.follow(pathOf(type), (change, item) => {
        const object = { ...(item as KubeObject), apiVersion: apiVersionOf(type), kind: type.kind };
        const uid = item.metadata.uid!;
        if (change !== 'DELETED' && !this.#followed.has(uid)) this.#note('create', object);
        if (change === 'DELETED') this.#note('delete', object);
        if (change === 'DELETED') this.#followed.delete(uid);
        else this.#followed.set(uid, { type, object });
      });
    }
  }

  #note(what: 'create' | 'delete', object: KubeObject): void {
    if (!isOwned(object)) return;
    const { namespace = '', name } = object.metadata;
    const made = this.#made.get(namespace) ?? [];
    made.push(masked(`${what} ${object.kind} ${name}`));
    this.#made.set(namespace, made);
  }

  /** The same as `live`, without a question, and perhaps a moment late. */
  followed(namespace: string): Live[] {
    return [...this.#followed.values()].filter(({ object }) => object.metadata.namespace === namespace);
  }

  /** Everything of a namespace that can belong to a ChatApp. */
  async live(namespace: string): Promise<Live[]> {
    const lists = await Promise.all(
      KINDS.map(async (type) => {
        const { items } = await this.bed.client.ok<{ items: KubeObject[] }>('GET', pathOf(type, namespace));
        return items.map((item) => ({
          type,
          object: { ...item, apiVersion: apiVersionOf(type), kind: type.kind },
        }));
      }),
    );
    return lists.flat();
  }

  /** What belongs to a ChatApp, whether that is there or not. */
  async owned(namespace: string): Promise<Live[]> {
    const all = await this.live(namespace);
    return all.filter(({ object }) => isOwned(object));
  }

  async chat(namespace: string): Promise<ChatApp> {
    const chat = await this.bed.get<ChatApp>('ChatApp', namespace, NAME);
    assert.ok(chat !== undefined, `${namespace} has no ChatApp`);
    return chat;
  }

  /** Resolves once the ChatApp is `Ready` in every respect, all is as the builders say, and the operator has nothing more to write. */
  async settled(namespace: string, timeout = 60_000): Promise<void> {
    let words = 'nothing was seen';
    const holds = async (): Promise<boolean> => {
      const { status, metadata } = await this.chat(namespace);
      words = `phase ${status?.phase}, generation ${status?.observedGeneration} of ${metadata.generation}`;
      if (status?.phase !== 'Ready' || status.observedGeneration !== metadata.generation) return false;
      const open = status.conditions?.filter(
        ({ type, status: is }) => is !== (CALM_IF_FALSE.includes(type) ? 'False' : 'True'),
      );
      words = `${open?.map(({ type, message }) => `${type}: ${message}`).join('; ')}`;
      if (open?.length !== 0) return false;
      const wrong = notAsBuilt(await this.chat(namespace), this.followed(namespace));
      words =
        wrong.length > 0
          ? wrong
              .slice(0, 5)
              .map((each) => each.words)
              .join('; ')
          : 'the operator goes on writing';
      return wrong.length === 0 && this.#isQuiet(namespace);
    };
    try {
      await until(`${namespace} is settled`, holds, { timeout, every: 150 });
    } catch (error) {
      throw new Error(`${namespace}: ${words}`, { cause: error });
    }
  }

  async #isQuiet(namespace: string): Promise<boolean> {
    const before = this.writes(namespace).length;
    await sleep(300);
    return this.writes(namespace).length === before;
  }

  /** How the ChatApp of a namespace ended. */
  async end(namespace: string): Promise<End> {
    const chat = await this.chat(namespace);
    const claims = (await this.live(namespace)).filter(({ type }) => type === TYPES.claim);
    const owned = await this.owned(namespace);
    await until('the watches have seen all of it', () => isSame(owned, this.followed(namespace)), { timeout: 10_000 });
    const state = canonical([chat, ...[...claims, ...owned].map(({ object }) => object)]);
    this.ended.set(namespace, { writes: this.writes(namespace).length, at: performance.now() });
    return { state, made: [...(this.#made.get(namespace) ?? [])].sort() };
  }
}

const isOwned = ({ metadata }: KubeObject): boolean => metadata.ownerReferences?.[0]?.kind === 'ChatApp';

/** Whether the same objects are owned by ChatApps here and there. */
function isSame(some: readonly Live[], others: readonly Live[]): boolean {
  const uids = (list: readonly Live[]): string =>
    list
      .flatMap(({ object }) => (isOwned(object) ? object.metadata.uid : []))
      .sort()
      .join();
  return uids(some) === uids(others);
}

let starting: Promise<Stage> | undefined;

/** The stage that all files of this folder share; taken down when all tests are over. */
export function sharedStage(): Promise<Stage> {
  starting ??= start();
  return starting;
}

async function start(): Promise<Stage> {
  const bed = await OperatorBed.start({ way: 'proxy' });
  for (const crd of [ROUTES, MONITORS, SCALED]) await bed.client.ok('POST', CRDS, crd);
  const stage = new Stage(bed, bed.proxy!);
  await stage.follow();
  return stage;
}

after(async function () {
  this.timeout(60_000);
  await (await starting)?.bed.stop();
});
