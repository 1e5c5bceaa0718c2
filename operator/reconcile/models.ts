import { ANNOTATION } from '../api/labels.ts';
import type { BuildContext } from '../resources/context.ts';
import { TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import { applyOwned, noteFailure } from './apply.ts';
import type { Scope } from './environment.ts';
import { planPulls } from './pulls.ts';

/**
 * Creates the Jobs that pull or remove models and are due, and removes those that are no longer wanted.
 * @returns milliseconds until a failed pull is due again
 */
export async function pullModels(scope: Scope, observed: Observed, context: BuildContext): Promise<number | undefined> {
  const { chat, environment, log } = scope;
  const { applier } = environment;
  const plan = planPulls(chat, observed, context, environment.now());
  const create = plan.create.map(async (job) => {
    const child = `Job ${job.metadata.name}`;
    try {
      const { action } = await applyOwned(scope, { type: TYPES.job, object: job });
      const { [ANNOTATION.model]: model, [ANNOTATION.remove]: removal } = job.metadata.annotations ?? {};
      const message = removal === undefined ? 'pull begins' : 'removal begins';
      if (action === 'created') log.info(message, { child, model });
    } catch (error) {
      noteFailure(scope, child, error);
    }
  });
  // In the foreground: as long as the Job is seen, its pod may still be at work.
  const remove = plan.remove.map((job) => applier.remove(TYPES.job, job, { propagation: 'Foreground' }));
  await Promise.all([...create, ...remove]);
  return plan.againInMs;
}
