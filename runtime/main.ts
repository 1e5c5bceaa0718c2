#!/usr/bin/env node
/** One image, several roles: the first argument picks one. Each loads only what it needs. */
import { UsageError } from './environment.ts';
import { log, wordsOf } from './log.ts';

const HELP = `usage: node main.js ROLE

  backend   rooms, WebSockets, REST API and the assistant of one chat
            CHATAPP_CONFIG POD_NAME PORT METRICS_PORT GRACE_SECONDS; REDIS_HOST REDIS_PORT REDIS_PASSWORD
            or REDIS_URL REDIS_CA_FILE REDIS_SENTINEL_MASTER REDIS_SENTINEL_PASSWORD REDIS_PREFIX;
            ADMIN_USERNAME ADMIN_PASSWORD FRONTEND_KEY OIDC_CLIENT_SECRET OIDC_CA_FILE;
            REPORT_CONFIGMAP REPORT_NAMESPACE REPORT_REACH SERVICE_ACCOUNT_DIR
  frontend  serves the UI and hands /api and /ws to a backend
            BACKEND_URL BASE_PATH ASSET_BASE_URL UI_DIR TRUSTED_PROXY_HOPS PORT METRICS_PORT GRACE_SECONDS;
            TRUSTED_PROXIES USER_HEADER EMAIL_HEADER GROUPS_HEADER FRONTEND_KEY
  pull      makes one Ollama server pull one model
            OLLAMA_URL OLLAMA_TOKEN OLLAMA_CA_FILE SERVER_WAIT_SECONDS MODEL SOURCE SOURCE_STAYS INSECURE DIGEST
            REFRESH STALL_TIMEOUT_SECONDS TIMEOUT_SECONDS RETRIES AGENT_URL MEMORY_LIMIT_BYTES
            REPORT_CONFIGMAP REPORT_NAMESPACE REPORT_KEY SERVICE_ACCOUNT_DIR TERMINATION_LOG
  remove    makes one Ollama server delete one model
            OLLAMA_URL OLLAMA_TOKEN OLLAMA_CA_FILE MODEL SOURCE TIMEOUT_SECONDS TERMINATION_LOG
  agent     beside one Ollama server: reports its volume and models, and whether a pull fits
            OLLAMA_URL DATA_DIR MODELS_DIR PORT POD_NAME REPORT_CONFIGMAP REPORT_NAMESPACE SERVICE_ACCOUNT_DIR
            LOOK_EVERY_SECONDS GRACE_SECONDS
  preflight tries what a backend does at its start, says how it went, and ends
            as backend, and PREFLIGHT_SECONDS TERMINATION_LOG
  dev       one backend with the UI, everything in memory, no cluster (dev --help)

`;

const ROLES: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  backend: async () => (await import('./roles/backend.ts')).runBackend(process.env),
  frontend: async () => (await import('./roles/frontend.ts')).runFrontend(process.env),
  pull: async () => (await import('./roles/pull.ts')).runPull(process.env),
  remove: async () => (await import('./roles/remove.ts')).runRemove(process.env),
  agent: async () => (await import('./roles/agent.ts')).runAgent(process.env),
  preflight: async () => (await import('./roles/preflight.ts')).runPreflight(process.env),
  dev: async (args) => (await import('./roles/dev.ts')).runDev(args, process.env),
};

async function main([role = '', ...args]: string[]): Promise<void> {
  if (role === '--help' || role === '-h') {
    process.stdout.write(HELP);
    return;
  }
  const run = ROLES[role];
  if (run === undefined) {
    throw new UsageError(`${role === '' ? 'a role is needed' : `there is no role "${role}"`}\n\n${HELP}`);
  }
  await run(args);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`${wordsOf(error)}\n`);
  else log.error('the process cannot go on', { error: wordsOf(error) });
  process.exit(error instanceof UsageError ? 2 : 1);
}
