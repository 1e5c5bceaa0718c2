import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openBrowser, Person } from '../browser/person.ts';
import { until } from '../testbed/wait.ts';
import { chatField, demo, field, kubectl, READY, site } from './cluster.ts';

const { namespace } = demo;
const KINDS = [
  'configmap',
  'service',
  'serviceaccount',
  'role',
  'rolebinding',
  'networkpolicy',
  'poddisruptionbudget',
  'deployment',
  'statefulset',
  'secret',
];

describe('self-healing', function () {
  this.timeout(10 * 60_000);
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => browser.close());

  it('keeps the model when the pod of Ollama is deleted', async () => {
    const jobs = async () => kubectl('-n', namespace, 'get', 'jobs', '-o', 'name');
    const before = await jobs();
    const uid = await field(namespace, 'pod/demo-ollama-0', '.metadata.uid');
    await kubectl('-n', namespace, 'delete', 'pod', 'demo-ollama-0', '--wait=false');
    await until(
      'another pod is there',
      async () => {
        const now = await field(namespace, 'pod/demo-ollama-0', '.metadata.uid');
        return now !== '' && now !== uid;
      },
      { timeout: 90_000, every: 250 },
    );
    await kubectl('-n', namespace, 'wait', '--for=condition=Ready', '--timeout=120s', 'pod/demo-ollama-0');
    const mia = await Person.enter(browser, site, 'Mia', 'general');
    await mia.say('Say hello.');
    await mia.reply('done').waitFor({ timeout: 60_000 });
    await mia.leave();
    assert.equal(await jobs(), before, 'the model was not pulled again');
  });

  it('brings back every child that is deleted, and the chat works', async () => {
    for (const kind of KINDS) {
      const owned =
        'jsonpath={range .items[?(@.metadata.ownerReferences[0].kind=="ChatApp")]}{.metadata.name}{" "}{end}';
      const names = (await kubectl('-n', namespace, 'get', kind, '-o', owned)).trim().split(/\s+/);
      assert.ok(names[0] !== '', `there is a ${kind}`);
      for (const name of names) {
        const uid = await field(namespace, `${kind}/${name}`, '.metadata.uid');
        await kubectl('-n', namespace, 'delete', kind, name, '--wait=false');
        await until(
          `${kind} ${name} is back`,
          async () => {
            const now = await field(namespace, `${kind}/${name}`, '.metadata.uid');
            return now !== '' && now !== uid;
          },
          { timeout: 60_000, every: 250 },
        );
      }
    }
    await chatField(namespace, 'demo', '.status.phase', /^Ready$/, 5 * 60_000);
    await chatField(namespace, 'demo', READY, /^True$/);
    await until('the page answers', async () => (await fetch(site.url)).ok, { timeout: 30_000 });
  });
});
