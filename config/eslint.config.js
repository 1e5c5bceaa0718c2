import tseslint from 'typescript-eslint';

/**
 * The dependency rule of the house (docs/architecture.md): which folder may import which. Patterns are matched against
 * the import as written, and every import of ours is a relative path with its extension.
 */
function mayNotImport(files, group, message) {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] } };
}

const bannedOfTheOperatorLibrary = [
  'watchResource',
  'registerCustomResourceDefinition',
  'setResourceStatus',
  'patchResourceStatus',
].map((name) => ({
  selector: `CallExpression[callee.property.name='${name}']`,
  message: `${name} of @dot-i/k8s-operator swallows errors or ends the process: use operator/kube (docs/dependencies.md)`,
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: new URL('..', import.meta.url).pathname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-syntax': ['error', ...bannedOfTheOperatorLibrary],
      eqeqeq: 'error',
      curly: ['error', 'multi-line'],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  mayNotImport(
    ['operator/kube/**/*.ts'],
    [
      '../api/**',
      '../resources/**',
      '../status/**',
      '../reconcile/**',
      '../monitoring/**',
      '**/runtime/**',
      '**/ui/**',
    ],
    'operator/kube is a controller runtime that knows nothing of ChatApp',
  ),
  mayNotImport(
    ['operator/api/**/*.ts'],
    ['../kube/**', '../resources/**', '../status/**', '../reconcile/**', '**/runtime/**', '**/ui/**'],
    'operator/api imports nothing of ours',
  ),
  mayNotImport(
    ['operator/resources/**/*.ts', 'operator/status/**/*.ts'],
    [
      '../reconcile/**',
      '**/ui/**',
      '**/runtime/*',
      '!**/runtime/config.ts',
      '!**/runtime/report.ts',
      '!**/runtime/metrics',
    ],
    'resources and status are pure: they import api, and of the runtime only its configuration and report schemas and metric names',
  ),
  mayNotImport(
    ['operator/reconcile/**/*.ts'],
    ['**/runtime/**', '**/ui/**'],
    'the operator reads the runtime configuration schema in operator/resources only',
  ),
  mayNotImport(
    ['operator/main.ts'],
    ['**/runtime/**', '!**/runtime/calm.ts', '**/ui/**'],
    'the operator takes of the runtime only how a calm process gives back memory',
  ),
  // The last rule that matches a file counts: the wider folder comes first.
  mayNotImport(['runtime/**/*.ts'], ['**/operator/**', '**/ui/**'], 'the runtime imports neither operator nor UI'),
  mayNotImport(
    ['runtime/protocol/**/*.ts'],
    ['../*', '../../**'],
    'the protocol imports only zod: the browser shares it',
  ),
  mayNotImport(
    ['ui/**/*.ts'],
    ['**/operator/**', '**/runtime/*', '!**/runtime/protocol'],
    'the UI imports only runtime/protocol',
  ),
);
