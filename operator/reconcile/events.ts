/** What changed between two statuses, in the words of Events. */
import type { ChatApp } from '../api/chatapp.ts';
import { CONDITION } from '../api/conditions.ts';
import type { ChatAppStatus } from '../api/status.ts';

export interface EventText {
  type: 'Normal' | 'Warning';
  reason: string;
  note: string;
}

/** Events for what became different: readiness, trouble, and models. */
export function changes({ status: before }: ChatApp, after: ChatAppStatus): EventText[] {
  const events: EventText[] = [];
  if (before?.phase === undefined) {
    events.push({ type: 'Normal', reason: 'Created', note: 'Making everything that the chat needs' });
  }
  const find = (status: ChatAppStatus | undefined, type: string) =>
    status?.conditions?.find((each) => each.type === type);
  const ready = find(after, CONDITION.ready);
  if (ready !== undefined && ready.status !== (find(before, CONDITION.ready)?.status ?? 'False')) {
    const isReady = ready.status === 'True';
    events.push({ type: isReady ? 'Normal' : 'Warning', reason: isReady ? 'Ready' : 'NotReady', note: ready.message });
  }
  const degraded = find(after, CONDITION.degraded);
  const was = find(before, CONDITION.degraded);
  if (degraded?.status === 'True' && (was?.status !== 'True' || was.reason !== degraded.reason)) {
    events.push({ type: 'Warning', reason: degraded.reason, note: degraded.message });
  }
  for (const model of after.models ?? []) {
    const old = before?.models?.find(({ name }) => name === model.name);
    const trouble = `${model.name}: ${model.reason ?? ''}: ${model.message ?? ''}`;
    if (model.phase === 'Ready' && model.reason !== undefined && model.reason !== old?.reason) {
      events.push({ type: 'Warning', reason: 'ModelNotRefreshed', note: trouble });
    }
    if (model.phase === old?.phase) continue;
    if (model.phase === 'Ready') events.push({ type: 'Normal', reason: 'ModelPulled', note: `${model.name} is there` });
    if (model.phase === 'Failed') {
      events.push({ type: 'Warning', reason: 'ModelFailed', note: trouble });
    }
  }
  for (const { name, phase } of before?.models ?? []) {
    if (phase !== 'Removing' || after.models?.some((each) => each.name === name) === true) continue;
    events.push({ type: 'Normal', reason: 'ModelRemoved', note: `${name} is on no server any more` });
  }
  return events;
}
