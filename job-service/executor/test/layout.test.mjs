import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { EXECUTOR } from '../protocol/folder.mjs';

/** Which folders a folder may import from. What runs beside a workflow is never part of what watches it. */
const ALLOWED = {
  protocol: ['protocol'],
  host: ['host', 'protocol'],
  worker: ['worker', 'protocol'],
};

const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*['"](\.[^'"]+)['"]/g;

for (const [folder, allowed] of Object.entries(ALLOWED)) {
  test(`${folder}/ imports only ${allowed.join(' and ')}`, () => {
    const files = readdirSync(join(EXECUTOR, folder)).filter((name) => /\.m?[jt]s$/.test(name));
    const imports = files.flatMap((name) => importsOf(join(EXECUTOR, folder, name)));
    assert.ok(imports.length > 0);
    assert.deepEqual(
      imports.filter(({ to }) => !allowed.includes(to.split('/')[0])),
      [],
    );
  });
}

/** @param {string} file @returns {{file: string, to: string}[]} relative to the executor's folder */
function importsOf(file) {
  const targets = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, path]) => join(dirname(file), path));
  return targets.map((target) => ({ file: relative(EXECUTOR, file), to: relative(EXECUTOR, target) }));
}
