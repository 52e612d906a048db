import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_MEMORY_MIB, nodeCommand } from '../host/slot.mjs';

const SAY = `const { bundles } = await import(process.argv[1]); console.log(JSON.stringify([...bundles.values()].map((script) => script.cachedDataRejected ?? null)));`;

/** @param {number} memoryMiB @returns {unknown[]} for each of Playwright's large files: false when its compiled code was taken */
function rejected(memoryMiB) {
  const [node, ...flags] = nodeCommand('-', memoryMiB).slice(0, -1);
  const run = spawnSync(
    node,
    [...flags, '--input-type=module', '-e', SAY, new URL('../worker/playwright.mjs', import.meta.url).href],
    { encoding: 'utf8' },
  );
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
}

test('a worker takes the code of Playwright that was compiled at its installation', () => {
  assert.deepEqual(rejected(DEFAULT_MEMORY_MIB), [false, false]);
});

test('the default limit is that of the job service', () => {
  const config = readFileSync(
    new URL('../../src/main/java/io/impresario/job/executor/ExecutorConfig.java', import.meta.url),
    'utf8',
  );
  assert.match(config, new RegExp(`@WithDefault\\("${DEFAULT_MEMORY_MIB}"\\)\\s+int memoryLimitMib\\(`));
});

test('a worker with another heap compiles Playwright itself', () => {
  assert.deepEqual(rejected(DEFAULT_MEMORY_MIB / 2), [true, true]);
});
