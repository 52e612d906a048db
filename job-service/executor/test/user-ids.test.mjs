import assert from 'node:assert/strict';
import { test } from 'node:test';
import { userIds } from '../host/user-ids.mjs';

/** @param {number} first @param {number} count */
const range = (first, count) => ({ first, count });

test('where all ids exist, each host has its own behind a million', () => {
  const all = [range(0, 2 ** 32 - 1)];
  assert.deepEqual(userIds(7, all), { installs: range(999_744, 256), runs: range(1_003_584, 512) });
  assert.deepEqual(userIds(4_194_303, all)?.runs, range(1_000_000 + 4_194_303 * 512, 512));
});

test('where a container has 65,536, none belongs to a user or to nobody', () => {
  for (let pid = 1; pid < 1000; pid++) {
    const { installs, runs } = userIds(pid, [range(0, 65_536)]) ?? assert.fail();
    assert.deepEqual(installs, range(10_000, 256));
    assert.ok(runs.first >= 10_256 && runs.first + runs.count <= 65_534);
  }
});

test('a range further up will do, a few ids will not', () => {
  assert.deepEqual(userIds(3, [range(0, 1), range(100_000, 1000)])?.runs, range(100_256, 512));
  assert.equal(userIds(3, [range(0, 1)]), null);
  assert.equal(userIds(3, [range(0, 10_700)]), null);
});
