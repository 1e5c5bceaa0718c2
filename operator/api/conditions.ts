/** Every condition type and reason that a ChatApp can show. */
export const CONDITION = {
  /** People can chat now. */
  ready: 'Ready',
  progressing: 'Progressing',
  /** Something needs a person's attention, whether or not people can chat. */
  degraded: 'Degraded',
  backendReady: 'BackendReady',
  frontendReady: 'FrontendReady',
  redisReady: 'RedisReady',
  ollamaReady: 'OllamaReady',
  modelsReady: 'ModelsReady',
  storageReady: 'StorageReady',
  monitoringReady: 'MonitoringReady',
  backupReady: 'BackupReady',
} as const;

export type ConditionType = (typeof CONDITION)[keyof typeof CONDITION];

export const REASON = {
  available: 'Available',
  unavailable: 'Unavailable',
  creating: 'Creating',
  asExpected: 'AsExpected',
  rollingOut: 'RollingOut',
  complete: 'Complete',
  suspended: 'Suspended',
  scaledToZero: 'ScaledToZero',
  imageUnavailable: 'ImageUnavailable',
  containerCrashing: 'ContainerCrashing',
  outOfMemory: 'OutOfMemory',
  unschedulable: 'Unschedulable',
  configurationError: 'ConfigurationError',
  nameConflict: 'NameConflict',
  applyFailed: 'ApplyFailed',
  pulling: 'Pulling',
  pullFailed: 'PullFailed',
  disabled: 'Disabled',
  kindMissing: 'KindMissing',
  waiting: 'Waiting',
  volumeLost: 'VolumeLost',
  nearlyFull: 'NearlyFull',
  /** The ChatApp asks for something that this version does not do. */
  notImplemented: 'NotImplemented',
  /** Scaled to zero until somebody asks. */
  asleep: 'Asleep',
  /** An external server does not answer. */
  unreachable: 'Unreachable',
  /** An external server refuses the login or token. */
  unauthorized: 'Unauthorized',
  /** The certificate of an external server is not trusted. */
  untrusted: 'Untrusted',
  /** Somebody asked while it was scaled to zero. */
  waking: 'Waking',
  /** The model did not answer a synthetic question. */
  probeFailed: 'ProbeFailed',
  missingReference: 'MissingReference',
  preflightFailed: 'PreflightFailed',
  rolledBack: 'RolledBack',
  deadlineExceeded: 'DeadlineExceeded',
} as const;

export type Reason = (typeof REASON)[keyof typeof REASON];
