/**
 * Every metric of the runtime, as data: the registry makes them, and the operator's rules and dashboards name them from
 * here, so that they cannot drift. Imports nothing.
 */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  /** Labels with the values that exist from the start (at 0); none where they are not known beforehand. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds; seconds where the name ends so. */
  readonly buckets?: readonly number[];
}

const LATENCY = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const REPLY = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300];

export const METRICS = {
  httpRequests: {
    type: 'counter',
    name: 'chatapp_http_requests_total',
    help: 'HTTP requests answered, by route template.',
    labels: { method: [], route: [], status: [] },
  },
  httpDuration: {
    type: 'histogram',
    name: 'chatapp_http_request_duration_seconds',
    help: 'Time until an HTTP request was answered, by route template.',
    labels: { method: [], route: [] },
    buckets: LATENCY,
  },
  proxyFailures: {
    type: 'counter',
    name: 'chatapp_proxy_failures_total',
    help: 'Requests and WebSockets that the frontend could not hand to a backend.',
    labels: { kind: ['http', 'websocket'] },
  },
  connections: {
    type: 'gauge',
    name: 'chatapp_ws_connections',
    help: 'Open WebSocket connections.',
    labels: {},
  },
  framesReceived: {
    type: 'counter',
    name: 'chatapp_ws_frames_received_total',
    help: 'Frames from clients, by type; `bad` did not match the protocol.',
    labels: {
      type: [
        'join',
        'leave',
        'send',
        'edit',
        'delete',
        'react',
        'read',
        'history',
        'stop',
        'retry',
        'continue',
        'typing',
        'ping',
        'bad',
      ],
    },
  },
  closes: {
    type: 'counter',
    name: 'chatapp_ws_closes_total',
    help: 'Closed WebSocket connections, by close code.',
    labels: { code: ['1000', '1001', '1005', '1006', '1009', '3000', '3001', '3002', '3003', '3500', '3501', '3502'] },
  },
  deliveries: {
    type: 'counter',
    name: 'chatapp_fanout_deliveries_total',
    help: 'Frames sent to connections of a room.',
    labels: {},
  },
  deliveryLag: {
    type: 'histogram',
    name: 'chatapp_fanout_lag_seconds',
    help: 'Time from the append of an entry (clock of Redis) until this backend sent it on.',
    labels: {},
    buckets: LATENCY,
  },
  messages: {
    type: 'counter',
    name: 'chatapp_messages_total',
    help: 'Messages appended, by type: of people, of the assistant, or its words when it could not answer.',
    labels: { type: ['user', 'assistant', 'fallback'] },
  },
  recoveries: {
    type: 'counter',
    name: 'chatapp_recoveries_total',
    help: 'Joins with a position: all that was missed followed (`ok`), or the client had to start over (`failed`).',
    labels: { result: ['ok', 'failed'] },
  },
  gaps: {
    type: 'counter',
    name: 'chatapp_fanout_gaps_total',
    help: 'Times this backend missed signals of a room and read them from the log.',
    labels: {},
  },
  slowConsumers: {
    type: 'counter',
    name: 'chatapp_ws_slow_consumers_total',
    help: 'What was done about clients that read too slowly.',
    labels: { action: ['dropped-delta', 'closed'] },
  },
  rateLimited: {
    type: 'counter',
    name: 'chatapp_rate_limited_total',
    help: 'Refusals for asking too much, by what was asked.',
    labels: {
      kind: [
        'message',
        'message-address',
        'message-room',
        'assistant',
        'assistant-address',
        'assistant-room',
        'session',
        'request',
        'request-address',
        'frame',
        'connection',
        'search',
        'export',
      ],
    },
  },
  queueDepth: {
    type: 'gauge',
    name: 'chatapp_ai_queue_depth',
    help: 'Replies that wait, of all backends.',
    labels: {},
  },
  runsActive: {
    type: 'gauge',
    name: 'chatapp_ai_runs_active',
    help: 'Replies being written by this backend.',
    labels: {},
  },
  queueWait: {
    type: 'histogram',
    name: 'chatapp_ai_queue_wait_seconds',
    help: 'Time a reply waited before it was begun.',
    labels: {},
    buckets: REPLY,
  },
  runs: {
    type: 'counter',
    name: 'chatapp_ai_runs_total',
    help: 'Replies that ended, by outcome.',
    labels: { outcome: ['done', 'stopped', 'interrupted', 'failed', 'refused'] },
  },
  runFailures: {
    type: 'counter',
    name: 'chatapp_ai_failures_total',
    help: 'Replies that failed, by reason.',
    labels: {
      reason: [
        'ModelNotReady',
        'ModelUnavailable',
        'ModelTooLarge',
        'ModelError',
        'ModelGarbled',
        'WaitTimeout',
        'ConnectTimeout',
        'FirstTokenTimeout',
        'TokenTimeout',
        'ReplyTimeout',
      ],
    },
  },
  firstToken: {
    type: 'histogram',
    name: 'chatapp_ai_first_token_seconds',
    help: 'Time from the request to the model until its first token.',
    labels: { model: [] },
    buckets: REPLY,
  },
  tokenTime: {
    type: 'histogram',
    name: 'chatapp_ai_token_seconds',
    help: 'Mean time per token of a reply.',
    labels: { model: [] },
    buckets: [0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5],
  },
  promptTokens: {
    type: 'counter',
    name: 'chatapp_ai_prompt_tokens_total',
    help: 'Tokens read by models.',
    labels: { model: [] },
  },
  replyTokens: {
    type: 'counter',
    name: 'chatapp_ai_reply_tokens_total',
    help: 'Tokens written by models.',
    labels: { model: [] },
  },
  probes: {
    type: 'counter',
    name: 'chatapp_probes_total',
    help: 'Synthetic questions to the model that this backend asked for all, by what came of them.',
    labels: { result: ['ok', 'failed'] },
  },
  probeFirstToken: {
    type: 'histogram',
    name: 'chatapp_probe_first_token_seconds',
    help: 'Time from a synthetic question to the first token of its answer.',
    labels: {},
    buckets: REPLY,
  },
  ollamaUp: {
    type: 'gauge',
    name: 'chatapp_ollama_up',
    help: '1 when the Ollama server answered this backend at the last look.',
    labels: { server: [] },
  },
  ollamaLoaded: {
    type: 'gauge',
    name: 'chatapp_ollama_loaded_models',
    help: 'Models in memory of the Ollama server.',
    labels: { server: [] },
  },
  redisLatency: {
    type: 'histogram',
    name: 'chatapp_redis_latency_seconds',
    help: 'Time of one question to Redis.',
    labels: {},
    buckets: LATENCY,
  },
  redisReconnects: {
    type: 'counter',
    name: 'chatapp_redis_reconnects_total',
    help: 'Times Redis came back after it was away.',
    labels: {},
  },
  loginFailures: {
    type: 'counter',
    name: 'chatapp_login_failures_total',
    help: 'Refused sessions, by reason.',
    labels: { reason: ['name', 'origin', 'no-session', 'password', 'locked', 'disabled', 'provider'] },
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
