import {
  chmodSync,
  constants,
  existsSync,
  lchownSync,
  lstatSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { TextDecoder } from 'node:util';
import { BuildProblem } from '../protocol/problem.mjs';

/** Files, folders and links in a bundle with its packages: several times what the largest known ones have. */
export const FILES_LIMIT = 200_000;

/**
 * @param {string} directory
 * @param {(path: string, stats: import('node:fs').Stats) => void} visit links are visited, not followed
 * @param {{files: number}} [left] how many may be there
 */
function walk(directory, visit, left = { files: FILES_LIMIT }) {
  visit(directory, lstatSync(directory));
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (--left.files < 0) {
      throw new BuildProblem(`The bundle with its dependencies has more than ${FILES_LIMIT} files`);
    }
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      walk(path, visit, left);
    } else {
      visit(path, lstatSync(path));
    }
  }
}

/** @param {string} directory @returns {number} bytes on disk */
export function sizeOf(directory) {
  let bytes = 0;
  try {
    walk(directory, (_, stats) => (bytes += stats.blocks * 512));
  } catch (error) {
    if (error instanceof BuildProblem) {
      throw error;
    }
    // it is changing under the look
  }
  return bytes;
}

/** Gives a tree to a user. @param {string} directory @param {number} uid */
export function giveTo(directory, uid) {
  walk(directory, (path) => lchownSync(path, uid, uid));
}

/** Lets everybody read a tree, whatever the archive said. @param {string} directory */
export function makeReadable(directory) {
  walk(directory, (path, stats) => {
    if (stats.isDirectory()) {
      chmodSync(path, 0o755);
    } else if (stats.isFile()) {
      chmodSync(path, stats.mode & 0o111 ? 0o755 : 0o644);
    }
  });
}

/**
 * @param {string} directory
 * @param {string} path relative
 * @returns {string | null} the file's real path relative to the directory; null when it is none or lies outside
 */
export function fileWithin(directory, path) {
  const full = resolve(directory, path);
  if (!existsSync(full) || !statSync(full).isFile()) {
    return null;
  }
  const inside = relative(realpathSync(directory), realpathSync(full));
  return inside.startsWith('..') || resolve(inside) === inside ? null : inside.split(sep).join('/');
}

/**
 * @param {string} directory
 * @param {string} path absolute; need not exist
 * @returns {string | null} the path relative to the directory; null when it lies outside or behind a link
 */
export function placeWithin(directory, path) {
  const place = relative(directory, path);
  if (place.startsWith('..') || resolve(place) === place) {
    return null;
  }
  const real = existsSync(path) ? relative(realpathSync(directory), realpathSync(path)) : place;
  return real === place ? place.split(sep).join('/') : null;
}

/**
 * @param {string} directory
 * @returns {string | null} a link in it that leads out of it, with where it leads
 */
export function linkOut(directory) {
  /** @type {string | null} */
  let found = null;
  walk(directory, (path, stats) => {
    if (stats.isSymbolicLink()) {
      const target = readlinkSync(path);
      const place = relative(directory, resolve(dirname(path), target));
      if (resolve(target) === target || place.startsWith('..')) {
        found = `${relative(directory, path)} -> ${target}`;
      }
    }
  });
  return found;
}

/**
 * Reads a file that may be a stranger's.
 *
 * @param {string} root
 * @param {string} name
 * @param {number} limit in bytes
 * @returns {string | null} null when there is no such file inside
 */
export function readWithin(root, name, limit) {
  const file = fileWithin(root, name);
  if (file === null) {
    return null;
  }
  if (statSync(join(root, file)).size > limit) {
    throw new BuildProblem(`${name} is larger than ${limit / 1024} KiB`);
  }
  return readFileSync(join(root, file), 'utf8');
}

/** Files that programs read as JSON or as settings, of which many stumble over a byte order mark. */
const SETTINGS = /\.jsonc?$|\.ya?ml$|^\.npmrc$|^\.env|^yarn\.lock$/;

const MARKS = [
  { mark: Buffer.from([0xef, 0xbb, 0xbf]), encoding: 'utf-8' },
  { mark: Buffer.from([0xff, 0xfe]), encoding: 'utf-16le' },
  { mark: Buffer.from([0xfe, 0xff]), encoding: 'utf-16be' },
];

/** In bytes; larger ones are data. */
const SETTINGS_LIMIT = 16 * 1024 * 1024;

/**
 * Windows' editors and shells begin a file with a byte order mark, or write it in UTF-16. Makes the settings of an
 * upload plain UTF-8; its packages stay as they are.
 *
 * @param {string} directory in which no stranger's process is at work
 */
export function makePlain(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') {
      makePlain(path);
    } else if (entry.isFile() && SETTINGS.test(entry.name) && statSync(path).size <= SETTINGS_LIMIT) {
      const bytes = readFileSync(path);
      const marked = MARKS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
      if (marked) {
        writeFileSync(path, new TextDecoder(marked.encoding).decode(bytes)); // leaves the mark out
      }
    }
  }
}

/** Writes a new file into a tree that somebody else has filled: follows no link out of it. @param {string} directory @param {string} path @param {string} text */
export function writeWithin(directory, path, text) {
  const full = join(realpathSync(directory), path);
  if (relative(realpathSync(directory), full).startsWith('..') || realpathSync(dirname(full)) !== dirname(full)) {
    throw new Error(`${path} lies behind a link`);
  }
  const file = openSync(full, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** Feeds a file, or a folder with all in it, to a hash. @param {import('node:crypto').Hash} hash @param {string} root @param {string} place */
export async function hashTree(hash, root, place) {
  const path = join(root, place);
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) {
    hash.update(
      JSON.stringify([
        place,
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ]),
    );
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isSymbolicLink()) {
      hash.update(JSON.stringify([join(place, entry.name), 'link', await readlink(join(path, entry.name))]));
    } else {
      await hashTree(hash, root, join(place, entry.name));
    }
  }
}
