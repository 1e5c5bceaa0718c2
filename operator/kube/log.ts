/** What a log line carries besides its message. Never put the contents of a Secret here. */
export type LogKeys = Readonly<Record<string, unknown>>;

/** A logger that writes one JSON object a line. */
export interface Logger {
  debug: (message: string, keys?: LogKeys) => void;
  info: (message: string, keys?: LogKeys) => void;
  warn: (message: string, keys?: LogKeys) => void;
  error: (message: string, keys?: LogKeys) => void;
  /** A logger whose lines all carry these keys too. */
  child: (keys: LogKeys) => Logger;
}

/** From the most to the least talkative. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** Lines below this level are not written; default `info`. */
  level?: LogLevel;
  /** Takes one line, newline included; default standard output. */
  write?: (line: string) => void;
  /** Keys of every line. */
  keys?: LogKeys;
  /** The time of a line; default the clock of this machine. */
  date?: () => Date;
}

/** Makes a logger: `{"ts":…,"level":…,"msg":…,…keys}` one a line. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', keys = {}, date = () => new Date() } = options;
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const lowest = logLevels.indexOf(level);
  const at = (lineLevel: LogLevel) => (message: string, more?: LogKeys) => {
    if (logLevels.indexOf(lineLevel) < lowest) return;
    const line = { ts: date().toISOString(), level: lineLevel, msg: message, ...keys, ...more };
    write(`${JSON.stringify(line, readable)}\n`);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => createLogger({ ...options, keys: { ...keys, ...more } }),
  };
}

/** A logger that says nothing. */
export const silentLogger: Logger = createLogger({ write: () => undefined });

function readable(_key: string, value: unknown): unknown {
  if (value instanceof Error) return errorText(value);
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return typeof value === 'bigint' ? value.toString() : value;
}

/** The message of an error with those of its causes, or of its parts when it is an aggregate, as one line. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const parts = error instanceof AggregateError ? error.errors.map(errorText) : [];
  const own = error.message === '' ? error.name : error.message;
  const head = parts.length === 0 ? own : `${own}: ${parts.join('; ')}`;
  return error.cause === undefined ? head : `${head}: ${errorText(error.cause)}`;
}
