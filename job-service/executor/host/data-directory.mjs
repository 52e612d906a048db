import { chmodSync, existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { commandOf, endNow, hasHome, isAlive, matching, processTable, startTimeOf } from './processes.mjs';

/** @import {Entry} from './processes.mjs' */

/** How often a host says that it lives, for those that cannot see its process. */
const SIGN_EVERY_MS = 10_000;

/** After how long without a sign a host in another container is taken for dead. */
const SILENCE_MS = 120_000;

const PID_NAMESPACE = pidNamespace();

/**
 * This host, as its cells are named after it. A process id alone would not tell it from a later process,
 * nor from the host of another container on the same data directory.
 */
export const HOST_ID = `${process.pid}.${startTimeOf(process.pid)}.${PID_NAMESPACE}`;

/**
 * Makes the directories, and takes away what a host left that died without a word: the processes
 * and the directories of its cells. Cells of hosts that live are left alone.
 *
 * @param {string} directory
 */
export function prepareDataDirectory(directory) {
  const [cells, hosts] = [join(directory, 'cells'), join(directory, 'hosts')];
  mkdirSync(hosts, { recursive: true, mode: 0o700 });
  writeFileSync(join(hosts, HOST_ID), '');
  mkdirSync(cells, { recursive: true });
  // Others may pass through to a path that they know, and may not look around.
  chmodSync(cells, 0o711);
  const dead = (/** @type {string} */ owner) => !lives(owner, hosts);
  const table = processTable();
  for (const name of readdirSync(cells).filter((cell) => dead(cell.split('-')[0]))) {
    endStrays(table, join(cells, name));
    rmSync(join(cells, name), { recursive: true, force: true, maxRetries: 3 });
  }
  readdirSync(hosts)
    .filter(dead)
    .forEach((name) => rmSync(join(hosts, name), { force: true }));
  endHalfMade(directory);
}

/** Says from now on that this host lives. @param {string} directory @returns {() => void} ends it */
export function giveSigns(directory) {
  const file = join(directory, 'hosts', HOST_ID);
  const timer = setInterval(() => void writeFile(file, '').catch(() => {}), SIGN_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    rmSync(file, { force: true });
  };
}

/** @param {string} owner as in HOST_ID @param {string} hosts the directory of their signs */
function lives(owner, hosts) {
  const [pid, startTime, namespace] = owner.split('.');
  if (namespace === PID_NAMESPACE) {
    return isAlive(Number(pid)) && startTimeOf(Number(pid)) === startTime;
  }
  const file = join(hosts, owner);
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < SILENCE_MS;
}

function pidNamespace() {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    return '0';
  }
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

/** Whether a process is a host. @param {number} pid */
export function isHost(pid) {
  return commandOf(pid).join(' ').includes('host/main.mjs');
}
