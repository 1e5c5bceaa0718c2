/** A real OpenID Connect provider on loopback, with TLS, in whose pages anybody may sign in under any name. */
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import Provider from 'oidc-provider';

export const CLIENT = { id: 'chat', secret: 'the-secret-of-the-client' } as const;

export interface IdentityProvider {
  /** `https://localhost:PORT` */
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProviderOptions {
  readonly port: number;
  /** Folder with the certificate of `localhost`; see `certificates.ts`. */
  readonly certificates: string;
  readonly redirectURIs: readonly string[];
  readonly logoutURIs: readonly string[];
  /** Groups of people by the name that they sign in with. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** Does not answer before it is started. */
export function identityProvider(options: ProviderOptions): IdentityProvider {
  const { port, certificates, redirectURIs, logoutURIs, groups } = options;
  const url = `https://localhost:${port}`;
  const provider = new Provider(url, {
    clients: [
      {
        ...{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: redirectURIs },
        post_logout_redirect_uris: logoutURIs,
      },
    ],
    claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
    pkce: { required: () => true },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of Example`, groups: groups.get(id) ?? [] }),
    }),
  });
  const [cert, key] = ['crt', 'key'].map((kind) => fs.readFileSync(path.join(certificates, `apiserver.${kind}`)));
  let server: https.Server | undefined;
  return {
    url,
    async start() {
      const next = https.createServer({ cert, key }, provider.callback());
      await new Promise<void>((resolve, reject) => {
        next.once('error', reject).listen(port, '127.0.0.1', resolve);
      });
      server = next;
    },
    async stop() {
      const closed = new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
      server?.closeAllConnections();
      await closed;
      server = undefined;
    },
  };
}
