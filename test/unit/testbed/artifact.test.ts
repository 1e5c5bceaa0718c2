import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { artifact, contents, digest, type Recipe } from '../../testbed/artifact.ts';
import { withLock } from '../../testbed/lock.ts';

describe('the cache of what takes long to make', () => {
  let folder: string;
  const earlier = process.env['XDG_CACHE_HOME'];

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-cache-test-'));
    process.env['XDG_CACHE_HOME'] = folder;
  });
  afterEach(() => {
    if (earlier === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = earlier;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function recipe(key: string, made: string[]): Recipe {
    return {
      name: 'thing',
      words: 'making a thing for a test',
      key: [key],
      make: async (target) => {
        made.push(key);
        await sleep(20);
        fs.writeFileSync(path.join(target, 'file'), key);
      },
    };
  }

  it('makes each thing once, also when two want it at once', async () => {
    const made: string[] = [];
    const [one, two] = await Promise.all([artifact(recipe('a', made)), artifact(recipe('a', made))]);
    assert.equal(one, two);
    await artifact(recipe('b', made));
    await artifact(recipe('a', made));
    assert.deepEqual(made, ['a', 'b']);
  });

  it('does not trust what was broken off', async () => {
    const fails: Recipe = {
      ...recipe('a', []),
      make: (target) => {
        fs.writeFileSync(path.join(target, 'file'), 'half');
        return Promise.reject(new Error('broken off'));
      },
    };
    await assert.rejects(artifact(fails), /broken off/);
    const made: string[] = [];
    const good = await artifact(recipe('a', made));
    assert.deepEqual(made, ['a']);
    assert.equal(fs.readFileSync(path.join(good, 'file'), 'utf8'), 'a');
  });

  it('has keys that keep the borders of their parts', () => {
    assert.notEqual(digest(['ab', 'c']), digest(['a', 'bc']));
  });

  it('has keys of contents: of names and of bytes', () => {
    const file = path.join(folder, 'x/y');
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, 'one');
    const before = contents(folder, ['x']);
    assert.deepEqual(before, ['x/y', 'one']);
    fs.writeFileSync(file, 'two');
    assert.notEqual(digest(contents(folder, ['x'])), digest(before));
  });

  it('is free again when the process that held a lock was killed', async function () {
    this.timeout(20_000);
    const holder = fork(path.join(import.meta.dirname, 'lock-holder.ts'), ['a test'], { stdio: 'inherit' });
    await new Promise((resolve) => holder.once('message', resolve));
    let isOurs = false;
    const waiting = withLock('a test', () => Promise.resolve((isOurs = true)));
    await sleep(300);
    assert.equal(isOurs, false);
    holder.kill('SIGKILL');
    await waiting;
  });
});
