import assert from 'node:assert/strict';
import { until } from '../testbed/wait.ts';
import { apply, askOllama, chatField, field, kubectl, onNode, READY, registryRate, smallChat } from './cluster.ts';

const MODEL = 'smollm2:135m';
const NAME = 'tight';
const FOLDER = '/mnt/tight';

/** A file system with a size of its own on the node, as the volume of the chat's Ollama server. */
async function smallVolume(megabytes: number): Promise<void> {
  await onNode('mkdir', '-p', FOLDER);
  await onNode('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', FOLDER);
  const terms = [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] }];
  await apply({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: NAME },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: NAME,
      persistentVolumeReclaimPolicy: 'Retain',
      local: { path: FOLDER },
      nodeAffinity: { required: { nodeSelectorTerms: terms } },
      claimRef: { namespace: NAME, name: `data-${NAME}-ollama-0` },
    },
  });
}

const condition = (type: string, path: string) => `.status.conditions[?(@.type=="${type}")].${path}`;
const is = (path: string, value: RegExp, timeout?: number) => chatField(NAME, NAME, path, value, timeout);
const jobs = async () => (await kubectl('-n', NAME, 'get', 'jobs', '-o', 'name')).trim().split('\n');

describe('the volume of the models', function () {
  this.timeout(8 * 60_000);
  before(async () => {
    await registryRate(10 * 2 ** 20);
    await smallVolume(80);
    await smallChat(NAME, [{ name: MODEL }], { storage: { size: '1Gi', storageClassName: NAME } });
  });
  after(async () => {
    await registryRate(0);
    await kubectl('delete', 'namespace', NAME, '--wait=false');
  });

  it('is said to be too small before it is full, with numbers, while people chat', async () => {
    await is('.status.models[0].reason', /^OutOfSpace$/, 3 * 60_000);
    const message = await field(NAME, `chat/${NAME}`, '.status.models[0].message');
    assert.match(message, /"smollm2:135m" needs \d+\.\d MB more, and \d+\.\d MB of 83\.9 MB are free/);
    await is(READY, /^True$/);
    await is('.status.storage.capacityBytes', /^83886080$/);
    const used = await field(NAME, `chat/${NAME}`, '.status.storage.usedBytes');
    await registryRate(0);
    assert.ok(Number(used) < 60_000_000, `${used} bytes are used`);
  });

  it('has the model by itself once it has grown', async () => {
    await onNode('mount', '-o', 'remount,size=300m', FOLDER);
    await is('.status.modelsSummary', /^1\/1$/, 3 * 60_000);
    await is('.status.storage.capacityBytes', /^314572800$/);
    await is('.status.phase', /^Ready$/);
  });

  it('is reported once, and not again while nothing changes', async () => {
    // The end of the pull is told in a few reports of its own: what counts is that they end.
    const looks = 16_000; // three of the agent
    let last = { version: '', since: 0 };
    const isStill = async () => {
      const version = await field(NAME, `configmap/${NAME}-reports`, '.metadata.resourceVersion');
      if (version !== last.version) last = { version, since: Date.now() };
      return Date.now() - last.since > looks;
    };
    await until('the reports stay as they are for three looks of the agent', isStill, {
      timeout: 60_000,
      every: 1_000,
    });
  });

  it('gets a model again that somebody deleted, and those that somebody brought are named', async () => {
    const before = await jobs();
    const copy = { source: MODEL, destination: 'by-hand:1' };
    await askOllama(NAME, 0, { method: 'POST', path: '/api/copy', body: copy });
    await is(condition('ModelsReady', 'message'), /named by no ChatApp: by-hand:1 \(98\.\d MB\)/);
    await askOllama(NAME, 0, { method: 'DELETE', path: '/api/delete', body: { model: MODEL } });
    await until('there is another Job', async () => (await jobs()).some((name) => !before.includes(name)), {
      timeout: 60_000,
      every: 250,
    });
    await is('.status.modelsSummary', /^1\/1$/, 2 * 60_000);
    assert.match(await field(NAME, `chat/${NAME}`, condition('ModelsReady', 'message')), /by-hand:1/);
  });

  it('is not tried for a model that is larger than the memory of its server', async () => {
    const limits = { cpu: '1', memory: '180Mi' };
    const patch = { spec: { ollama: { resources: { requests: { memory: '64Mi' }, limits } } } };
    await kubectl('-n', NAME, 'patch', 'chat', NAME, '--type=merge', '-p', JSON.stringify(patch));
    await is('.status.models[0].reason', /^OutOfMemory$/, 2 * 60_000);
    const message = await field(NAME, `chat/${NAME}`, '.status.models[0].message');
    assert.match(message, /needs about \d+ MB of memory .*its server may use 189 MB: raise ollama\.resources/);
    await is(READY, /^True$/);
  });
});
