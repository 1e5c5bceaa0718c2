/** What conditions say of rollouts, where they have something of their own to say. */
import { CONDITION, REASON } from '../api/conditions.ts';
import type { Rollback } from '../resources/rollout-memory.ts';
import type { RolloutState } from './rollout.ts';
import { no, yes, type Verdict } from './verdict.ts';

const GOES_ON = 'what ran before runs on';

function rolledBackWords({ from, to, reason, message }: Rollback): string {
  const what = from === to ? 'these settings' : `image ${from}`;
  return `${what} did not work (${reason}: ${message}): image ${to} with its settings runs again. The next change of the spec is tried`;
}

/** Progressing while a rollout has not reached the Deployments, or never will. `isSettled`: every pod is as its Deployment says. */
export function rolloutProgress(state: RolloutState, isSettled: boolean): Verdict | undefined {
  const type = CONDITION.progressing;
  switch (state.step) {
    case 'followed':
    case 'waiting':
      return undefined;
    case 'begun':
      return yes(type, REASON.rollingOut, 'new pods of backends and frontends are on their way');
    case 'preflight':
      return yes(type, REASON.rollingOut, `a preflight tries the new image and settings; ${GOES_ON}`);
    case 'blocked':
      return no(type, REASON.preflightFailed, `the rollout is blocked: ${state.message}`);
    case 'stuck':
      if (state.trouble.reason !== REASON.deadlineExceeded) return undefined;
      return no(type, REASON.deadlineExceeded, state.trouble.message);
    case 'rolledBack':
      if (!isSettled) return yes(type, REASON.rollingOut, `going back to image ${state.rollback.to}`);
      return no(type, REASON.rolledBack, rolledBackWords(state.rollback));
  }
}

/** Degraded because of a rollout. */
export function rolloutTrouble(state: RolloutState): Verdict | undefined {
  const type = CONDITION.degraded;
  switch (state.step) {
    case 'blocked': {
      const words = `the preflight of the new image and settings failed: ${state.message}; ${GOES_ON}. It is tried again; or change the spec`;
      return yes(type, REASON.preflightFailed, words);
    }
    case 'stuck':
      return yes(type, state.trouble.reason, state.trouble.message);
    case 'rolledBack':
      return yes(type, REASON.rolledBack, rolledBackWords(state.rollback));
    case 'followed':
    case 'begun':
    case 'waiting':
    case 'preflight':
      return undefined;
  }
}
