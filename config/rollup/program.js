import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { slimDependencies } from './slim-dependencies.js';
import { stripTypes } from './strip-types.js';
import { isHttp, withoutSecondUndici } from './without-second-undici.js';

/** Node's own modules; `punycode` is to go from Node and warns, so a dependency that wants it gets the package. */
const builtins = new Set(builtinModules.filter((name) => name !== 'punycode'));
const isBuiltin = (id) => id.startsWith('node:') || builtins.has(id);

/** CommonJS dependencies call `require` for builtins at run time, which an ES module does not have by itself. */
const banner = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
].join('\n');

/**
 * One Node program, `<name>/main.ts`, with all its dependencies: `main.js`, and beside it what it imports later (the runtime's
 * roles, so that none weighs what another needs). `parts` stand in for whole modules: see `slim-dependencies.js`.
 */
export function programBundle(name, parts) {
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
    external: (id) => isBuiltin(id) && !isHttp(id) && !Object.hasOwn(parts, id),
    plugins: [
      slimDependencies(parts),
      withoutSecondUndici(),
      nodeResolve({ exportConditions: ['node'], preferBuiltins: (id) => id !== 'punycode' }),
      stripTypes(),
      commonjs({ ignoreTryCatch: true, defaultIsModuleExports: true }),
      json({ preferConst: true }),
      withoutComments(),
    ],
    onLog: failOnMissing,
  };
}

/**
 * The text of a program stays in memory while it runs, two bytes a character when a single one needs it. Names stay, so that
 * stacks and logs can be read.
 */
function withoutComments() {
  return terser({ compress: false, mangle: false, format: { comments: false, ascii_only: true, max_line_len: 500 } });
}

/** What a bundle lacks must fail here and not when the container starts; the rest of rollup's remarks is about others' code. */
function failOnMissing(level, log, handler) {
  if (log.code === 'UNRESOLVED_IMPORT' || log.code === 'MISSING_EXPORT') throw new Error(log.message);
  const ofDependency = ['CIRCULAR_DEPENDENCY', 'THIS_IS_UNDEFINED', 'EVAL', 'INVALID_ANNOTATION'].includes(log.code);
  if (!ofDependency || !JSON.stringify(log.ids ?? log.id ?? '').includes('node_modules')) handler(level, log);
}
