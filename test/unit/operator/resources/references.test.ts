import assert from 'node:assert/strict';
import { referencesOf } from '../../../../operator/resources/references.ts';
import { chatApp } from '../chatapp.ts';

describe('references', () => {
  it('of the smallest ChatApp are none', () => assert.deepEqual(referencesOf(chatApp()), []));

  it('are found wherever the spec names something, with the field and whose pods use it', () => {
    const secretKeyRef = { name: 'tokens', key: 'a' };
    const configMapKeyRef = { name: 'settings', key: 'b', optional: true };
    const chat = chatApp({
      imagePullSecrets: [{ name: 'pull' }],
      backend: { podTemplate: { env: [{ name: 'A', valueFrom: { secretKeyRef } }] } },
      frontend: { podTemplate: { env: [{ name: 'B', valueFrom: { configMapKeyRef } }] } },
      ollama: { models: [{ name: 'm' }], storage: { existingClaim: 'models' } },
      auth: { accounts: { adminSecretRef: 'boss' } },
      redis: { mode: 'External', external: { urlSecretRef: { name: 'redis' } } },
    });
    const brief = referencesOf(chat).map(({ kind, name, key, optional, field, component }) =>
      [kind, name, key, optional, field, component].join(' '),
    );
    const oidc = { issuer: 'https://login.example.org', clientID: 'chat', clientSecretRef: { name: 'login' } };
    const provider = referencesOf(chatApp({ auth: { mode: 'OIDC', oidc, accounts: { adminSecretRef: 'boss' } } }));
    assert.deepEqual(
      provider.map(({ name, key, component }) => [name, key, component].join(' ')),
      ['login clientSecret backend'],
      'only what the mode uses',
    );
    assert.deepEqual(brief, [
      'Secret tokens a false backend.podTemplate.env[A] backend',
      'ConfigMap settings b true frontend.podTemplate.env[B] frontend',
      'PersistentVolumeClaim models  false ollama.storage.existingClaim ollama',
      'Secret redis url false redis.external.urlSecretRef backend',
      'Secret boss username false auth.accounts.adminSecretRef backend',
      'Secret boss password false auth.accounts.adminSecretRef backend',
      'Secret pull  false imagePullSecrets[0] shared',
    ]);
  });
});
