import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isNoticeable } from '../../../../runtime/agent/noticeable.ts';
import { serverReportSchema, type ServerReport } from '../../../../runtime/report.ts';

const model = { name: 'm:latest', digest: 'd', sizeBytes: 5, context: { bytesPerToken: 1, maxTokens: 2 } };
const report = (usedBytes: number, over: Partial<ServerReport> = {}): ServerReport =>
  serverReportSchema.parse({
    volume: { capacityBytes: 1_000, usedBytes, freeBytes: 1_000 - usedBytes },
    models: [model],
    moreModels: 0,
    time: '2026-01-01T00:00:00.000Z',
    ...over,
  });

describe('a report is worth a write', () => {
  const before = report(100);
  for (const [what, after, worth] of [
    ['the first time', undefined, true],
    ['only later', report(100, { time: '2026-01-02T00:00:00.000Z' }), false],
    ['with a little less room', report(109), false],
    ['with less room', report(110), true],
    ['with more room', report(90), true],
    ['of a volume that grew', report(100, { volume: { capacityBytes: 1_001, usedBytes: 100, freeBytes: 901 } }), true],
    ['with another model', report(100, { models: [model, { ...model, name: 'n:latest' }] }), true],
    ['without its model', report(100, { models: [] }), true],
    ['with the model renewed', report(100, { models: [{ ...model, digest: 'e' }] }), true],
    ['with more models than it can name', report(100, { moreModels: 1 }), true],
  ] as const) {
    it(what, () =>
      assert.equal(after === undefined ? isNoticeable(undefined, before) : isNoticeable(before, after), worth),
    );
  }
});
