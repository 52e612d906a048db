import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { descendants, endNow, processTable } from '../host/processes.mjs';
import { TestHost } from './support/host.mjs';

const INDEX = { 'index.mjs': "export const one = { [Symbol.for('libretto.workflow')]: true, name: 'one', run() {} };" };

/** @type {[string, Record<string, string>, RegExp][]} */
const TOO_LARGE = [
  [
    'a package.json',
    { 'package.json': JSON.stringify({ dependencies: { a: '1' }, filler: 'x'.repeat(1024 * 1024) }) },
    /^package\.json is larger than 1024 KiB$/,
  ],
  [
    'a lock file',
    {
      'package.json': JSON.stringify({ dependencies: { a: '1' } }),
      'package-lock.json': `{"packages":{${Array.from({ length: 200_000 }, (_, i) => `"node_modules/package-${i}":{"version":"1.0.0"}`).join(',')}}}`,
    },
    /^package-lock\.json is larger than 8192 KiB$/,
  ],
  [
    'an .npmrc',
    { 'package.json': JSON.stringify({ dependencies: { a: '1' } }), '.npmrc': 'registry=x\n'.repeat(10_000) },
    /^\.npmrc is larger than 64 KiB$/,
  ],
  [
    'the package.json of a folder of its own',
    {
      'package.json': JSON.stringify({ dependencies: { a: 'file:a' } }),
      'a/package.json': JSON.stringify({ name: 'a', filler: 'x'.repeat(1024 * 1024) }),
    },
    /^a\/package\.json is larger than 1024 KiB$/,
  ],
];

for (const [name, files, error] of TOO_LARGE) {
  test(`refuses ${name} that is too large`, async () => {
    const host = new TestHost();
    const { built } = await host.build('index.mjs', { ...INDEX, ...files });
    assert.equal(built.type, 'rejected');
    assert.match(built.error, error);
    await host.close();
  });
}

test('the host answers while an upload is read that takes long', async () => {
  const host = new TestHost();
  const dependencies = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`a${i}`, 'file:a']));
  const { build } = host.startBuild('index.mjs', {
    ...INDEX,
    'package.json': JSON.stringify({ dependencies }),
    'a/package.json': '{}',
  });
  let answers = 0;
  while (!host.messages.some((message) => message.build === build) && answers < 50) {
    const heard = host.messages.filter(({ type }) => type === 'alive').length;
    host.send({ type: 'alive' });
    await host.until(() => host.messages.filter(({ type }) => type === 'alive').length > heard);
    answers++;
    await pause(1);
  }
  assert.ok(answers > 10, `${answers} answers before the build was over`);
  await host.close();
});

test('a build whose process dies is rejected, leaves nothing, and others go on', async () => {
  const host = new TestHost();
  const { build } = host.startBuild('index.mjs', {
    ...INDEX,
    'index.mjs': `${INDEX['index.mjs']}\nawait new Promise((r) => setTimeout(r, 600000));`,
  });
  const worker = await found(() => buildProcesses(host).find(({ pid }) => descendants(processTable(), pid).length > 1));
  endNow(worker.pid);
  const answer = await host.built(build);
  assert.equal(answer.type, 'rejected');
  assert.match(answer.error, /^The build's process ended unexpectedly \(SIGKILL\)$/);
  assert.deepEqual(readdirSync(join(host.directory, 'cells')), []);
  assert.equal((await host.build('index.mjs', INDEX)).built.type, 'built');
  await host.close();
});

/** @param {TestHost} host */
function buildProcesses(host) {
  return descendants(processTable(), /** @type {number} */ (host.child.pid)).filter(({ pid }) => {
    const path = `/proc/${pid}/cmdline`;
    return existsSync(path) && readFileSync(path, 'utf8').includes('build-worker.mjs');
  });
}

/**
 * @template T
 * @param {() => T | undefined} look
 * @returns {Promise<T>}
 */
async function found(look) {
  for (let i = 0; i < 1200; i++) {
    const value = look();
    if (value !== undefined) {
      return value;
    }
    await pause(50);
  }
  throw new Error(`not found: ${look}`);
}
