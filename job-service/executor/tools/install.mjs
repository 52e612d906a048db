import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXECUTOR } from '../protocol/folder.mjs';

/**
 * Installs this folder's npm packages and compiles Playwright for workers with the default limits, unless
 * that has been done for this very package-lock.json and Node.
 */

const stamp = join(EXECUTOR, 'node_modules', '.installed');
const wanted = createHash('sha256')
  .update(readFileSync(join(EXECUTOR, 'package-lock.json')))
  .update(process.version)
  .digest('hex');

if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
  process.exit(0);
}
console.error('Installing the npm packages of the executor (npm ci) ...');
const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
  cwd: EXECUTOR,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (npm.status !== 0) {
  console.error(
    `npm ci failed in ${EXECUTOR}: ${npm.error?.message ?? 'see above'}. Node 20 or newer with npm is needed, and a registry to reach.`,
  );
  process.exit(1);
}
const { DEFAULT_MEMORY_MIB, nodeCommand } = await import('../host/slot.mjs');
const [node, ...flags] = nodeCommand('tools/compile.mjs', DEFAULT_MEMORY_MIB);
if (spawnSync(node, flags, { stdio: 'inherit' }).status !== 0) {
  console.error('Playwright could not be compiled ahead; runs start somewhat slower.');
}
writeFileSync(stamp, wanted);
