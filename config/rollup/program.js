import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';
import { stripTypes } from './strip-types.js';

/** Node's own modules; `punycode` is to go from Node and warns, so a dependency that wants it gets the package. */
const builtins = new Set(builtinModules.filter((name) => name !== 'punycode'));

/** CommonJS dependencies call `require` for builtins at run time, which an ES module does not have by itself. */
const banner = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
].join('\n');

/**
 * One Node program, `<name>/main.ts`, with all its dependencies: `main.js`, and beside it what it imports later (the runtime's
 * roles, so that none weighs what another needs).
 */
export function programBundle(name) {
  const input = `${name}/main.ts`;
  if (!existsSync(input)) throw new Error(`${input} is not there: nothing to bundle for dist/${name}`);
  return {
    input,
    output: {
      dir: `dist/${name}`,
      entryFileNames: 'main.js',
      chunkFileNames: '[name].js',
      format: 'es',
      banner,
      inlineDynamicImports: name === 'operator',
      generatedCode: 'es2015',
    },
    external: (id) => id.startsWith('node:') || builtins.has(id),
    plugins: [
      slimClient(),
      nodeResolve({ exportConditions: ['node'], preferBuiltins: (id) => id !== 'punycode' }),
      stripTypes(),
      commonjs({ ignoreTryCatch: true, defaultIsModuleExports: true }),
      json({ preferConst: true }),
    ],
    onLog: failOnMissing,
  };
}

const SLIM_CLIENT = '\0slim-client';

/**
 * The base class of the operator requires the whole Kubernetes client (15 MB, none of it to be shaken off) but needs its
 * KubeConfig only: what else it does with the client is banned by lint.
 */
function slimClient() {
  return {
    name: 'slim-client',
    resolveId: (source, importer) =>
      source === '@kubernetes/client-node' && importer?.includes('@dot-i') ? SLIM_CLIENT : null,
    load: (id) =>
      id === SLIM_CLIENT ? "export { KubeConfig } from '@kubernetes/client-node'; export class CoreV1Api {}" : null,
  };
}

/** What a bundle lacks must fail here and not when the container starts; the rest of rollup's remarks is about others' code. */
function failOnMissing(level, log, handler) {
  if (log.code === 'UNRESOLVED_IMPORT' || log.code === 'MISSING_EXPORT') throw new Error(log.message);
  const ofDependency = ['CIRCULAR_DEPENDENCY', 'THIS_IS_UNDEFINED', 'EVAL', 'INVALID_ANNOTATION'].includes(log.code);
  if (!ofDependency || !JSON.stringify(log.ids ?? log.id ?? '').includes('node_modules')) handler(level, log);
}
