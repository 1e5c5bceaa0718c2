/**
 * Makes what the images hold: `dist/operator/main.js`, `dist/runtime/main.js` with its parts (nothing to install beside
 * it) and `dist/ui/` (hashed chunks). All of them, or one: `rollup -c config/rollup.config.js --configBundle ui`.
 */
import { programBundle } from './rollup/program.js';
import { pageBundles } from './rollup/page.js';
import { OPERATOR_PARTS, RUNTIME_PARTS } from './rollup/slim-dependencies.js';

const bundles = {
  operator: () => [programBundle('operator', OPERATOR_PARTS)],
  runtime: () => [programBundle('runtime', RUNTIME_PARTS)],
  ui: () => pageBundles(),
};

export default function chosenBundles(commandLine) {
  const wanted = commandLine.configBundle ?? 'all';
  delete commandLine.configBundle;
  if (wanted === 'all') return Object.values(bundles).flatMap((make) => make());
  if (!Object.hasOwn(bundles, wanted)) {
    throw new Error(`--configBundle ${wanted}: there are ${Object.keys(bundles).join(', ')} and all`);
  }
  return bundles[wanted]();
}
