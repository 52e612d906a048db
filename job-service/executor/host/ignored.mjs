import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What of an upload's settings has no say in its installation, in sentences for its author.
 */

/** Lines of a project's .npmrc that npm may see: where packages are, how to be let in there, which go together. */
const NPMRC_ALLOWED =
  /^\s*((@[\w.-]+:)?registry|\/\/[^=]+:(_authToken|_auth|_password|username|email)|legacy-peer-deps)\s*=/;

/** Fields that change what other installations do, and what stands for them here. */
const IGNORED_FIELDS = {
  resolutions: 'say the same with "overrides"',
  pnpm: 'say overrides with "overrides"; patches are not applied',
  patchedDependencies: 'upload the patched package as a folder and name it with "file:"',
  bundleDependencies: 'they are installed from the registry',
  bundledDependencies: 'they are installed from the registry',
};

/** Scripts that npm would run in the upload itself. */
const OWN_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];

/** @param {Record<string, any>} manifest @returns {string[]} */
export function ignoredFields(manifest) {
  const scripts = OWN_SCRIPTS.filter((name) => typeof manifest.scripts?.[name] === 'string');
  return [
    ...Object.entries(IGNORED_FIELDS)
      .filter(([field]) => manifest[field] !== undefined)
      .map(([field, instead]) => `package.json: "${field}" is ignored: ${instead}`),
    ...(scripts.length === 0
      ? []
      : [`package.json: its own scripts do not run during a build (${scripts.join(', ')}): upload what they make`]),
  ];
}

/** Lock files that npm does not read, or not when they are of its version 6 and older. */
const LOCKS = [
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'npm-shrinkwrap.json',
  'package-lock.json',
];

/** Of an upload from which something is installed. @param {string} folder @param {boolean} locked @returns {string[]} */
export function ignoredFiles(folder, locked) {
  const locks = locked ? [] : LOCKS.filter((name) => existsSync(join(folder, name)));
  return [
    ...locks.map(
      (name) =>
        `${name} is not read, so that the newest versions are installed that package.json allows: to pin them, upload a package-lock.json of npm 7 or newer too (npm install --package-lock-only)`,
    ),
    ...(existsSync(join(folder, 'node_modules'))
      ? ['The uploaded node_modules was replaced by what package.json lists']
      : []),
  ];
}

/** @param {string} npmrc @returns {{lines: string[], warnings: string[]}} the lines that npm may see */
export function registrySettings(npmrc) {
  const written = npmrc.split(/[\r\n]+/).filter((line) => /^\s*[^\s#;]/.test(line));
  const allowed = written.filter((line) => NPMRC_ALLOWED.test(line));
  const lines = allowed.filter((line) => !line.includes('${'));
  const others = names(written.filter((line) => !allowed.includes(line)));
  const unexpanded = names(allowed.filter((line) => !lines.includes(line)));
  const warnings = [
    others === '' ? '' : `.npmrc: only registries, their credentials and legacy-peer-deps count here, not ${others}`,
    unexpanded === '' ? '' : `.npmrc: environment variables are not expanded; these lines are ignored: ${unexpanded}`,
  ];
  return { lines, warnings: warnings.filter((warning) => warning !== '') };
}

/** Of settings, without their values. @param {string[]} lines */
function names(lines) {
  return lines.map((line) => line.split('=')[0].trim().slice(0, 80)).join(', ');
}
