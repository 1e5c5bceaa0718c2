import { fileURLToPath } from 'node:url';

/**
 * Keeps Node from loading the undici that is built into it, beside the one that we bundle: 13 MiB (docs/performance.md).
 * An `import` of `http` looks at all that it exports, WebSocket of undici among it; a look at the global `Headers` is enough
 * too.
 */
export function withoutSecondUndici() {
  return {
    name: 'without-second-undici',
    resolveId: (source) => (isHttp(source) ? fileURLToPath(import.meta.resolve('./http.cjs')) : null),
    transform(code, id) {
      if (!/node_modules[/\\]ollama[/\\]/.test(id)) return null;
      return { code: `import { Headers } from 'undici';\n${code}`, map: null };
    },
  };
}

export const isHttp = (source) => source === 'http' || source === 'node:http';
