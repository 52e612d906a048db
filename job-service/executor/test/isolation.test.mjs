import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
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
    const browsers = /^(CHROME_|PLAYWRIGHT_|PUPPETEER_)/;
    assert.deepEqual(
      env.filter((/** @type {string} */ name) => !browsers.test(name)),
      ['HOME', 'LANG', 'LIBRETTO_HOSTED_RUNTIME', 'NODE_ENV', 'PATH', 'PWD', 'TMPDIR'],
    );
    await host.close();
  });
}

test('two runs at once cannot touch each other', async (context) => {
  const host = new TestHost();
  context.after(() => host.close());
  const { ownUser } = await host.until(({ type }) => type === 'configured');
  if (!ownUser) {
    context.skip('holds where runs have users of their own');
  }
  const gate = await Gate.closed();
  context.after(() => gate.close());
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
});

/** Calls that no workflow needs, and that the kernel has had its faults in: numbers, arguments and the refusal. */
const CALLS = {
  x64: {
    ptrace: 101,
    keyctl: 250,
    add_key: 248,
    bpf: 321,
    perf_event_open: 298,
    userfaultfd: 323,
    mount: 165,
    setns: 308,
    process_vm_readv: 310,
    kexec_load: 246,
    clone: 56,
    unshare: 272,
    socket: 41,
  },
  arm64: {
    ptrace: 117,
    keyctl: 219,
    add_key: 217,
    bpf: 280,
    perf_event_open: 241,
    userfaultfd: 282,
    mount: 40,
    setns: 268,
    process_vm_readv: 270,
    kexec_load: 104,
    clone: 220,
    unshare: 97,
    socket: 198,
  },
}[process.arch === 'arm64' ? 'arm64' : 'x64'];
const [NEW_MOUNTS, NEW_USER] = [0x20000, 0x10000000];

/** @type {[string, number, number[], string][]} */
const TRIES = [
  ['to be traced', CALLS.ptrace, [0, 0, 0, 0], 'EPERM'],
  ['the key ring', CALLS.keyctl, [0, -3, 0], 'EPERM'],
  ['a key', CALLS.add_key, [0, 0, 0, 0, 0], 'EPERM'],
  ['a kernel program', CALLS.bpf, [0, 0, 0], 'EPERM'],
  ['a performance event', CALLS.perf_event_open, [0, 0, -1, -1, 0], 'EPERM'],
  ['faults of pages', CALLS.userfaultfd, [0], 'EPERM'],
  ['io_uring', 425, [1, 0], 'EPERM'],
  ["another process's memory", CALLS.process_vm_readv, [1, 0, 0, 0, 0, 0], 'EPERM'],
  ['a descriptor of another process', 438, [0, 0, 0], 'EPERM'],
  ['another kernel', CALLS.kexec_load, [0, 0, 0, 0], 'EPERM'],
  ["another's namespace", CALLS.setns, [0, 0], 'EPERM'],
  ['a namespace of mounts', CALLS.unshare, [NEW_MOUNTS], 'EPERM'],
  ['namespaces of users and mounts', CALLS.unshare, [NEW_USER | NEW_MOUNTS], 'EPERM'],
  ['a process in a namespace of mounts', CALLS.clone, [NEW_MOUNTS | 17, 0, 0, 0, 0], 'EPERM'],
  ['a process in namespaces of users and mounts', CALLS.clone, [NEW_USER | NEW_MOUNTS | 17, 0, 0, 0, 0], 'EPERM'],
  ['flags in memory', 435, [0, 0], 'ENOSYS'],
  ['raw packets', CALLS.socket, [17, 3, 0], 'EAFNOSUPPORT'],
  ["the kernel's ciphers", CALLS.socket, [38, 5, 0], 'EAFNOSUPPORT'],
  ['the packet filter', CALLS.socket, [16, 3, 12], 'EAFNOSUPPORT'],
  // The rights that a namespace of users gives, which Chromium needs one of, are of no use.
  ['a namespace of users', CALLS.unshare, [NEW_USER], ''],
  ['a mount inside it', CALLS.mount, [0, 0, 0, 0, 0], 'EPERM'],
  ['a new mount inside it', 430, [0, 0], 'EPERM'],
  ['the packet filter inside it', CALLS.socket, [16, 3, 12], 'EAFNOSUPPORT'],
];

const PERL = `use Errno; for my $try (@ARGV) { my @numbers = map { int } split /,/, $try; $! = 0; syscall($numbers[0], @numbers[1 .. $#numbers]);
  print((grep { $!{$_} } qw(EPERM ENOSYS EAFNOSUPPORT EINVAL EFAULT EACCES ENOENT EBADF))[0] // ($! ? "$!" : ''), "\n"); }`;

test('a run makes no system call that it does not need, and reaches no abstract socket of others', async (context) => {
  const host = new TestHost();
  context.after(() => host.close());
  const { sandbox, systemCalls, browserSandbox, ownSockets } = await host.until(({ type }) => type === 'configured');
  const name = `impresario-test-${process.pid}`;
  const others = createServer((socket) => socket.end('reached')).listen(`\0${name}`);
  context.after(() => others.close());
  const end = await host.run(
    `const { execFileSync } = await import('node:child_process');
    const { connect, createServer } = await import('node:net');
    const tried = execFileSync('perl', ['-e', ${JSON.stringify(PERL)}, ...input.tries], { encoding: 'utf8' }).split('\\n');
    const reach = (path) => new Promise((done) => connect({ path }).on('data', String).on('connect', () => done('reached')).on('error', (error) => done(error.code)));
    const own = createServer((socket) => socket.end()).listen('\\0own');
    const sockets = [await reach('\\0' + input.name), await reach('\\0own')];
    own.close();
    await page.goto('data:text/html,here');
    const { readdirSync, readFileSync } = await import('node:fs');
    const read = (pid, file) => { try { return readFileSync('/proc/' + pid + '/' + file, 'utf8'); } catch { return ''; } };
    const renderers = readdirSync('/proc').filter((pid) => /--type=renderer/.test(read(pid, 'cmdline'))).map((pid) => read(pid, 'status').match(/^(NSpid|Seccomp_filters):.*$/gm));
    return { tried, sockets, renderers };`,
    { input: JSON.stringify({ name, tries: TRIES.map(([, number, numbers]) => [number, ...numbers].join()) }) },
  );
  assert.equal(end.type, 'completed', end.error);
  const { tried, sockets, renderers } = JSON.parse(end.json);
  if (systemCalls && sandbox === 'bubblewrap') {
    TRIES.forEach(([what, , , refusal], i) =>
      assert.equal(tried[i], browserSandbox || i < 19 ? refusal : 'EPERM', what),
    );
  }
  if (ownSockets) {
    assert.deepEqual(sockets, ['EPERM', 'reached']);
  }
  if (browserSandbox) {
    assert.ok(renderers.length > 0);
    for (const [spaces, filters] of renderers) {
      assert.match(spaces, /^NSpid:(\s+\d+){3}$/, 'two namespaces of processes below that of the cell');
      assert.match(filters, /:\s+2$/, "Chromium's filter behind ours");
    }
  }
});

test(
  'where a container has few user ids, runs get some of those',
  { skip: process.getuid?.() !== 0 },
  async (context) => {
    const inside =
      'while ! grep -q 65536 /proc/self/uid_map || ! grep -q 65536 /proc/self/gid_map; do sleep 0.05; done; exec "$@"';
    const outside = `exec 3<&0; unshare --user -- sh -c '${inside}' sh "$@" <&3 & made=/proc/$!; while [ "$(readlink $made/ns/user)" = "$(readlink /proc/self/ns/user)" ]; do sleep 0.05; done; echo 0 0 65536 > $made/uid_map; echo 0 0 65536 > $made/gid_map; wait`;
    const host = new TestHost({}, ['sh', '-c', outside, 'sh']);
    context.after(() => host.close());
    const { sandbox, ownUser } = await host.until(({ type }) => type === 'configured');
    const end = await host.run('return process.getuid();');
    assert.equal(end.type, 'completed', end.error);
    if (ownUser && sandbox !== 'process') {
      assert.ok(end.json >= 10_000 && end.json < 65_534, end.json);
    }
  },
);
