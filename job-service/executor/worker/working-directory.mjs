import { constants, copyFileSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is copied into memory at the beginning of each run; the rest of a bundle is there as links. */
const FILE_LIMIT = 1024 * 1024;
const BYTES_LIMIT = 32 * FILE_LIMIT;
const FILES_LIMIT = 5000;

/**
 * Gives the process a working directory of its own that looks like the bundle and may be written to. The bundle itself
 * is read-only, and belongs to somebody else: an overlay of it could not be written to either.
 *
 * @param {string} root the bundle
 */
export function enterWorkingDirectory(root) {
  const view = join(process.env.HOME ?? homedir(), 'bundle');
  const left = { bytes: BYTES_LIMIT, files: FILES_LIMIT };
  mirror(root, view, left);
  process.chdir(view);
  process.env.PWD = view;
  Object.defineProperty(globalThis, Symbol.for('impresario.places'), { value: { root, view } });
}

/** @param {string} from @param {string} to @param {{bytes: number, files: number}} left */
function mirror(from, to, left) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== 'node_modules' && left.files-- > 0) {
      mirror(source, copy, left);
    } else if (!entry.isFile() || !copied(source, copy, left)) {
      symlinkSync(source, copy);
    }
  }
}

/** @param {string} source @param {string} copy @param {{bytes: number, files: number}} left */
function copied(source, copy, left) {
  const { size } = statSync(source);
  if (size > FILE_LIMIT || size > left.bytes || left.files <= 0) {
    return false;
  }
  try {
    copyFileSync(source, copy, constants.COPYFILE_EXCL);
  } catch {
    rmSync(copy, { force: true });
    left.files = 0; // no more room: a link needs none
    return false;
  }
  left.bytes -= size;
  left.files--;
  return true;
}
