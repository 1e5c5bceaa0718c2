import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hashOf, prepare } from '../../../../operator/kube/desired.ts';
import { ApiError, retryAfterOf, TransportError } from '../../../../operator/kube/errors.ts';
import { fenced, NotLeadingError } from '../../../../operator/kube/fence.ts';
import { linesOf } from '../../../../operator/kube/lines.ts';
import { createLogger, errorText } from '../../../../operator/kube/log.ts';
import { compareResourceVersions, keyOf, pathOf, splitKey, type KubeObject } from '../../../../operator/kube/object.ts';
import { foldManagedFields, ownershipOf } from '../../../../operator/kube/ownership.ts';
import { matchesFields, matchesLabels } from '../../../../operator/kube/selector.ts';
import { mergePatch } from '../../../../operator/kube/status.ts';
import type { Transport } from '../../../../operator/kube/transport.ts';

describe('object', () => {
  const deployments = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
  const pods = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' };

  it('knows paths', () => {
    assert.equal(pathOf(pods), '/api/v1/pods');
    assert.equal(pathOf(pods, 'n', 'p', 'status'), '/api/v1/namespaces/n/pods/p/status');
    assert.equal(pathOf(deployments, 'n'), '/apis/apps/v1/namespaces/n/deployments');
    assert.equal(pathOf(deployments, undefined, 'a/b'), '/apis/apps/v1/deployments/a%2Fb');
  });

  it('knows keys', () => {
    assert.equal(keyOf({ metadata: { name: 'a', namespace: 'n' } }), 'n/a');
    assert.deepEqual([splitKey('n/a'), splitKey('a')], [{ namespace: 'n', name: 'a' }, { name: 'a' }]);
  });

  it('orders resourceVersions as numbers of any length', () => {
    assert.ok(compareResourceVersions('9', '10') < 0);
    assert.ok(compareResourceVersions('90071992547409921', '90071992547409920') > 0);
    assert.equal(compareResourceVersions('7', '7'), 0);
    assert.ok(compareResourceVersions('', '1') < 0);
  });
});

describe('selector', () => {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'X',
    metadata: { name: 'x', namespace: 'n', labels: { a: '1', 'b.c/d': '' } },
  };
  const matching = [
    'a=1',
    'a==1',
    'a',
    '!z',
    'z!=1',
    'a in (1,2)',
    'a notin (2, 3)',
    'z notin (1)',
    'a=1,b.c/d=,!z',
    '',
  ];
  for (const selector of matching) it(`matches ${selector}`, () => assert.ok(matchesLabels(selector, object)));
  for (const selector of ['a=2', '!a', 'z', 'a!=1', 'a in (2,3)', 'z in (1)', 'a notin (1)', 'a=1,z']) {
    it(`does not match ${selector}`, () => assert.ok(!matchesLabels(selector, object)));
  }
  it('refuses what it does not understand', () => {
    assert.throws(() => matchesLabels('a > 1', object), /not a label selector/);
    assert.throws(() => matchesFields('status.phase=x', object), /not a field selector/);
  });
  it('knows fields', () => {
    assert.ok(matchesFields('metadata.name=x,metadata.namespace=n', object));
    assert.ok(!matchesFields('metadata.name=y', object));
  });
});

describe('lines', () => {
  async function read(chunks: (string | Buffer)[]): Promise<string[]> {
    const lines: string[] = [];
    async function* bytes(): AsyncGenerator<Buffer> {
      for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
    }
    for await (const line of linesOf(bytes())) lines.push(line);
    return lines;
  }
  it('do not mind where the stream is cut, even within a character', async () => {
    const umlaut = Buffer.from('ü');
    const chunks = ['{"a', '":1}\n\n{"b":"', umlaut.subarray(0, 1), umlaut.subarray(1), '"}\n{}', '\n'];
    assert.deepEqual(await read(chunks), ['{"a":1}', '{"b":"ü"}', '{}']);
  });
  it('are not made of half of one', async () => {
    await assert.rejects(read(['{}\n{"a"']), TransportError);
  });
});

describe('desired', () => {
  const secret = (stringData: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData });
  it('has a hash that minds content, not the order of keys', () => {
    assert.equal(hashOf({ a: 1, b: { c: 1, d: 2 } }), hashOf({ b: { d: 2, c: 1 }, a: 1 }));
    assert.notEqual(hashOf({ a: [1, 2] }), hashOf({ a: [2, 1] }));
  });
  it('is sent in the form in which the server shows it', () => {
    const { body, hash } = prepare(secret({ p: 'x' }), 'h');
    const expected = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', annotations: { h: hash } },
      data: { p: 'eA==' },
    };
    assert.deepEqual(body, expected);
  });
});

describe('ownership', () => {
  const live = (fields: object, time: string, more: object[] = []): KubeObject =>
    foldManagedFields({
      apiVersion: 'v1',
      kind: 'X',
      metadata: {
        name: 'x',
        managedFields: [{ manager: 'm', operation: 'Apply', time, fieldsV1: fields }, ...more],
      } as never,
    });
  it('changes with the fields that were applied, not with time, updates or status', () => {
    const before = ownershipOf(live({ 'f:a': {} }, '1'));
    const others = [
      { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:b': {} } },
      { manager: 'm', operation: 'Apply', subresource: 'status', fieldsV1: { 'f:c': {} } },
    ];
    assert.equal(ownershipOf(live({ 'f:a': {} }, '2', others)), before);
    assert.notEqual(ownershipOf(live({}, '1')), before);
    assert.ok(!JSON.stringify(live({ 'f:a': {} }, '1')).includes(before ?? '?'));
  });
});

describe('merge patch', () => {
  it('is as small as the change', () => {
    assert.deepEqual(mergePatch({ a: 1, b: { c: 1, d: [1] }, e: 1 }, { a: 1, b: { c: 2, d: [1] }, f: 2 }), {
      b: { c: 2 },
      e: null,
      f: 2,
    });
    assert.equal(mergePatch({ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2 }] } }), undefined);
    assert.deepEqual(mergePatch({ a: [1] }, { a: [] }), { a: [] });
    assert.equal(mergePatch({}, { a: null }), undefined);
  });
});

describe('errors', () => {
  it('say what was asked and what was answered', () => {
    const body = {
      kind: 'Status',
      reason: 'NotFound',
      message: 'pods "x" not found',
      details: { retryAfterSeconds: 2 },
    };
    const error = new ApiError('GET /x', 404, body);
    assert.equal(error.message, 'GET /x: 404 NotFound: pods "x" not found');
    assert.equal(error.retryAfterMs, 2_000);
    assert.equal(new ApiError('GET /x', 502, '<html>').message, 'GET /x: 502 HTTP 502: <html>');
    assert.equal(retryAfterOf(new AggregateError([error, new ApiError('GET /y', 429, '', 7_000)])), 7_000);
    assert.equal(retryAfterOf(new Error('x')), undefined);
  });
});

describe('log', () => {
  it('writes one JSON object a line, from its level on, with the causes of errors', () => {
    const lines: string[] = [];
    const date = (): Date => new Date(0);
    const log = createLogger({ write: (line) => lines.push(line), date, keys: { a: 1 } });
    log.debug('not this');
    log.child({ b: 2 }).warn('this', { error: new Error('outer', { cause: new Error('inner') }) });
    assert.deepEqual(lines, [
      '{"ts":"1970-01-01T00:00:00.000Z","level":"warn","msg":"this","a":1,"b":2,"error":"outer: inner"}\n',
    ]);
  });
  it('tells all parts of an aggregate', () => {
    assert.equal(errorText(new AggregateError([new Error('a'), new Error('b')], '2 failed')), '2 failed: a; b');
  });
});

describe('fence', () => {
  it('lets reads through, and writes only while it may', async () => {
    let leads = true;
    const sent: string[] = [];
    const transport: Transport = {
      request: (method) => {
        sent.push(method);
        return Promise.resolve(undefined as never);
      },
      stream: () => assert.fail('no stream'),
      close: () => Promise.resolve(),
    };
    const behind = fenced(transport, () => leads);
    await behind.request('PATCH', '/x');
    leads = false;
    await behind.request('GET', '/x');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      await assert.rejects(behind.request(method, '/x'), NotLeadingError);
    }
    assert.deepEqual(sent, ['PATCH', 'GET']);
  });
});
