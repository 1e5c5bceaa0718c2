/** What the operator's environment says. */
import * as z from 'zod';

const settingsSchema = z.object({
  RUNTIME_IMAGE: z.string().min(1).default('chatapp/runtime:latest'),
  REDIS_IMAGE: z.string().min(1).default('redis:7.4-alpine'),
  OLLAMA_IMAGE: z.string().min(1).default('ollama/ollama:0.17.4'),
  /** The one namespace to look after; all if not set. */
  WATCH_NAMESPACE: z.string().min(1).optional(),
  /** Where the Lease is. Without it, outside of a cluster, there is no election. */
  POD_NAMESPACE: z.string().min(1).optional(),
  POD_NAME: z.string().min(1).default(`local-${process.pid}`),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8_080),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

export interface Settings {
  images: { runtime: string; redis: string; ollama: string };
  watchNamespace?: string | undefined;
  podNamespace?: string | undefined;
  podName: string;
  port: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/**
 * Reads the settings.
 * @throws Error that names each variable that is wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) {
    const words = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`the environment of the operator is wrong: ${words.join('; ')}`);
  }
  const { data } = parsed;
  return {
    images: { runtime: data.RUNTIME_IMAGE, redis: data.REDIS_IMAGE, ollama: data.OLLAMA_IMAGE },
    watchNamespace: data.WATCH_NAMESPACE,
    podNamespace: data.POD_NAMESPACE,
    podName: data.POD_NAME,
    port: data.PORT,
    logLevel: data.LOG_LEVEL,
  };
}
