import { readFile } from 'node:fs/promises';
import type { RequestOptions as HttpsRequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from './clock.ts';

/** The TLS material of a connection. */
export type TlsMaterial = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;

/** What a request needs to be let in. */
export interface Access {
  headers: Record<string, string>;
  tls: TlsMaterial;
  /** Changes when `tls` does: connections made with an older one should be given up. */
  tlsVersion: number;
}

/** A projected token is rotated at 80 % of its life (at least 10 minutes); reading it this often is plenty. */
const freshForMs = 20_000;

/**
 * Headers and TLS material from a kubeconfig: certificates, tokens, token files, exec plugins. They are read again every
 * 20 s while in use, and at once after the server said 401, so that rotated credentials are picked up.
 */
export class Credentials {
  readonly #clock: Clock;
  #kubeConfig: KubeConfig;
  #access: Access | undefined;
  #readAt = 0;
  #reading: Promise<Access> | undefined;
  #fingerprint = '';

  constructor(kubeConfig: KubeConfig, clock: Clock) {
    this.#kubeConfig = kubeConfig;
    this.#clock = clock;
  }

  /** The current credentials; rejects when a file or plugin cannot be read. */
  async get(): Promise<Access> {
    if (this.#access !== undefined && this.#clock.now() - this.#readAt < freshForMs) return this.#access;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** The server refused what `get` gave: forget it, and whatever plugins remember. */
  invalidate(): void {
    const { clusters, users, contexts, currentContext } = this.#kubeConfig;
    const fresh = new (this.#kubeConfig.constructor as new () => KubeConfig)();
    fresh.loadFromOptions({ clusters, users, contexts, currentContext });
    this.#kubeConfig = fresh;
    this.#access = undefined;
  }

  async #read(): Promise<Access> {
    const options: HttpsRequestOptions = {};
    await this.#kubeConfig.applyToHTTPSOptions(options);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value);
    if (typeof options.auth === 'string') {
      headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    }
    const token = await this.#tokenFromFile();
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    const tls = Object.fromEntries(
      Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined),
    ) as TlsMaterial;
    this.#access = { headers, tls, tlsVersion: this.#versionOf(tls) };
    this.#readAt = this.#clock.now();
    return this.#access;
  }

  /** client-node keeps a token file's text for a minute; a token just rotated must not be refused for so long. */
  async #tokenFromFile(): Promise<string | undefined> {
    const provider: unknown = this.#kubeConfig.getCurrentUser()?.authProvider;
    const file = (provider as { config?: { tokenFile?: string } } | null | undefined)?.config?.tokenFile;
    return file === undefined ? undefined : (await readFile(file, 'utf8')).trim();
  }

  #versionOf(tls: TlsMaterial): number {
    const fingerprint = JSON.stringify(tls, (_key, value: unknown) =>
      Buffer.isBuffer(value) ? value.toString('base64') : value,
    );
    const version = this.#access?.tlsVersion ?? 0;
    if (fingerprint === this.#fingerprint) return version;
    this.#fingerprint = fingerprint;
    return version + 1;
  }
}
