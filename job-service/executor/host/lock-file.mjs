import { join } from 'node:path';
import { BuildProblem } from '../protocol/problem.mjs';
import { fileWithin, readWithin } from './tree.mjs';

/** The first wins, as it does with npm. */
const FILES = ['npm-shrinkwrap.json', 'package-lock.json'];

/** Thousands of packages fit in. */
const LOCK_LIMIT = 8 * 1024 * 1024;

/**
 * A lock file says where npm unpacks what: it is a stranger's, so every place in it is checked. A
 * lock file of the first version names no places, and is left aside.
 *
 * @param {string} root
 * @param {string[]} provided names of packages that are taken out of it
 * @param {string} [place] the folder in it
 * @returns {string | null} the file as npm may read it
 */
export function readLock(root, provided, place = '') {
  const name = FILES.map((file) => join(place, file)).find((candidate) => fileWithin(root, candidate) !== null);
  if (name === undefined) {
    return null;
  }
  const text = /** @type {string} */ (readWithin(root, name, LOCK_LIMIT));
  let lock;
  try {
    lock = JSON.parse(text);
  } catch (error) {
    throw new BuildProblem(`${name} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
  const packages = lock?.packages;
  if (packages === null || typeof packages !== 'object' || Array.isArray(packages)) {
    return null;
  }
  Object.entries(packages).forEach(([place, entry]) => check(name, place, entry));
  const kept = Object.entries(packages).filter(
    ([place]) => !provided.some((each) => `${place}/`.includes(`node_modules/${each}/`)),
  );
  return JSON.stringify({ name: 'upload', lockfileVersion: 3, requires: true, packages: Object.fromEntries(kept) });
}

/** @param {string} file @param {string} place @param {any} entry */
function check(file, place, entry) {
  if (entry === null || typeof entry !== 'object' || (place !== '' && !isInside(place))) {
    throw new BuildProblem(`${file} has a package outside the archive: ${place}`);
  }
  const from = entry.resolved;
  if (from === undefined || typeof from === 'boolean') {
    return;
  }
  const path = typeof from !== 'string' ? '' : entry.link ? from : from.startsWith('file:') ? from.slice(5) : null;
  if (path === null ? !/^https?:\/\//.test(from) : !isInside(path)) {
    throw new BuildProblem(`${file} takes ${place} from a source that is not allowed: ${from}`);
  }
}

/** @param {string} path */
function isInside(path) {
  return (
    !/[\\\0]/.test(path) &&
    path
      .replace(/^\.\//, '')
      .split('/')
      .every((name) => name !== '' && name !== '.' && name !== '..')
  );
}
