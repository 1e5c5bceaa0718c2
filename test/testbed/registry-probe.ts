import { attempt } from './run.ts';
import { say } from './progress.ts';

/** A tiny image of the registry that the node image comes from too. */
const probe = 'docker.io/library/hello-world:latest';

let decided: Promise<boolean> | undefined;

/** Whether CHATAPP_REGISTRY decides, and how. Throws words for a value that is neither. */
export function registrySetting(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') return undefined;
  if (value === 'yes') return true;
  if (value === 'no') return false;
  throw new Error(`CHATAPP_REGISTRY is ${value}: it can be yes (pull images from registries) or no (make them here).`);
}

/** Whether images can be pulled: tried once with a tiny one, 20 seconds at most; CHATAPP_REGISTRY=yes|no decides instead. */
export function canPullImages(): Promise<boolean> {
  decided ??= decide();
  return decided;
}

async function decide(): Promise<boolean> {
  const setting = registrySetting(process.env['CHATAPP_REGISTRY']);
  if (setting !== undefined) return setting;
  const { end } = await attempt('docker', ['pull', '-q', probe], { timeout: 20_000 });
  say(
    end === 0
      ? '      a container registry answers: official images are used'
      : '      no container registry answers: images are made here, from package registries',
  );
  return end === 0;
}
