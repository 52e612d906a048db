import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endNow, hasHome, matching, processTable } from './processes.mjs';

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
    const cell = join(cells, name);
    matching(table, (pid) => hasHome(pid, join(cell, 'home'))).forEach((entry) => endNow(entry.pid));
    rmSync(cell, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Whether a host of that process id lives: a process which is such a program. @param {number} pid */
export function isHost(pid) {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('host.mjs');
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
