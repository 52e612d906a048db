import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { TestHost } from '../test/support/host.mjs';

/**
 * Prints how long the host leaves a sign of life unanswered while it does what strangers give it: the longest wait of
 * one that is asked for every 20 ms, and the most processor time that the host took between two turns of its event loop.
 * On a busy machine the first counts what others take as well, also from this process. An argument names the inputs
 * wanted.
 */

const PING_MS = 20;

/** Told in the host itself, on standard error. */
const TURNS = `if (process.argv[1]?.endsWith('host/main.mjs')) {
  let before = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    console.error('turn ' + Math.round((user + system) / 1000));
  }, 5).unref();
}`;
process.env.NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(TURNS)}`;

const CREDENTIALS = JSON.stringify({
  credentials: Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`c${i}`, `s3crets3cret${i}`.repeat(20)])),
});

/** @type {Record<string, (host: TestHost) => Promise<any>>} */
const INPUTS = {
  nothing: () => new Promise((done) => setTimeout(done, 3000)),
  'a run that does little': (host) => host.run('return 1;'),
  'a package.json of 36 MB': (host) => host.build('index.mjs', files({ 'package.json': manifest(1_000_000) })),
  'a package.json of 1 MB with 20,000 dependencies': (host) =>
    host.build('index.mjs', files({ 'package.json': manifest(20_000) })),
  'a lock file of 8 MB': (host) =>
    host.build(
      'index.mjs',
      files({ 'package.json': '{"dependencies":{"p1":"1"}}', 'package-lock.json': lock(60_000) }),
    ),
  '60,000 empty files': (host) =>
    host.build('index.mjs', files({}), (directory) => {
      for (let i = 0; i < 60_000; i++) {
        if (i % 1000 === 0) {
          mkdirSync(join(directory, `d${i / 1000}`));
        }
        writeFileSync(join(directory, `d${Math.floor(i / 1000)}`, `f${i}`), '');
      }
    }),
  'a run that says 10 MiB': (host) =>
    host.run("for (let i = 0; i < 400; i++) { console.log('x'.repeat(64000)); } return 1;"),
  'a run that says 200,000 lines': (host) =>
    host.run("for (let i = 0; i < 250000; i++) { console.log(''); } return 1;", { timeoutMs: 10_000 }),
  '32 credentials in lines of 64 KiB': (host) =>
    host.run("for (let i = 0; i < 160; i++) { console.log('s3cret'.repeat(10000)); } return 1;", {
      input: CREDENTIALS,
    }),
  'a page of 20 MB and a folder that cannot be made': (host) => {
    writeFileSync(join(host.directory, 'file'), '');
    return host.run(
      "await page.evaluate(() => document.body.append('x'.repeat(20e6))); throw new Error('y'.repeat(60000));",
      { artifacts: join(host.directory, 'file', 'artifacts') },
    );
  },
  'a result of 10 MB': (host) => host.run("return '\"'.repeat(5e6);"),
  'a result of 10 MB, four times at once': (host) =>
    Promise.all(Array.from({ length: 4 }, () => host.run("return '\"'.repeat(5e6);"))).then(([end]) => end),
  'a message of 24 MB of objects': (host) =>
    host.run(
      `const { writeSync } = await import('node:fs'); const text = '{"type":"log","a":[' + '{},'.repeat(8e6) + '0]}\\n'; for (let at = 0; at < text.length; ) { try { at += writeSync(4, text.slice(at, at + 65536)); } catch {} } await new Promise(() => {});`,
    ),
  'a page of 14 MB with 32 credentials': (host) =>
    host.run("await page.evaluate(() => document.body.append('s3cret'.repeat(2.3e6))); throw new Error('x');", {
      input: CREDENTIALS,
    }),
  'an upload with 18 MB of schemas': (host) =>
    host.build('index.mjs', {
      'index.mjs': `const properties = Object.fromEntries(Array.from({ length: 800 }, (_, i) => ['p' + i, { type: 'null' }]));
        export const workflows = Array.from({ length: 900 }, (_, i) => ({ name: 'w' + i, inputSchema: { type: 'object', properties }, run() {} }));`,
    }),
  'a fork bomb': (host) =>
    host.run(
      "const { spawn } = await import('node:child_process'); for (let i = 0; i < 2000; i++) { spawn('sleep', ['60'], { stdio: 'ignore' }).on('error', () => {}); if (i % 20 === 0) { await new Promise((r) => setTimeout(r, 5)); } } await new Promise(() => {});",
    ),
};

/** @param {Record<string, string>} more */
function files(more) {
  return { 'index.mjs': "export const a = { [Symbol.for('libretto.workflow')]: true, name: 'a', run() {} };", ...more };
}

/** @param {number} count */
function manifest(count) {
  return JSON.stringify({
    dependencies: Object.fromEntries(Array.from({ length: count }, (_, i) => [`package-${i}`, `file:./p${i}`])),
  });
}

/** @param {number} count */
function lock(count) {
  const packages = Array.from({ length: count }, (_, i) => [
    `node_modules/p${i}`,
    { version: '1.0.0', resolved: `https://registry.test/p${i}/-/p${i}-1.0.0.tgz`, integrity: 'sha512-x' },
  ]);
  return JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries([['', {}], ...packages]) });
}

for (const [name, work] of Object.entries(INPUTS).filter(([name]) => name.includes(process.argv[2] ?? ''))) {
  const host = new TestHost({ buildTimeoutMs: 10_000 });
  host.skims = true;
  await host.until(({ type }) => type === 'configured');
  /** @type {number[]} */ const asked = [];
  let longest = 0;
  host.stderr = '';
  const answers = (/** @type {any} */ message) => {
    if (message.type === 'alive') {
      longest = Math.max(longest, performance.now() - /** @type {number} */ (asked.shift()));
    }
    return false;
  };
  void host.until(answers, 10 * 60_000).catch(() => {});
  const working = work(host);
  const timer = setInterval(() => {
    asked.push(performance.now());
    host.send({ type: 'alive' });
  }, PING_MS);
  const { built, ...end } = (await working) ?? {};
  clearInterval(timer);
  const outcome = built ?? end;
  const turns = [...host.stderr.matchAll(/^turn (\d+)$/gm)].map(([, ms]) => Number(ms));
  console.log(
    `${name}: ${Math.round(longest)} ms, of the processor ${Math.max(...turns)} ms (${outcome.type ?? 'idle'}${outcome.error ? `: ${outcome.error.slice(0, 60)}` : ''}; load ${loadavg()[0].toFixed(1)})`,
  );
  await host.close();
}
process.exit(0);
