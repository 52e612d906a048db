import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { commandOf, endNow, hasHome, matching, processTable } from './processes.mjs';

/** @import {Entry} from './processes.mjs' */

/**
 * Makes the directories, and takes away what a host left that died without a word: the processes
 * and the directories of its cells. Cells of hosts that live are left alone.
 *
 * @param {string} directory
 */
export function prepareDataDirectory(directory) {
  const cells = join(directory, 'cells');
  mkdirSync(cells, { recursive: true });
  // Others may pass through to a path that they know, and may not look around.
  chmodSync(cells, 0o711);
  const table = processTable();
  for (const name of readdirSync(cells)) {
    const owner = Number(name.split('-')[0]);
    if (owner !== process.pid && isHost(owner)) {
      continue;
    }
    endStrays(table, join(cells, name));
    rmSync(join(cells, name), { recursive: true, force: true, maxRetries: 3 });
  }
  endHalfMade(directory);
}

/**
 * Takes away what a process left in cells that died without a word, while others go on.
 *
 * @param {string} directory
 * @param {(name: string) => boolean} isTheirs by the name of the cell
 */
export async function endCells(directory, isTheirs) {
  const cells = join(directory, 'cells');
  const left = (await readdir(cells)).filter(isTheirs).map((name) => join(cells, name));
  if (left.length > 0) {
    const table = processTable();
    left.forEach((cell) => endStrays(table, cell));
  }
  await Promise.all(left.map((cell) => rm(cell, { recursive: true, force: true, maxRetries: 3 })));
}

/** @param {Map<number, Entry>} table @param {string} cell */
function endStrays(table, cell) {
  matching(table, (pid) => hasHome(pid, join(cell, 'home'))).forEach((entry) => endNow(entry.pid));
}

/**
 * A sandbox dies with its host from the moment at which it is complete. One that was being made when
 * the host was killed loses its outer process, and the inner one waits for that for ever.
 *
 * @param {string} directory
 */
function endHalfMade(directory) {
  // Another look for one that came to be behind the first.
  for (let look = 0; look < 3; look++) {
    const table = processTable();
    const left = matching(table, (pid) => isSandboxOn(pid, directory) && !hasHost(table, table.get(pid)));
    left.forEach((entry) => endNow(entry.pid));
  }
}

/** @param {number} pid @param {string} directory */
function isSandboxOn(pid, directory) {
  const [program, ...words] = commandOf(pid);
  return basename(program) === 'bwrap' && words.some((word) => word === directory || word.startsWith(`${directory}/`));
}

/** @param {Map<number, Entry>} table @param {Entry | undefined} entry */
function hasHost(table, entry) {
  for (let above = entry; above; above = table.get(above.parent)) {
    if (isHost(above.pid)) {
      return true;
    }
  }
  return false;
}

/** Whether a host of that process id lives: a process which is such a program. @param {number} pid */
export function isHost(pid) {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || commandOf(pid).join(' ').includes('host/main.mjs');
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
