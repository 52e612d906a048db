import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { commandOf, processTable } from '../host/processes.mjs';
import { Gate, TestHost } from './support/host.mjs';

const LINUX = process.platform === 'linux';

/** A workflow that starts whatever would like to survive it, says so, and waits. */
const STUBBORN = `
  const { spawn } = await import('node:child_process');
  const stay = (...args) => spawn(args[0], args.slice(1), { detached: true, stdio: 'ignore' }).unref();
  stay('sleep', MARK);
  stay('setsid', '-f', 'sh', '-c', 'trap "" TERM HUP INT; (setsid sleep ' + MARK + ' &) ; sleep ' + MARK);
  await page.goto('data:text/html,x');
  await new Promise((r) => setTimeout(r, 200));
  console.log('settled');
`;

let marks = 400000 + (process.pid % 1000) * 100;

/** Processes of one run: those named by its mark, and browsers of the host's users. @param {TestHost} host @param {number} mark */
function left(host, mark) {
  return [...processTable().keys()].filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      const uid = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
      const first = 1_000_000 + (host.child.pid ?? 0) * 512;
      return command.includes(String(mark)) || (uid >= first && uid < first + 512) || command.includes(host.directory);
    } catch {
      return false;
    }
  });
}

/** @param {TestHost} host @param {number} mark */
function seesAll(host, mark) {
  const commands = left(host, mark).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
  return (
    commands.filter((command) => command.includes(String(mark))).length >= 4 &&
    commands.some((command) => command.includes('--remote-debugging-pipe'))
  );
}

/** @param {() => boolean} condition */
async function until(condition) {
  const end = Date.now() + 60000;
  while (!condition()) {
    assert.ok(Date.now() < end, 'not in time');
    await new Promise((next) => setTimeout(next, 20));
  }
}

for (const sandbox of /** @type {const} */ (['auto', 'off'])) {
  const walled = sandbox === 'auto' ? '' : ', without a sandbox';

  /** @type {[string, string, (host: TestHost, run: string) => void][]} */
  const endings = [
    ['its return', 'return 1;', () => {}],
    ['a throw', "throw new Error('x');", () => {}],
    ['process.exit', 'process.exit(0);', () => {}],
    ['its deadline', 'for (;;);', () => {}],
    ['a cancel', 'for (;;);', (host, run) => host.send({ type: 'cancel', run })],
    ['a kill', 'await new Promise(() => {});', (host, run) => host.send({ type: 'kill', run })],
  ];

  describe(`nothing is left after any end${walled}`, { skip: !LINUX, concurrency: 2 }, () => {
    for (const [name, body, act] of endings) {
      test(`after ${name}`, async (context) => {
        const host = new TestHost({ sandbox });
        context.after(() => host.close());
        const mark = ++marks;
        const run = host.start(STUBBORN.replaceAll('MARK', `'${mark}'`) + body, {
          timeoutMs: name === 'its deadline' ? 2500 : 60000,
        });
        await host.until((message) => message.run === run && message.message === 'settled');
        assert.ok(
          name === 'its return' || name === 'a throw' || name === 'process.exit' || seesAll(host, mark),
          'the test sees the four processes that carry its mark, and a browser',
        );
        act(host, run);
        await host.released(run);
        assert.deepEqual(
          left(host, mark).filter((pid) => pid !== host.child.pid),
          [],
        );
        assert.deepEqual(readdirSync(join(host.directory, 'cells')), []);
      });
    }
  });

  test(`the end of the job service ends everything${walled}`, { skip: !LINUX }, async () => {
    const host = new TestHost({ warmSlots: 1, sandbox });
    const mark = ++marks;
    const run = host.start(STUBBORN.replaceAll('MARK', `'${mark}'`) + 'for (;;);', { timeoutMs: 60000 });
    await host.until((message) => message.run === run && message.message === 'settled');
    const cells = join(host.directory, 'cells');
    host.child.stdin.end(); // what the death of the job service does, however it dies
    await host.exited;
    assert.deepEqual(left(host, mark), []);
    assert.deepEqual(readdirSync(cells), []);
    await host.close();
  });

  test(`the death of the host leaves nothing for long${walled}`, { skip: !LINUX }, async () => {
    const host = new TestHost({ warmSlots: 1, sandbox });
    const mark = ++marks;
    const run = host.start(STUBBORN.replaceAll('MARK', `'${mark}'`) + 'for (;;);', { timeoutMs: 60000 });
    await host.until((message) => message.run === run && message.message === 'settled');
    host.child.kill('SIGKILL');
    await host.exited;
    if (sandbox === 'off') {
      // Only the next host, on the same directory, sweeps up here.
      const next = new TestHost({ sandbox, dataDirectory: host.directory });
      await next.until((message) => message.type === 'configured');
      assert.deepEqual(readdirSync(join(host.directory, 'cells')), []);
      await next.close();
    }
    await until(() => left(host, mark).length === 0);
    await host.close();
  });
}

test('a sandbox whose host died while it was being made is ended by the next host', { skip: !LINUX }, async () => {
  const host = new TestHost();
  const { sandbox } = await host.until((message) => message.type === 'configured');
  const halves = () =>
    [...processTable().keys()].filter(
      (pid) => commandOf(pid)[0] === 'bwrap' && commandOf(pid).includes(host.directory),
    );
  if (sandbox === 'bubblewrap') {
    // Its outer process dies because it cannot say who is inside, as it does when the host is gone.
    const deaf = openSync('/dev/null', 'r');
    const child = spawn(
      'bwrap',
      [
        '--unshare-pid',
        '--ro-bind',
        '/',
        '/',
        '--ro-bind',
        host.directory,
        '/mnt',
        '--info-fd',
        '3',
        '--',
        'sleep',
        '60',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', deaf] },
    );
    await new Promise((done) => child.on('exit', done));
    closeSync(deaf);
  } else {
    // Where bubblewrap does not work: what is left of one, by its looks.
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', host.directory], {
      argv0: 'bwrap',
      stdio: 'ignore',
    }).unref();
    await until(() => halves().length === 1);
  }
  assert.equal(halves().length, 1, 'the inner process waits');
  const next = new TestHost({ dataDirectory: host.directory });
  await next.until((message) => message.type === 'configured');
  await until(() => halves().length === 0);
  await next.close();
  await host.close();
});

test('the silence of the job service ends the runs, and only them', { skip: !LINUX }, async () => {
  const host = new TestHost({ silenceLimitMs: 3000 });
  let alive = setInterval(() => host.send({ type: 'alive' }), 500);
  const heard = host.start('await new Promise((r) => setTimeout(r, 5000)); return 1;');
  assert.equal((await host.end(heard)).json, '1');
  await host.until((message) => message.type === 'alive');
  const run = host.start('await new Promise(() => {});', { timeoutMs: 60000 });
  await host.until((message) => message.run === run && message.type === 'started');
  clearInterval(alive);
  const end = await host.end(run);
  assert.equal(end.type, 'lost');
  assert.match(end.reason, /silent for 3 s/);
  await host.released(run);
  assert.deepEqual(readdirSync(join(host.directory, 'cells')), []);
  alive = setInterval(() => host.send({ type: 'alive' }), 500);
  assert.equal((await host.run('return 2;')).json, '2');
  clearInterval(alive);
  await host.close();
});

/** Two hosts on one data directory: the second must leave the first one's run alone. @param {string[]} prefix of its command */
async function sweepBeside(prefix) {
  const first = new TestHost({ sandbox: 'off' });
  const gate = await Gate.closed();
  const run = first.start("console.log('here'); await fetch(input.gate); return 1;", {
    input: JSON.stringify({ gate: gate.url }),
  });
  await first.until((message) => message.run === run && message.message === 'here');
  const cells = join(first.directory, 'cells');
  const [living] = readdirSync(cells);
  const [pid, startTime, namespace] = living.split('-')[0].split('.');
  mkdirSync(join(cells, '999999999.1.1-another container, which never gave a sign'));
  mkdirSync(join(cells, `${pid}.${startTime}1.${namespace}-the process id was somebody else's`));
  const second = new TestHost({ sandbox: 'off', dataDirectory: first.directory }, prefix);
  await second.until((message) => message.type === 'configured');
  assert.deepEqual(readdirSync(cells), [living]);
  gate.open();
  assert.equal((await first.end(run)).json, '1');
  gate.close();
  await second.close();
  await first.close();
}

test("a host leaves a living host's runs alone when it sweeps", { skip: !LINUX }, () => sweepBeside([]));

test('it does so in another container too', { skip: !LINUX }, async (context) => {
  const container = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', '--'];
  if (spawnSync(container[0], [...container.slice(1), 'true']).status !== 0) {
    context.skip('this user cannot make process namespaces');
    return;
  }
  await sweepBeside(container);
});

test('runs and builds give way to the services', { skip: !LINUX }, async () => {
  const host = new TestHost();
  const niceness = "Number(fs.readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ')[16])";
  const run = await host.run(`const fs = await import('node:fs'); return ${niceness};`);
  assert.equal(run.json, '5', run.error);
  const { built } = await host.build('index.mjs', {
    'index.mjs': `import fs from 'node:fs'; export const one = { [Symbol.for('libretto.workflow')]: true, name: 'nice ' + ${niceness}, run() {} };`,
  });
  assert.equal(built.workflows?.[0].name, 'nice 15', JSON.stringify(built));
  await host.close();
});
