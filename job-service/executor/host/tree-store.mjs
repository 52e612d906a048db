import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

const PARTIAL = '.partial-';
const PARTIAL_AGE_MS = 60 * 60 * 1000;

/**
 * Installed packages by the key of what they were installed for. Only the host reads and writes
 * them: whoever builds gets links to the files, which nobody but the host's own user may change.
 */
export class TreeStore {
  #directory;
  #limit;
  #maxAgeMs;
  #place;

  /**
   * @param {string} directory
   * @param {{limitMiB: number, maxAgeMs: number, copies: boolean}} options copies: where builds run as the host's user
   */
  constructor(directory, { limitMiB, maxAgeMs, copies }) {
    this.#directory = directory;
    this.#limit = limitMiB * 1024 * 1024;
    this.#maxAgeMs = maxAgeMs;
    this.#place = copies ? copy : linkOrCopy;
  }

  /**
   * Puts a stored tree where it is wanted.
   *
   * @param {string} key
   * @param {boolean} locked whether the key pins every version; else a tree is good for a while
   * @param {string} to
   * @returns {Promise<boolean>}
   */
  async take(key, locked, to) {
    const folder = join(this.#directory, key);
    try {
      const { at } = await readNote(folder);
      if (!locked && Date.now() - at > this.#maxAgeMs) {
        return false;
      }
      const now = new Date();
      await utimes(folder, now, now);
      await this.#copyTree(join(folder, 'tree'), to);
      return true;
    } catch {
      // Not there, or being removed by another host: then it is installed anew.
      await rm(to, { recursive: true, force: true });
      return false;
    }
  }

  /** Keeps a tree, which stays where it is too. @param {string} key @param {string} tree @param {number} bytes */
  async keep(key, tree, bytes) {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const partial = this.#aside();
    await mkdir(partial);
    await this.#copyTree(tree, join(partial, 'tree'));
    await writeFile(join(partial, 'note.json'), JSON.stringify({ at: Date.now(), bytes }));
    const folder = join(this.#directory, key);
    await this.#remove(folder);
    // Another build of the same was first: its tree is as good.
    await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
  }

  /** Removes what was not used for the longest time, down to the limit. */
  async trim() {
    const names = await readdir(this.#directory).catch(() => []);
    const trees = [];
    for (const name of names) {
      const folder = join(this.#directory, name);
      const used = (await lstat(folder).catch(() => null))?.mtimeMs ?? 0;
      if (!name.startsWith(PARTIAL)) {
        trees.push({ folder, used, bytes: (await readNote(folder).catch(() => ({ bytes: 0 }))).bytes });
      } else if (used < Date.now() - PARTIAL_AGE_MS) {
        await rm(folder, { recursive: true, force: true });
      }
    }
    let bytes = trees.reduce((sum, tree) => sum + tree.bytes, 0);
    for (const tree of trees.sort((a, b) => a.used - b.used)) {
      if (bytes <= this.#limit) {
        return;
      }
      await this.#remove(tree.folder);
      bytes -= tree.bytes;
    }
  }

  /** @param {string} folder */
  async #remove(folder) {
    const aside = this.#aside();
    await rename(folder, aside).catch(() => {});
    await rm(aside, { recursive: true, force: true });
  }

  #aside() {
    return join(this.#directory, `${PARTIAL}${process.pid}-${randomBytes(6).toString('hex')}`);
  }

  /** @param {string} from @param {string} to */
  async #copyTree(from, to) {
    await mkdir(to, { mode: 0o755 });
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) {
        await this.#copyTree(source, target);
      } else if (entry.isSymbolicLink()) {
        await symlink(await readlink(source), target);
      } else {
        await this.#place(source, target);
      }
    }
  }
}

/** @param {string} folder @returns {Promise<{at: number, bytes: number}>} */
async function readNote(folder) {
  return JSON.parse(await readFile(join(folder, 'note.json'), 'utf8'));
}

/** @param {string} from @param {string} to */
function copy(from, to) {
  return copyFile(from, to, constants.COPYFILE_FICLONE);
}

/** Some file systems have no links, or no more of them. @param {string} from @param {string} to */
function linkOrCopy(from, to) {
  return link(from, to).catch(() => copy(from, to));
}
