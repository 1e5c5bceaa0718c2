import assert from 'node:assert/strict';
import net from 'node:net';
import { hasCapability } from '../../testbed/engine.ts';
import { isRecentGo } from '../../testbed/go-binary.ts';
import { availableMemory, portProblem } from '../../testbed/machine.ts';
import { vectorFlags } from '../../testbed/ollama-program.ts';
import { registrySetting } from '../../testbed/registry-probe.ts';
import { isKubectlUsable } from '../../testbed/tools.ts';

describe('what a machine can do', () => {
  it('is read from its bounding set of capabilities', () => {
    const sysResource = 24n;
    assert.equal(hasCapability('CapBnd:\t000001ffffffffff\n', sysResource), true);
    assert.equal(hasCapability('CapBnd:\t000001fffeffffff\n', sysResource), false);
    assert.equal(hasCapability('', sysResource), false);
  });

  it('takes a Go that can build the modules', () => {
    assert.equal(isRecentGo('go version go1.26.8 linux/amd64'), true);
    assert.equal(isRecentGo('go version go1.24 linux/arm64'), true);
    assert.equal(isRecentGo('go version go1.19.8 linux/amd64'), false);
    assert.equal(isRecentGo('what?'), false);
  });

  it('takes a kubectl one minor version off, not two', () => {
    const client = (minor: string): string => `{"clientVersion": {"major": "1", "minor": "${minor}"}}`;
    assert.equal(isKubectlUsable(client('33')), true);
    assert.equal(isKubectlUsable(client('35+')), true);
    assert.equal(isKubectlUsable(client('32')), false);
    assert.equal(isKubectlUsable(''), false);
  });

  it('has the fast instructions all, or they are not used', () => {
    const all = ['-mavx2', '-mfma', '-mf16c', '-mbmi2'];
    assert.deepEqual(vectorFlags('model\t: x\nflags\t\t: fpu fma f16c avx2 bmi2 sse\n'), all);
    assert.deepEqual(vectorFlags('flags\t\t: fpu fma avx2 bmi2 sse\n'), []);
    assert.deepEqual(vectorFlags(''), []);
  });

  it('has the memory that Linux calls available', () => {
    assert.equal(availableMemory('MemTotal: 2 kB\nMemAvailable:   6291456 kB\n'), 6 * 2 ** 30);
    assert.equal(availableMemory(''), undefined);
  });

  it('takes yes and no for its registry, and says what else it takes', () => {
    assert.equal(registrySetting('yes'), true);
    assert.equal(registrySetting('no'), false);
    assert.equal(registrySetting(undefined), undefined);
    assert.throws(() => registrySetting('maybe'), /CHATAPP_REGISTRY is maybe/);
  });

  it('has a port taken: the words name it and the way out', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    assert.match((await portProblem(port)) ?? '', new RegExp(`Port ${port} .* is taken .* make up PORT=`));
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await portProblem(port), undefined);
    assert.match((await portProblem(0)) ?? '', /a port is a number/);
  });
});
