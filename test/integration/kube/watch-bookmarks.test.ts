import { after, before, describe, it } from 'mocha';
import { Reflector } from '../../../operator/kube/reflector.ts';
import { Store } from '../../../operator/kube/store.ts';
import type { Transport } from '../../../operator/kube/transport.ts';
import * as plane from './plane.ts';
import { configMap, configMaps, create, until, type ConfigMap } from './plane.ts';

let transport: Transport | undefined;
let reflector: Reflector<ConfigMap> | undefined;
let beganAt = '';

/** The API server sends a bookmark once a minute: this begins before all other tests, which fill that minute. */
before(async function () {
  this.timeout(plane.buildTimeout);
  transport = plane.admin(await plane.sharedPlane());
  const namespace = await plane.newNamespace(transport);
  const [type, store, log] = [configMaps, new Store<ConfigMap>(), plane.quiet];
  reflector = new Reflector<ConfigMap>({ transport, type, namespace, store, log, onEvent: () => undefined });
  reflector.start();
  await reflector.synced;
  beganAt = reflector.resourceVersion;
  await create(transport, configMaps, configMap(await plane.newNamespace(transport), 'elsewhere'));
});

after(async () => {
  await reflector?.stop();
  await transport?.close();
});

describe('a reflector where nothing happens', () => {
  it('moves on by bookmarks', async function () {
    this.timeout(90_000);
    await until('a bookmark', () => reflector?.resourceVersion !== beganAt, 80_000);
  });
});
