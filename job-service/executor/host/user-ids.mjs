import { readFileSync } from 'node:fs';

/**
 * Which user ids runs and installs have. They meet those of no other host where all ids exist; where a container
 * maps 65,536 of them only, those of hosts side by side may meet.
 *
 * @typedef {{first: number, count: number}} Range
 * @typedef {{installs: Range, runs: Range}} UserIds
 */

/** As many installs at once as any machine has room for. */
const INSTALLS = 256;
const RUNS = 512;

/** Where there are enough: the ids of runs begin here, each host's behind those of the process id before its own. */
const FIRST = 1_000_000;

/** Where there are few: behind those that a distribution gives its users, before "nobody". */
const [LOWEST, NOBODY] = [10_000, 65_534];

/**
 * @param {number} [pid] the host's
 * @param {Range[]} [mapped] the ids that exist for this process
 * @returns {UserIds | null} null: there are too few
 */
export function userIds(pid = process.pid, mapped = mappedIds()) {
  const ideal = place(FIRST - INSTALLS, FIRST + pid * RUNS);
  const last = ideal.runs.first + RUNS;
  if (mapped.some(({ first, count }) => first <= ideal.installs.first && last <= first + count)) {
    return ideal;
  }
  for (const range of mapped) {
    const from = Math.max(LOWEST, range.first);
    const to = range.first <= NOBODY ? Math.min(NOBODY, range.first + range.count) : range.first + range.count;
    const blocks = Math.floor((to - from - INSTALLS) / RUNS);
    if (blocks > 0) {
      return place(from, from + INSTALLS + (pid % blocks) * RUNS);
    }
  }
  return null;
}

/** For the operator of a machine that has none. */
export const TOO_FEW = `too few user ids exist here (see /proc/self/uid_map): runs and installs need ${INSTALLS + RUNS} beyond ${LOWEST}, so map 65536 into this container`;

/** @param {number} installs @param {number} runs @returns {UserIds} */
function place(installs, runs) {
  return { installs: { first: installs, count: INSTALLS }, runs: { first: runs, count: RUNS } };
}

/** A process changes both its user and its group; one that may not change them needs none. @returns {Range[]} */
function mappedIds() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return [{ first: 0, count: 2 ** 32 - 1 }];
  }
  const [users, groups] = ['uid_map', 'gid_map'].map((name) =>
    readFileSync(`/proc/self/${name}`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number)),
  );
  return users.flatMap(([first, , count]) =>
    groups
      .map(([start, , length]) => ({ from: Math.max(first, start), to: Math.min(first + count, start + length) }))
      .filter(({ from, to }) => from < to)
      .map(({ from, to }) => ({ first: from, count: to - from })),
  );
}
