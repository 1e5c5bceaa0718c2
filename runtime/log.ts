/**
 * Log lines: one JSON object each on standard output. Never text of messages, tokens or passwords: fields are chosen by the
 * caller one by one, and no request or session is ever logged whole.
 */
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];
type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

const lowest = LEVELS.findIndex((level) => level === (process.env.LOG_LEVEL ?? 'info'));

function write(level: Level, message: string, fields: Fields = {}): void {
  if (LEVELS.indexOf(level) < lowest) return;
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}

export const log = {
  debug: (message: string, fields?: Fields) => write('debug', message, fields),
  info: (message: string, fields?: Fields) => write('info', message, fields),
  warn: (message: string, fields?: Fields) => write('warn', message, fields),
  error: (message: string, fields?: Fields) => write('error', message, fields),
};

/** The words of anything thrown, with those of its causes. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${wordsOf(error.cause)}`;
}
