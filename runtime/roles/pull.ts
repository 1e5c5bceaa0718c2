export function runPull(environment: NodeJS.ProcessEnv): Promise<void> {
  return Promise.reject(new Error(`pull of ${environment.MODEL ?? 'nothing'} is not written yet`));
}
