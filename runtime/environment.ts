/** What a process is told by its environment. */
import * as z from 'zod';
import { basePathSchema } from './config.ts';
import { displayNameSchema } from './protocol/accounts.ts';

const port = z.coerce.number().int().min(0).max(65_535);

export const serverEnvironment = z.object({
  /** 0: any free port. */
  PORT: port.default(8080),
  METRICS_PORT: port.default(9090),
  /** Address to listen on; every address unless set. */
  HOST: z.string().optional(),
  VERSION: z.string().default('dev'),
  /** Seconds from SIGTERM until the process must be gone. */
  GRACE_SECONDS: z.coerce.number().positive().default(30),
});

/** Where Redis is: the one of the chat by its host, or another one by its address. */
export const redisEnvironment = z.object({
  REDIS_HOST: z.string().min(1).optional(),
  REDIS_PORT: port.default(6379),
  REDIS_PASSWORD: z.string().optional(),
  /** `redis://user:password@host:port/database`, `rediss://` with TLS; of sentinels, if there is a master's name. */
  REDIS_URL: z.string().min(1).optional(),
  /** File (PEM) of the authority of its certificate. */
  REDIS_CA_FILE: z.string().optional(),
  REDIS_SENTINEL_MASTER: z.string().optional(),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
  /** Beginning of every key and channel. */
  REDIS_PREFIX: z.string().optional(),
});

/** How an Ollama that somebody else runs is reached. */
export const ollamaEnvironment = z.object({
  OLLAMA_TOKEN: z.string().optional(),
  /** File (PEM) of the authority of its certificate. */
  OLLAMA_CA_FILE: z.string().optional(),
});

const headerName = z
  .string()
  .regex(/^[A-Za-z][-A-Za-z0-9]*$/)
  .toLowerCase();

/** The first administrator. */
export const adminEnvironment = z.object({
  ADMIN_USERNAME: displayNameSchema.optional(),
  ADMIN_PASSWORD: z.string().optional(),
});

/** Where a process in a cluster reports to. */
export const reportEnvironment = z.object({
  REPORT_CONFIGMAP: z.string().optional(),
  REPORT_NAMESPACE: z.string().optional(),
  /** Host and port of the API server; Kubernetes sets them in every container. */
  KUBERNETES_SERVICE_HOST: z.string().optional(),
  KUBERNETES_SERVICE_PORT: port.default(443),
  /** Folder with `token` and `ca.crt` of the service account. */
  SERVICE_ACCOUNT_DIR: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
});

export const backendEnvironment = serverEnvironment.extend({
  ...adminEnvironment.shape,
  OIDC_CLIENT_SECRET: z.string().trim().min(1).optional(),
  /** File (PEM) of the authority of the provider's certificate. */
  OIDC_CA_FILE: z.string().optional(),
  /** By which frontends prove that they are some, where they say who people are. */
  FRONTEND_KEY: z.string().min(16).optional(),
  ...redisEnvironment.shape,
  ...ollamaEnvironment.shape,
  ...reportEnvironment.shape,
  /** Whether to report how Redis and Ollama answer: they are not the chat's own. */
  REPORT_REACH: z.stringbool().default(false),
  CHATAPP_CONFIG: z.string().default('/etc/chatapp/config.json'),
  POD_NAME: z.string().min(1),
});

export const frontendEnvironment = serverEnvironment.extend({
  BACKEND_URL: z.url(),
  UI_DIR: z.string().optional(),
  /** Path under which the chat is; everything else is answered with 404. */
  BASE_PATH: basePathSchema.default('/'),
  /** Origin of a CDN that gives the page's scripts and styles. */
  ASSET_BASE_URL: z
    .string()
    .regex(/^https?:\/\/[-.A-Za-z0-9]+(:[0-9]{1,5})?$/)
    .optional(),
  /** Proxies in front of this one whose X-Forwarded-For is believed. */
  TRUSTED_PROXY_HOPS: z.coerce.number().int().nonnegative().default(0),
  /** Networks (such as 10.0.0.0/8, separated by commas) of the proxies that say who people are, and their headers. */
  TRUSTED_PROXIES: z.string().optional(),
  USER_HEADER: headerName.default('x-forwarded-user'),
  EMAIL_HEADER: headerName.default('x-forwarded-email'),
  GROUPS_HEADER: headerName.default('x-forwarded-groups'),
  /** By which the backends know the frontends of their chat. */
  FRONTEND_KEY: z.string().min(16).optional(),
});

export const pullEnvironment = ollamaEnvironment.extend({
  ...reportEnvironment.shape,
  OLLAMA_URL: z.url(),
  MODEL: z.string().min(1),
  /** Another name in a registry to pull; the model is then copied to MODEL. */
  SOURCE: z.string().optional(),
  /** The name SOURCE stays beside MODEL: something else wants it. */
  SOURCE_STAYS: z.stringbool().default(false),
  INSECURE: z.stringbool().default(false),
  /** `sha256:…` (or the bare hex) that the model must have. */
  DIGEST: z.string().optional(),
  /** Ask the registry for a newer one although the model is there. */
  REFRESH: z.stringbool().default(false),
  /** The agent beside the server, which knows its volume. */
  AGENT_URL: z.url().optional(),
  /** What the server may use. */
  MEMORY_LIMIT_BYTES: z.coerce.number().positive().optional(),
  /** Seconds that the Ollama server may take to answer at all; as long as everything may if not set. */
  SERVER_WAIT_SECONDS: z.coerce.number().positive().optional(),
  /** Seconds without progress after which a pull is begun again. */
  STALL_TIMEOUT_SECONDS: z.coerce.number().positive().default(60),
  TIMEOUT_SECONDS: z.coerce.number().positive().default(3600),
  RETRIES: z.coerce.number().int().nonnegative().default(5),
  REPORT_KEY: z.string().optional(),
  TERMINATION_LOG: z.string().default('/dev/termination-log'),
});

export const removeEnvironment = pullEnvironment.pick({
  OLLAMA_URL: true,
  OLLAMA_TOKEN: true,
  OLLAMA_CA_FILE: true,
  MODEL: true,
  SOURCE: true,
  TIMEOUT_SECONDS: true,
  TERMINATION_LOG: true,
});

export const agentEnvironment = reportEnvironment.extend({
  /** 0: any free port. */
  PORT: port.default(11_435),
  HOST: z.string().optional(),
  OLLAMA_URL: z.url().default('http://127.0.0.1:11434'),
  /** The volume of the server, and its folder of models on it. */
  DATA_DIR: z.string().default('/data'),
  MODELS_DIR: z.string().default('/data/models'),
  /** Its last number is that of the replica. */
  POD_NAME: z.string().default('ollama-0'),
  LOOK_EVERY_SECONDS: z.coerce.number().positive().default(5),
  GRACE_SECONDS: z.coerce.number().positive().default(5),
});

export const preflightEnvironment = z.object({
  /** Seconds until Redis must have answered. */
  PREFLIGHT_SECONDS: z.coerce.number().positive().default(20),
  TERMINATION_LOG: z.string().default('/dev/termination-log'),
});

/** @throws UsageError naming each variable that is missing or wrong */
export function readEnvironment<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  // An empty variable is one that was not set: Kubernetes manifests cannot leave one out so easily.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new UsageError(`These environment variables are missing or wrong:\n${problems.join('\n')}`);
}

/** The person who started the process has to change something; the message says what. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
