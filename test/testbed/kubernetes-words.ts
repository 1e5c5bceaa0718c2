import type { Chat, Condition } from './chat-status.ts';
import type { Cluster } from './cluster.ts';
import { demo } from './demo.ts';
import type { KubeObject } from './kube-client.ts';

interface Pod extends KubeObject {
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly state: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
}

interface Event extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly reason: string;
  readonly message: string;
}

/** The pods that are neither ready nor done, with the reason their containers wait for. */
export function unreadyPods(pods: readonly Pod[]): readonly { readonly name: string; readonly words: string }[] {
  const isReady = (pod: Pod): boolean =>
    pod.status.phase === 'Succeeded' ||
    pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  return pods
    .filter((pod) => !isReady(pod))
    .map((pod) => {
      const waiting = (pod.status.containerStatuses ?? [])
        .filter(({ state }) => state.waiting !== undefined)
        .map(({ name, state }) => `${name}: ${state.waiting?.reason ?? ''} ${state.waiting?.message ?? ''}`.trim());
      return { name: pod.metadata.name, words: [pod.status.phase, ...waiting].join(', ') };
    });
}

/** Whether a condition says that something is amiss or under way; these two do so when they hold, all others when not. */
export function isBad({ type, status }: Pick<Condition, 'type' | 'status'>): boolean {
  return type === 'Degraded' || type === 'Progressing' ? status === 'True' : status !== 'True';
}

/** The last events about an object, newest last. */
function eventsAbout(events: readonly Event[], kind: string, name: string, count: number): readonly string[] {
  return events
    .filter(({ involvedObject }) => involvedObject.kind === kind && involvedObject.name === name)
    .slice(-count)
    .map(({ reason, message }) => `${reason}: ${message}`);
}

/** What a person needs to see when a chat does not come up: its line, conditions that need a look, pods and their events. */
export async function explainChat(cluster: Cluster): Promise<string> {
  const of = ['-n', demo.namespace];
  const list = async <Item>(kind: string): Promise<readonly Item[]> =>
    (
      JSON.parse(
        await cluster.kubectl(['get', kind, ...of, '-o', 'json', '--sort-by=.metadata.creationTimestamp']),
      ) as { items: Item[] }
    ).items;
  const table = await cluster.kubectl(['get', 'chatapps.chatapp.dev', ...of, '-o', 'wide']);
  const chats = await list<Chat>('chatapps.chatapp.dev');
  const conditions = chats
    .flatMap(({ status }) => status?.conditions ?? [])
    .filter(isBad)
    .map(({ type, status, reason, message }) => `  ${type} is ${status}: ${reason}: ${message}`);
  const events = await list<Event>('events');
  const pods = unreadyPods(await list<Pod>('pods')).flatMap(({ name, words }) => [
    `  ${name}: ${words}`,
    ...eventsAbout(events, 'Pod', name, 3).map((event) => `    ${event}`),
  ]);
  const operator = await cluster.kubectl(['get', 'pods', '-n', 'chatapp-system']);
  return [
    table.trimEnd(),
    'Conditions that need a look:',
    ...conditions,
    'Pods that are not ready:',
    ...pods,
    'The operator:',
    operator.trimEnd(),
  ].join('\n');
}
