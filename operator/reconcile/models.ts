import { ANNOTATION } from '../api/labels.ts';
import { keyOf } from '../kube/object.ts';
import type { BuildContext } from '../resources/context.ts';
import { TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import { noteFailure } from './apply.ts';
import type { Scope } from './environment.ts';
import { planPulls } from './pulls.ts';

/**
 * Creates the pull Jobs that are due and removes those that are no longer wanted.
 * @returns milliseconds until a failed pull is due again
 */
export async function pullModels(scope: Scope, observed: Observed, context: BuildContext): Promise<number | undefined> {
  const { chat, environment, log } = scope;
  const { applier, stores } = environment;
  const plan = planPulls(chat, observed, context, environment.now());
  const create = plan.create.map(async (job) => {
    const child = `Job ${job.metadata.name}`;
    try {
      const { action } = await applier.apply(TYPES.job, job, stores.job.get(keyOf(job)));
      if (action === 'created') log.info('pull begins', { child, model: job.metadata.annotations?.[ANNOTATION.model] });
    } catch (error) {
      noteFailure(scope, child, error);
    }
  });
  await Promise.all([...create, ...plan.remove.map((job) => applier.remove(TYPES.job, job))]);
  return plan.againInMs;
}
