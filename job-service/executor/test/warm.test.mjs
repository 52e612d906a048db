import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as later } from 'node:timers/promises';
import { descendants, processTable } from '../host/processes.mjs';
import { TestHost } from './support/host.mjs';

/** @param {TestHost} host @param {number} count */
function warmStarted(host, count) {
  return host.until(() => host.messages.filter(({ type }) => type === 'warm_ready').length >= count);
}

/** @param {number} pid @param {string} file */
function told(pid, file) {
  return readFileSync(`/proc/${pid}/${file}`, 'latin1');
}

/** @param {() => boolean} condition */
async function reached(condition) {
  for (let left = 500; !condition(); left--) {
    assert.ok(left > 0, `not so: ${condition}`);
    await later(20);
  }
}

test('uses a warm slot once, and starts cold for other options', async () => {
  const host = new TestHost({ warmSlots: 1 });
  const mark =
    "const { existsSync, writeFileSync } = await import('node:fs'); const used = existsSync('/tmp/used') || (await page.context().cookies()).length > 0; writeFileSync('/tmp/used', ''); await page.context().addCookies([{ name: 'a', value: 'b', url: 'http://x.test' }]); return [used, process.pid];";
  await warmStarted(host, 1);
  const first = await host.run(mark);
  await warmStarted(host, 2);
  const second = await host.run(mark);
  assert.equal(JSON.parse(first.json)[0], false, first.error);
  assert.equal(JSON.parse(second.json)[0], false, second.error);
  await warmStarted(host, 3);
  const other = await host.run('return 1;', { browser: { gpu: true } });
  assert.equal(other.json, '1');
  assert.deepEqual(
    host.messages.filter(({ type }) => type === 'slot_taken').map(({ warm }) => warm),
    [true, true, false],
  );
  await host.close();
});

test('a warm slot that dies is replaced, not used', async () => {
  const host = new TestHost({ warmSlots: 1 });
  const { pid } = await host.until(({ type }) => type === 'warm_ready');
  process.kill(pid, 'SIGKILL');
  const end = await host.run('return 1;');
  assert.equal(end.json, '1', end.error);
  await warmStarted(host, 2);
  await host.close();
});

test('a warm slot that dies in the moment of its use is not what the workflow did', async () => {
  const host = new TestHost({ warmSlots: 1 });
  const { pid } = await host.until(({ type }) => type === 'warm_ready');
  const worker = descendants(processTable(), pid).find((entry) =>
    /^[^\0]*node\0.*worker\/main\.mjs/.test(told(entry.pid, 'cmdline')),
  );
  assert.ok(worker);
  process.kill(worker.pid, 'SIGSTOP');
  const run = host.start('return 1;');
  await host.until(({ type, warm }) => type === 'slot_taken' && warm);
  if (host.messages.find(({ type }) => type === 'configured').sandbox === 'bubblewrap') {
    await reached(() => told(worker.pid, 'mountinfo').includes('bundle-'));
  }
  process.kill(worker.pid, 'SIGKILL');
  const end = await host.end(run);
  assert.equal(end.json, '1', JSON.stringify(end));
  await host.close();
});

test('ten runs at once do not wait for warm slots', async () => {
  const host = new TestHost({ warmSlots: 1, startupTimeoutMs: 60000 });
  await warmStarted(host, 1);
  const ends = await Promise.all(
    Array.from({ length: 10 }, (_, i) => host.run('return input.i;', { input: JSON.stringify({ i }) })),
  );
  assert.deepEqual(
    ends.map(({ json }) => json),
    ends.map((_, i) => String(i)),
  );
  assert.equal(host.messages.filter(({ type, warm }) => type === 'slot_taken' && warm).length >= 1, true);
  await host.close();
});
