import { existsSync, readdirSync, lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import semver from 'semver';
import { PROVIDED } from './stand-ins.mjs';

/** In bytes; a package.json is far smaller. */
const MANIFEST_LIMIT = 1024 * 1024;

const SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** How many names a sentence has. */
const NAMES = 15;

/**
 * An installed package.
 *
 * @typedef {object} Installed
 * @property {string} folder absolute
 * @property {Record<string, any>} manifest
 */

/** @param {string} modules a node_modules folder @returns {Installed[]} the packages in it, at any depth */
export function installedIn(modules) {
  return existsSync(modules)
    ? readdirSync(modules, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .flatMap(({ name }) => {
          const folder = join(modules, name);
          return name.startsWith('@')
            ? installedIn(folder)
            : [...read(folder), ...installedIn(join(folder, 'node_modules'))];
        })
    : [];
}

/** @param {string} folder @returns {Installed[]} none when it is no package */
function read(folder) {
  const path = join(folder, 'package.json');
  try {
    const stats = lstatSync(path);
    const manifest = !stats.isFile() || stats.size > MANIFEST_LIMIT ? null : JSON.parse(readFileSync(path, 'utf8'));
    return manifest !== null && typeof manifest === 'object' ? [{ folder, manifest }] : [];
  } catch {
    return [];
  }
}

/** @param {Installed} installed whether npm would run something of it on its installation */
export function hasInstallScript({ folder, manifest }) {
  const scripts = manifest.scripts ?? {};
  return SCRIPTS.some((name) => typeof scripts[name] === 'string') || existsSync(join(folder, 'binding.gyp'));
}

/** @param {Installed[]} packages @param {string} root of the upload @returns {string[]} sentences */
export function peerConflicts(packages, root) {
  return packages.flatMap(({ folder, manifest }) =>
    Object.entries(entriesOf(manifest.peerDependencies)).flatMap(([peer, range]) => {
      const found = peerOf(folder, peer, root);
      const optional = manifest.peerDependenciesMeta?.[peer]?.optional === true;
      if (typeof range !== 'string' || PROVIDED.includes(peer) || (found === null && optional)) {
        return [];
      }
      const needs = `${titleOf(manifest)} needs ${peer} ${range}`;
      if (found === null) {
        return [`${needs}, which is not installed: add it to the dependencies of package.json`];
      }
      const unfit =
        semver.validRange(range) !== null &&
        !semver.satisfies(found.version, range, { includePrerelease: true, loose: true });
      return unfit
        ? [`${needs}, but ${found.version} is installed: choose versions in package.json that go together`]
        : [];
    }),
  );
}

/** @param {string} from @param {string} name @param {string} root @returns {Record<string, any> | null} its manifest */
function peerOf(from, name, root) {
  for (let folder = dirname(from); folder.startsWith(root) && folder !== root; folder = dirname(folder)) {
    const [found] = basename(folder) === 'node_modules' ? read(join(folder, name)) : [];
    if (found) {
      return found.manifest;
    }
  }
  return null;
}

/** @param {Record<string, any>} manifest */
export function titleOf({ name, version }) {
  return `${name}@${version}`;
}

/** @param {string[]} names */
export function listed(names) {
  const sorted = [...new Set(names)].sort();
  return sorted.length > NAMES
    ? `${sorted.slice(0, NAMES).join(', ')} and ${sorted.length - NAMES} more`
    : sorted.join(', ');
}

/** @param {unknown} value @returns {Record<string, any>} */
function entriesOf(value) {
  return value !== null && typeof value === 'object' ? value : {};
}
