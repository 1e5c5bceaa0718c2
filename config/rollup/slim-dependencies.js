import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const file = (name) => JSON.stringify(require.resolve(name));
/** Of the client only its configuration; its package exports no path to that. */
const kubeConfig = JSON.stringify(
  require.resolve('@kubernetes/client-node').replace(/dist[/\\]index\.js$/, 'dist/config.js'),
);

/**
 * What the operator takes of large dependencies, in place of all of them: a loaded module costs memory although nobody calls
 * it (docs/performance.md). What is left out is banned by lint, or refused before it would be called.
 */
const PARTS = {
  '@kubernetes/client-node': `export { KubeConfig } from ${kubeConfig}; export class CoreV1Api {}`,
  // The operator's base class: writes of status, and the queue of watches.
  gaxios: 'export const instance = undefined;',
  async: 'export const queue = () => undefined;',
  // Agents of KubeConfig: the transport has its own, and takes no SOCKS proxy.
  socks: 'export class SocksClient {}',
  'socks-proxy-agent': 'export class SocksProxyAgent {}',
  hpagent: 'export class HttpProxyAgent {} export class HttpsProxyAgent {}',
  // As undici's own index puts it together, without fetch, caches, mocks and WebSockets.
  undici: `
    import Dispatcher from ${file('undici/lib/dispatcher/dispatcher.js')};
    import api from ${file('undici/lib/api/index.js')};
    Object.assign(Dispatcher.prototype, api);
    export { default as Agent } from ${file('undici/lib/dispatcher/agent.js')};
    export { default as Pool } from ${file('undici/lib/dispatcher/pool.js')};
    export const fetch = (...all) => globalThis.fetch(...all);
    export { default as ProxyAgent } from ${file('undici/lib/dispatcher/proxy-agent.js')};
  `,
};

const prefix = '\0part-of:';

/** Puts the parts in place of the packages; a name that a part lacks fails the build. */
export function slimDependencies() {
  return {
    name: 'slim-dependencies',
    resolveId: (source) => (Object.hasOwn(PARTS, source) ? { id: prefix + source, moduleSideEffects: true } : null),
    load: (id) => (id.startsWith(prefix) ? PARTS[id.slice(prefix.length)] : null),
  };
}
