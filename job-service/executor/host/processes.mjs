import { readdirSync, readFileSync } from 'node:fs';

/**
 * What /proc says of one process.
 *
 * @typedef {{pid: number, parent: number, group: number, residentKiB: number}} Entry
 */

const PAGE_KIB = 4;

/** @returns {Map<number, Entry>} all processes that are alive (dead ones waiting for their parent left out) */
export function processTable() {
  /** @type {Map<number, Entry>} */
  const table = new Map();
  if (process.platform !== 'linux') {
    return table;
  }
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const entry = Number.isInteger(pid) ? read(pid) : null;
    if (entry) {
      table.set(pid, entry);
    }
  }
  return table;
}

/** @param {number} pid */
export function isAlive(pid) {
  if (process.platform === 'linux') {
    return read(pid) !== null;
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** When a process started, in ticks since the machine did: tells it from a later one of its id. @param {number} pid */
export function startTimeOf(pid) {
  try {
    return fieldsOf(pid)[19];
  } catch {
    return '0';
  }
}

/** The fields of /proc/PID/stat from the state on, the third of them. @param {number} pid */
function fieldsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** @param {number} pid @returns {Entry | null} */
function read(pid) {
  try {
    const fields = fieldsOf(pid);
    if (fields[0] === 'Z' || fields[0] === 'X') {
      return null;
    }
    return { pid, parent: Number(fields[1]), group: Number(fields[2]), residentKiB: Number(fields[21]) * PAGE_KIB };
  } catch {
    return null;
  }
}

/**
 * @param {Map<number, Entry>} table
 * @param {number} root
 * @returns {Entry[]} the process and all that descend from it
 */
export function descendants(table, root) {
  /** @type {Map<number, Entry[]>} */
  const children = new Map();
  for (const entry of table.values()) {
    const siblings = children.get(entry.parent);
    siblings ? siblings.push(entry) : children.set(entry.parent, [entry]);
  }
  const first = table.get(root);
  const found = first ? [first] : [];
  for (let i = 0; i < found.length; i++) {
    found.push(...(children.get(found[i].pid) ?? []));
  }
  return found;
}

/**
 * @param {Map<number, Entry>} table
 * @param {(pid: number) => boolean} test
 */
export function matching(table, test) {
  return [...table.values()].filter((entry) => test(entry.pid));
}

/** The words of a process's command, none when it is gone. @param {number} pid */
export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [''];
  }
}

/** @param {number} pid @param {number} uid */
export function hasUser(pid, uid) {
  try {
    return new RegExp(`^Uid:\\s+${uid}\\b`, 'm').test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** Whether a process was started with that home: how a cell's strays are known without bubblewrap. @param {number} pid @param {string} home */
export function hasHome(pid, home) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`HOME=${home}`);
  } catch {
    return false;
  }
}

/**
 * The memory of processes and of their files in MiB, what they share counted once.
 *
 * @param {Entry[]} entries
 * @param {number} [filesMiB] what is in files, a part of which processes may have mapped
 */
export function proportionalMiB(entries, filesMiB = 0) {
  let [all, shared] = [0, 0];
  for (const entry of entries) {
    try {
      const rollup = readFileSync(`/proc/${entry.pid}/smaps_rollup`, 'latin1');
      all += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
      shared += Number(/^Pss_Shmem:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
    } catch {
      // gone in between
    }
  }
  return all - Math.min(shared, filesMiB) + filesMiB;
}

/** Ends a process, or a group when negative; one that is gone is fine. @param {number} pid */
export function endNow(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone
  }
}
