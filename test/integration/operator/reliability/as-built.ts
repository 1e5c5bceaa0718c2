/** Whether what is there of a ChatApp is what the builders say. */
import type { ChatApp } from '../../../../operator/api/chatapp.ts';
import { differences } from '../../../../operator/kube/difference.ts';
import { pathOfObject, resourceNameOf, type KubeObject, type ResourceType } from '../../../../operator/kube/object.ts';
import { scaledByOther, scalerOf } from '../../../../operator/resources/autoscaler.ts';
import { children, type Child } from '../../../../operator/resources/children.ts';
import type { BuildContext } from '../../../../operator/resources/context.ts';
import type { Deployment, Secret } from '../../../../operator/resources/kubernetes.ts';
import { namesOf } from '../../../../operator/resources/metadata.ts';
import { secretHash } from '../../../../operator/resources/secret.ts';
import { OPTIONAL_TYPES, TYPES } from '../../../../operator/resources/types.ts';
import { FIELD_MANAGER } from '../../../../operator/reconcile/environment.ts';
import type { KubeClient } from '../../../testbed/kube-client.ts';
import { IMAGES } from '../operator.ts';

/** A live object with its type. */
export interface Live {
  readonly type: ResourceType;
  readonly object: KubeObject;
}

/** Kinds that the stage's cluster does not have. */
const ABSENT: readonly ResourceType[] = [OPTIONAL_TYPES.azureServiceMonitor];

/** Every kind that can belong to a ChatApp on the stage. */
export const KINDS: readonly ResourceType[] = Object.values<ResourceType>({ ...TYPES, ...OPTIONAL_TYPES }).filter(
  (type) => !ABSENT.includes(type),
);

/** Of these kinds there may be more than the builders name: planned from what is there, or kept for old pods. */
const BESIDE: readonly ResourceType[] = [TYPES.secret, TYPES.job, TYPES.configMap];

/** The children of a ChatApp as they should be, its Secret and Jobs apart. */
export function desiredOf(chat: ChatApp, secret: Secret): Child[] {
  const images = { runtime: IMAGES.RUNTIME_IMAGE, redis: IMAGES.REDIS_IMAGE, ollama: IMAGES.OLLAMA_IMAGE };
  const hash = secretHash(secret);
  const context: BuildContext = {
    images,
    ollama: 'awake',
    secretHash: hash,
    backendSecretHash: hash,
    references: [],
    has: (type) => !ABSENT.includes(type),
  };
  const names = namesOf(chat);
  return children(chat, context)
    .flat()
    .map((child) => {
      const part = (['backend', 'frontend'] as const).find((each) => names[each] === child.object.metadata.name);
      const scaler = child.type === TYPES.deployment && part !== undefined ? scalerOf(chat, context, part) : undefined;
      if (scaler === undefined) return child;
      return { ...child, object: scaledByOther(child.object as Deployment, scaler) };
    });
}

const idOf = ({ type, object }: Live): string => `${resourceNameOf(type)} ${object.metadata.name}`;

/** A place where what is there is not as it should be. */
export interface Wrong {
  readonly words: string;
  /** The child that should be; none where there is one too many. */
  readonly child?: Child;
}

/** The generated Secret of a ChatApp. */
export function secretOf(chat: ChatApp, live: readonly Live[]): Secret | undefined {
  const { secret: name } = namesOf(chat);
  return live.find(({ type, object }) => type === TYPES.secret && object.metadata.name === name)?.object;
}

/** Where what is there differs from what should be; nothing when all is well. */
export function notAsBuilt(chat: ChatApp, live: readonly Live[]): Wrong[] {
  const owned = live.filter(({ object }) =>
    object.metadata.ownerReferences?.some(({ uid }) => uid === chat.metadata.uid),
  );
  const secret = secretOf(chat, owned);
  if (secret === undefined) return [{ words: 'there is no Secret' }];
  const byId = new Map(owned.map((each) => [idOf(each), each.object]));
  const desired = desiredOf(chat, secret);
  const wrong = desired.flatMap((child): Wrong[] => {
    const object = byId.get(idOf(child));
    if (object === undefined) return [{ words: `${idOf(child)} is missing`, child }];
    return differences(child.object, object).map(({ path }) => ({ words: `${idOf(child)} differs in ${path}`, child }));
  });
  const wanted = new Set(desired.map(idOf));
  const surplus = owned.filter((each) => !BESIDE.includes(each.type) && !wanted.has(idOf(each)));
  return [...wrong, ...surplus.map((each) => ({ words: `${idOf(each)} is not wanted` }))];
}

/** Why the API server does not take a child as it should be; undefined when it does. */
export async function refusedBy(client: KubeClient, { type, object }: Child): Promise<string | undefined> {
  const path = `${pathOfObject(type, object)}?fieldManager=${FIELD_MANAGER}&force=true&dryRun=All`;
  const { status, text } = await client.send('PATCH', path, object, 'application/apply-patch+yaml');
  return status >= 400 ? text : undefined;
}
