import assert from 'node:assert/strict';
import { startModelRegistry, type ModelRegistry } from '../../testbed/model-registry.ts';

const MEBIBYTE = 2 ** 20;

describe('the model registry of tests', function () {
  this.timeout(10 * 60_000);
  let registry: ModelRegistry;
  const open = new AbortController();
  before(async () => {
    registry = await startModelRegistry();
  });
  after(async () => {
    open.abort();
    await registry.stop();
  });

  /** Address of the weights of the test model. */
  const weights = async (): Promise<string> => {
    const manifest = await fetch(`${registry.url}/v2/library/smollm2/manifests/135m`);
    const { layers } = (await manifest.json()) as { layers: { digest: string; size: number }[] };
    const [largest] = layers.toSorted((a, b) => b.size - a.size);
    return `${registry.url}/v2/library/smollm2/blobs/${largest!.digest}`;
  };
  /** Reads until so many bytes came, ten times as long as that should take at most; returns the milliseconds. */
  const read = async (url: string, bytes: number): Promise<number> => {
    const began = Date.now();
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    let came = 0;
    for await (const part of answer.body!) if ((came += (part as Uint8Array).length) >= bytes) break;
    return Date.now() - began;
  };

  it('keeps to the rate, also while reads go on that began at a lower one', async () => {
    const url = await weights();
    await registry.setFaults({ rate: 2 ** 16 });
    // Each is answered with its first bytes, and stays where it is.
    await Promise.all(Array.from({ length: 20 }, () => fetch(url, { signal: open.signal })));
    await registry.setFaults({ rate: 10 * MEBIBYTE });
    const tookMs = await read(url, 10 * MEBIBYTE);
    assert.ok(tookMs > 900, `${tookMs} ms: faster than the rate`);
  });
});
