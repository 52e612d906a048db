import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Gate, TestHost } from './support/host.mjs';

for (const warmSlots of [0, 1]) {
  test(`a run sees its own bundle and nothing of others (${warmSlots ? 'warm' : 'cold'})`, async (context) => {
    const host = new TestHost({ warmSlots });
    const { sandbox } = await host.until(({ type }) => type === 'configured');
    if (sandbox !== 'bubblewrap') {
      context.skip('holds with bubblewrap only');
      await host.close();
      return;
    }
    if (warmSlots) {
      await host.until(({ type }) => type === 'warm_ready');
    }
    const other = join(host.directory, 'bundles', 'other');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'secret.txt'), 'secret');
    const end = await host.run(
      `const fs = await import('node:fs');
      const tries = { own: () => fs.readFileSync(new URL('./own.txt', import.meta.url), 'utf8'), other: () => fs.readFileSync(input.other), store: () => fs.readdirSync('/.store'), trees: () => fs.readdirSync('/.store/trees'),
        data: () => fs.readdirSync(input.data), shadow: () => fs.readFileSync('/etc/shadow'), root: () => fs.readdirSync('/root'), parent: () => fs.readFileSync('/proc/1/environ'), chmod: () => fs.chmodSync('/.store', 0o777),
        write: () => fs.writeFileSync(new URL('./own.txt', import.meta.url), 'x'), writeRoot: () => fs.writeFileSync('/x', ''), writeExecutor: () => fs.writeFileSync(input.executor + '/worker.mjs', 'x') };
      const got = {};
      for (const [name, attempt] of Object.entries(tries)) { try { got[name] = String(attempt()); } catch (error) { got[name] = 'refused'; } }
      const pids = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length;
      got.status = fs.readFileSync('/proc/self/status', 'utf8').match(/CapEff:\\s+(\\w+)|NoNewPrivs:\\s+(\\w+)/g);
      return { got, pids, uid: process.getuid(), env: Object.keys(process.env).sort() };`,
      {
        files: { 'own.txt': 'mine' },
        input: JSON.stringify({
          other: join(other, 'secret.txt'),
          data: host.directory,
          executor: new URL('..', import.meta.url).pathname,
        }),
      },
    );
    const { got, pids, uid, env } = JSON.parse(end.json ?? JSON.stringify({ got: end }));
    const { own, status, ...rest } = got;
    assert.equal(own, 'mine');
    for (const [name, value] of Object.entries(rest)) {
      assert.equal(value, 'refused', name);
    }
    assert.ok(pids < 30, `sees ${pids} processes`);
    if (process.getuid?.() === 0) {
      assert.ok(uid >= 1_000_000);
    }
    assert.match(
      status.join(),
      /CapEff:\s+0000000000000000.*NoNewPrivs:\s+1|NoNewPrivs:\s+1.*CapEff:\s+0000000000000000/,
    );
    assert.deepEqual(env, ['HOME', 'LANG', 'LIBRETTO_HOSTED_RUNTIME', 'NODE_ENV', 'PATH', 'PWD', 'TMPDIR']);
    await host.close();
  });
}

test('two runs at once cannot touch each other', async (context) => {
  const host = new TestHost();
  const { ownUser } = await host.until(({ type }) => type === 'configured');
  if (!ownUser) {
    context.skip('holds where runs have users of their own');
  }
  const gate = await Gate.closed();
  const victim = host.start(
    "console.log('up'); await fetch(input.gate); return (await import('node:fs')).readdirSync('/tmp').includes('planted');",
    { input: JSON.stringify({ gate: gate.url }) },
  );
  await host.until((message) => message.run === victim && message.message === 'up');
  const end = await host.run(
    "for (let pid = 2; pid < 70000; pid++) { if (pid !== process.pid && pid !== process.ppid) { try { process.kill(pid, 0); const { readFileSync } = await import('node:fs'); if (!/chrom|node|playwright|cat/.test(readFileSync('/proc/' + pid + '/cmdline', 'utf8'))) { process.kill(pid, 'SIGKILL'); } } catch {} } } (await import('node:fs')).writeFileSync('/tmp/planted', 'x'); return 1;",
  );
  assert.equal(end.json, '1', end.error);
  gate.open();
  assert.equal((await host.end(victim)).json, 'false');
  gate.close();
  await host.close();
});
