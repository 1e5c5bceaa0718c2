/**
 * Sign-in by an OpenID Connect provider: authorization code with PKCE, state and nonce. The provider's tokens are looked at
 * once and not kept: a session of ours follows.
 */
import * as client from 'openid-client';
import { Agent, fetch as fetchWith } from 'undici';
import { log, wordsOf } from '../log.ts';
import type { ProviderFailure } from '../protocol/accounts.ts';
import type { ExternalIdentity } from './externals.ts';

export interface ProviderOptions {
  readonly issuer: string;
  readonly clientID: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly adminGroup?: string | undefined;
  /** PEM of the authority of its certificate, instead of the public ones. */
  readonly authority?: string | undefined;
}

/** What has to be known again when the browser comes back. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectURI: string;
}

/** A sign-in that did not work; the log has said why. */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure, cause: unknown) {
    super(`the sign-in failed: ${failure}`, { cause });
    this.failure = failure;
  }
}

/** A provider's addresses and keys may move: it is asked for them anew so often. */
const KNOWN_FOR_MS = 3600_000;
const ANSWER_WITHIN_SECONDS = 10;

export class Provider {
  readonly #options: ProviderOptions;
  readonly #agent: Agent;
  #known: { at: number; configuration: client.Configuration } | undefined;

  constructor(options: ProviderOptions) {
    this.#options = options;
    const { authority } = options;
    this.#agent = new Agent({
      connect: { timeout: 5000, ...(authority !== undefined && { ca: authority }) },
      allowH2: false,
    });
  }

  /** Where the browser signs in, and what to remember until it is back. @throws SignInFailed when the provider is away */
  async begin(redirectURI: string): Promise<{ url: string; begun: Begun }> {
    const configuration = await this.#configuration();
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectURI,
      scope: [...new Set(['openid', ...this.#options.scopes])].join(' '),
      ...{ state, nonce, code_challenge: await client.calculatePKCECodeChallenge(verifier) },
      code_challenge_method: 'S256',
    });
    return { url: url.href, begun: { state, nonce, verifier, redirectURI } };
  }

  /**
   * Who came back.
   * @param search query with which the browser came, with its question mark
   * @throws SignInFailed
   */
  async finish({ state, nonce, verifier, redirectURI }: Begun, search: string): Promise<ExternalIdentity> {
    const configuration = await this.#configuration();
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    try {
      const tokens = await client.authorizationCodeGrant(configuration, new URL(redirectURI + search), checks);
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('there was no ID token');
      const more =
        configuration.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return this.#identityOf({ ...more, ...claims });
    } catch (error) {
      throw failed('a sign-in at the provider failed', error, failureOf(error));
    }
  }

  /** Where the browser leaves the provider too, if it has such a place. Never rejects. */
  async leaving(returnURL: string): Promise<string | undefined> {
    try {
      const configuration = await this.#configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnURL }).href;
    } catch {
      return undefined;
    }
  }

  #identityOf(claims: client.IDToken & client.UserInfoResponse): ExternalIdentity {
    const { issuer, adminGroup } = this.#options;
    const { sub, name, preferred_username: username, email } = claims;
    const groups: unknown[] = [claims['groups']].flat();
    const isAdmin = adminGroup !== undefined && groups.includes(adminGroup);
    return {
      origin: 'provider',
      subject: `${issuer}\n${sub}`,
      name: name ?? username ?? email ?? sub,
      role: isAdmin ? 'admin' : 'member',
    };
  }

  async #configuration(): Promise<client.Configuration> {
    const now = Date.now();
    if (this.#known !== undefined && this.#known.at + KNOWN_FOR_MS > now) return this.#known.configuration;
    const { issuer, clientID, clientSecret } = this.#options;
    try {
      const configuration = await client.discovery(new URL(issuer), clientID, clientSecret, undefined, {
        [client.customFetch]: (url, init) => this.#fetch(url, init),
        timeout: ANSWER_WITHIN_SECONDS,
        execute: [client.enableNonRepudiationChecks],
      });
      this.#known = { at: now, configuration };
      return configuration;
    } catch (error) {
      throw failed('the provider cannot be used; the next sign-in asks it again', error, 'provider-away');
    }
  }

  async #fetch(url: string, { method, headers, body, signal }: client.CustomFetchOptions): Promise<Response> {
    const response = await fetchWith(url, {
      ...{ method, headers, redirect: 'manual', dispatcher: this.#agent },
      ...(body !== undefined && body !== null && { body: body as string }),
      ...(signal !== undefined && { signal }),
    });
    // Another copy of the same standard: undici's own types differ from the global ones in name only.
    return response as unknown as Response;
  }
}

function failureOf(error: unknown): ProviderFailure {
  if (error instanceof client.AuthorizationResponseError) return error.error === 'access_denied' ? 'refused' : 'failed';
  if (error instanceof client.ResponseBodyError) return error.status >= 500 ? 'provider-away' : 'failed';
  const isUnanswered = error instanceof TypeError && error.message.includes('fetch failed');
  const isLate = error instanceof client.ClientError && error.code === 'OAUTH_TIMEOUT';
  return isUnanswered || isLate ? 'provider-away' : 'failed';
}

/** The library's errors hold answers of the provider, with what is secret in them: only words and codes are written down. */
function failed(message: string, error: unknown, failure: ProviderFailure): SignInFailed {
  const { words, code, answer } = error instanceof Error ? tellable(error) : { words: String(error) };
  log.warn(message, { failure, code, answer, error: words });
  return new SignInFailed(failure, error);
}

/** `answer`: the provider's own code, such as `invalid_client` for a wrong secret. */
function tellable(error: Error): { words: string; code?: string; answer?: string } {
  const { message, cause } = error;
  return {
    words: cause instanceof Error ? `${message}: ${wordsOf(cause)}` : message,
    ...('code' in error && { code: String(error.code) }),
    ...('error' in error && { answer: String(error.error) }),
  };
}
