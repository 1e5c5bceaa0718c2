import fs from 'node:fs';
import Mocha from 'mocha';

/** Mocha's usual words on the screen, and at the end the counts in the file that SUITE_RESULT names. */
export default class SuiteReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const file = process.env['SUITE_RESULT'];
      if (file === undefined) return;
      const { passes, failures } = this.stats;
      fs.writeFileSync(file, JSON.stringify({ passed: passes, failed: failures }));
    });
  }
}
