import { posix } from 'node:path';

const SCRIPT = /\.[cm]?js$/;

/** Whether Node runs the file as it is. @param {string} entry */
export function isScript(entry) {
  return SCRIPT.test(entry);
}

/** Where an entry's bundle goes: beside it. @param {string} entry @returns {string} */
export function bundledEntry(entry) {
  return posix.join(posix.dirname(entry), `${posix.basename(entry).replace(/\.[^.]+$/, '')}.impresario.mjs`);
}
