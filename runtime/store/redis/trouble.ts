/** Why Redis cannot be used, in words for whoever runs the chat. Never an address or a password: health answers have them. */
import type { ServerTrouble } from '../../report.ts';

const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|self.signed certificate|unable to (?:get|verify)|does not match certificate|altname/i;

const SENTINELS_SILENT: ServerTrouble = {
  reason: 'Unreachable',
  message: 'No sentinel answers, or none can say which Redis is the master',
};

const RULES: readonly (ServerTrouble & { readonly words: RegExp })[] = [
  {
    words: /sentinel.*(?:WRONGPASS|NOAUTH)/,
    reason: 'Unauthorized',
    message: 'The sentinels want another password: check sentinel.passwordSecretRef',
  },
  {
    words: /WRONGPASS|NOAUTH|invalid password/,
    reason: 'Unauthorized',
    message: 'Redis refuses the user or the password: check the Secret of its address',
  },
  {
    words: /NOPERM/,
    reason: 'Unauthorized',
    message: 'Redis does not let this user do what a chat needs: docs/operating.md has the rights',
  },
  {
    words: /DB index is out of range|invalid DB index/,
    reason: 'Unreachable',
    message: 'Redis has no database of this number',
  },
  {
    words: CERTIFICATE,
    reason: 'Untrusted',
    message: 'The certificate of Redis is not trusted: check the authority (caSecretRef) and the name',
  },
  {
    words: /wrong version number|packet length too long|EPROTO|tlsv1 alert|before secure TLS connection/i,
    reason: 'Unreachable',
    message: 'Redis does not speak TLS at this port: write redis://, or the port that does',
  },
  {
    words: /invalid reply: null|No such master/,
    reason: 'Unreachable',
    message: 'No sentinel knows a master of this name: check sentinel.masterName',
  },
  { words: /sentinel/i, ...SENTINELS_SILENT },
  { words: /ENOTFOUND|EAI_AGAIN/, reason: 'Unreachable', message: 'The name of the host of Redis is not known' },
  { words: /ECONNREFUSED/, reason: 'Unreachable', message: 'Nothing listens where Redis should be' },
  {
    words: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timed out/,
    reason: 'Unreachable',
    message:
      'Redis does not answer in time: a firewall or NetworkPolicy is in between (networkPolicy.egress), or with rediss:// it does not speak TLS at this port',
  },
  {
    words: /ECONNRESET|EPIPE|Connection is closed/,
    reason: 'Unreachable',
    message: 'Redis closes the connection before it answers: if it wants TLS, write rediss://',
  },
];

/** Nothing more is known. */
export const SILENT: ServerTrouble = { reason: 'Unreachable', message: 'Redis does not answer' };

/** @param error what the client of Redis threw or emitted */
export function redisTrouble(error: unknown): ServerTrouble {
  const words =
    error instanceof Error ? `${error.message} ${'code' in error ? String(error.code) : ''}` : String(error);
  const { reason, message } = RULES.find((rule) => rule.words.test(words)) ?? SILENT;
  return { reason, message };
}

/** Whether one sentinel said more than that it is away: others may know better. */
export function isTelling(error: unknown): boolean {
  return redisTrouble(error).message !== SENTINELS_SILENT.message;
}
