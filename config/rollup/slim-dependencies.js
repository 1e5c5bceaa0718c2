import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const file = (name) => JSON.stringify(require.resolve(name));
/** Of the client only its configuration; its package exports no path to that. */
const kubeConfig = JSON.stringify(
  require.resolve('@kubernetes/client-node').replace(/dist[/\\]index\.js$/, 'dist/config.js'),
);

/**
 * What a program takes of large dependencies, in place of all of them: a loaded module costs memory although nobody calls
 * it (docs/performance.md). What is left out is banned by lint, or refused before it would be called.
 */
export const OPERATOR_PARTS = {
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

export const RUNTIME_PARTS = {
  // Without caches, mocks and WebSockets.
  undici: `
    export { default as Agent } from ${file('undici/lib/dispatcher/agent.js')};
    export { fetch } from ${file('undici/lib/web/fetch/index.js')};
    export { Headers } from ${file('undici/lib/web/fetch/headers.js')};
  `,
  // Agents of the runtime say `allowH2: false`.
  'node:http2': 'export const constants = {};',
  // For browsers that have none.
  'whatwg-fetch': '',
};

const prefix = '\0part-of:';

/** Puts the parts in place of the packages; a name that a part lacks fails the build. */
export function slimDependencies(parts) {
  return {
    name: 'slim-dependencies',
    resolveId: (source) => (Object.hasOwn(parts, source) ? { id: prefix + source, moduleSideEffects: true } : null),
    load: (id) => (id.startsWith(prefix) ? parts[id.slice(prefix.length)] : null),
  };
}
