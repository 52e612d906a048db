import { join } from 'node:path';
import { BuildProblem } from '../protocol/problem.mjs';
import { readWithin } from './tree.mjs';

/** In bytes; what people write by hand has a hundredth of it. */
const MANIFEST_LIMIT = 1024 * 1024;

/** @param {string} root @param {string} [place] a folder in it, or an archive, which has none @returns {Record<string, any>} */
export function readManifest(root, place = '') {
  const name = join(place, 'package.json');
  const text = readWithin(root, name, MANIFEST_LIMIT);
  if (text === null) {
    return {};
  }
  try {
    const manifest = JSON.parse(text);
    if (!isObject(manifest)) {
      throw new Error('it is not a JSON object');
    }
    return manifest;
  } catch (error) {
    throw new BuildProblem(`${name} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
export function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
