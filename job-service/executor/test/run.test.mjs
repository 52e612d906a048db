import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Paths } from '../host/paths.mjs';
import { RunLog } from '../host/run-log.mjs';
import { Gate, TestHost } from './support/host.mjs';

/** The next browser starts while a run is looked at, and two runs are under way at a time. */
const BESIDE = { concurrency: 2 };

describe('a run', BESIDE, () => {
  /** @type {TestHost} */
  let host;
  before(() => {
    host = new TestHost({ warmSlots: 1 });
  });
  after(() => host.close());

  test('runs a workflow in a fresh browser and returns its result', async () => {
    const end = await host.run(
      "await page.goto('data:text/html,<h1>Hi</h1>'); return { title: await page.textContent('h1'), ...input, session };",
      { input: '{"a":1.50}' },
    );
    assert.equal(end.type, 'completed', JSON.stringify(end));
    assert.equal(end.json, `{"title":"Hi","a":1.5,"session":"${end.run}"}`);
  });

  test('keeps order and level of everything that is said', async () => {
    const end = await host.run(
      "console.log('a', { b: 1 }); console.warn('w'); console.error('e'); process.stdout.write('one\\ntwo'); process.stderr.write('err\\n'); console.info('%s!', 'i'); console.log('two\\nlines');",
    );
    assert.equal(end.json, 'null');
    assert.deepEqual(
      end.lines.map((/** @type {any} */ { level, source, message }) => `${level} ${source} ${message}`),
      [
        'info console a { b: 1 }',
        'warn console w',
        'error console e',
        'info stdout one',
        'warn stderr err',
        'info console i!',
        'info console two\nlines',
        'info stdout two',
      ],
    );
    const all = host.messages.filter((message) => message.type === 'log' && message.run === end.run);
    assert.deepEqual(
      all.map(({ seq }) => seq),
      all.map((_, i) => i + 1),
    );
  });

  test('cuts a long line and says so', async () => {
    const end = await host.run(
      "console.log('x'.repeat(100000)); process.stdout.write('y'.repeat(200000) + '\\n'); console.log('after');",
    );
    const all = host.messages
      .filter((message) => message.type === 'log' && message.run === end.run)
      .map(({ message }) => (message.length > 100 ? message.length : message));
    assert.deepEqual(
      all.slice(1, -1).filter((line) => typeof line === 'string'),
      [
        '[the line above is cut: it is longer than 64 KiB]',
        '[the line above is cut: it is longer than 64 KiB]',
        'after',
      ],
    );
    assert.equal(all[1], 65536);
  });

  test('cuts the log of a job that never stops talking, in bounded memory', async () => {
    const end = await host.run("for (let i = 0; i < 400; i++) { console.log('z'.repeat(60000)); } return 'done';");
    assert.equal(end.json, '"done"');
    const bytes = end.lines.reduce(
      (/** @type {number} */ sum, /** @type {any} */ line) => sum + line.message.length,
      0,
    );
    assert.ok(bytes <= 10 * 1024 * 1024 && bytes > 9 * 1024 * 1024, String(bytes));
    assert.ok(
      host.messages.some((message) => message.run === end.run && /log of this job is cut here/.test(message.message)),
    );
  });

  test('sends a bounded part of the lines that are not taken, delays no result for the others, and loses none', async () => {
    const deaf = new TestHost();
    deaf.acknowledge = false;
    const run = deaf.start('for (let i = 0; i < 300; i++) { console.log(String(i).padEnd(20000)); } return 1;', {
      timeoutMs: 5000,
    });
    assert.equal((await deaf.end(run)).json, '1');
    const sent = deaf.lines(run);
    assert.ok(sent.length * 20000 <= 512 * 1024, String(sent.length));
    await deaf.released(run);
    assert.ok(!deaf.messages.some(({ type }) => type === 'log_ended'));
    deaf.acknowledge = true;
    deaf.send({ type: 'taken', run, seq: Math.max(...sent.map(({ seq }) => seq)) });
    await deaf.until(({ type }) => type === 'log_ended');
    assert.deepEqual(
      deaf.lines(run).map(({ message }) => Number(message)),
      Array.from({ length: 300 }, (_, i) => i),
    );
    await deaf.close();
  });

  test('takes credentials out of what leaves the run, and shows the page of a throw', async () => {
    const end = await host.run(
      "console.log('key ' + input.credentials.key); await page.setContent('<p>' + input.credentials.key + '</p>'); throw new Error('bad ' + input.credentials.key);",
      { input: '{"credentials":{"key":"s3cret!"}}' },
    );
    assert.equal(end.error, 'bad [redacted]');
    assert.match(end.stack, /^Error: bad \[redacted\]\n {4}at Object\.run \(index\.mjs:2:/);
    assert.equal(end.lines[0].message, 'key [redacted]');
    const files = host.messages.filter((message) => message.run === end.run && message.type === 'artifact');
    const html = files.find(({ kind }) => kind === 'page_html').file;
    assert.match(readFileSync(html, 'utf8'), /<p>\[redacted\]<\/p>/);
    assert.ok(
      readFileSync(files.find(({ kind }) => kind === 'screenshot').file)
        .subarray(1, 4)
        .equals(Buffer.from('PNG')),
    );
  });

  test('a time-out keeps the picture', async () => {
    const end = await host.run("await page.setContent('<p>here</p>'); await new Promise(() => {});", {
      timeoutMs: 1500,
    });
    assert.equal(end.kind, 'timeout');
    assert.equal(host.messages.filter((message) => message.run === end.run && message.type === 'artifact').length, 2);
  });

  test('keeps a large result, and its numbers as they were written', async () => {
    const end = await host.run("return { big: 12345678901234567890, small: 1e-7, text: '\"'.repeat(5000000) };");
    assert.equal(end.type, 'completed', end.error);
    assert.match(end.json, /^\{"big":12345678901234567000,"small":1e-7,/);
    const most = await host.run("return 'x'.repeat(10 * 1024 * 1024 - 2);");
    assert.equal(most.json?.length, 10 * 1024 * 1024, most.error);
  });

  test('says what is wrong with an order', async () => {
    assert.match((await host.run('return 1;', { workflow: 'other' })).error, /no workflow named "other"/);
    assert.equal((await host.run('return 1;', { input: '{' })).kind, 'invalid_input');
    assert.match(
      (await host.run('return 1;', { browser: { startUrl: 'http://127.0.0.1:1/' } })).error,
      /start URL http:\/\/127\.0\.0\.1:1\/ did not open/,
    );
  });

  test('opens the start URL in the wanted size', async () => {
    const end = await host.run('return [page.url(), await page.evaluate(() => [innerWidth, innerHeight])];', {
      browser: { startUrl: 'data:text/html,x', viewport: { width: 640, height: 480 } },
    });
    assert.equal(end.json, '["data:text/html,x",[640,480]]');
  });

  test('a result that JSON cannot hold is written as what comes closest, and a warning says so', async () => {
    const end = await host.run('return { seen: new Set([1]), later: Promise.resolve(), rate: 0 / 0 };');
    assert.equal(end.json, '{"seen":[1],"later":{},"rate":null}');
    assert.deepEqual(
      host.messages
        .filter(({ type, level, run }) => type === 'log' && level === 'warn' && run === end.run)
        .map(({ level, message }) => [level, message]),
      [
        [
          'warn',
          "In the workflow's result, result.seen is a Set and became an array; result.later is a Promise that was not awaited and became an object; result.rate is NaN and became null",
        ],
      ],
    );
  });

  test('whole numbers keep their digits from the input to the result', async () => {
    const input =
      '{"id":12345678901234567890,"text":"98765432109876543210","twin":9007199254740993,"other":9007199254740992,"neg":-9223372036854775807,"part":1234567890123456.5,"fine":0.12345678901234567891,"large":1e30}';
    const end = await host.run('return { ...input, list: [input.id], small: 5 };', { input });
    assert.equal(
      end.json,
      '{"id":12345678901234567890,"text":"98765432109876543210","twin":9007199254740992,"other":9007199254740992,"neg":-9223372036854775807,"part":1234567890123456.5,"fine":0.12345678901234568,"large":1e+30,"list":[12345678901234567890],"small":5}',
    );
  });
});

/** @type {[string, string, RegExp, string?][]} */
const ENDS = [
  ['a throw of no Error', 'throw { code: 7 };', /not an Error: \{"code":7\}/],
  [
    'an error that others caused',
    "throw new Error('no report', { cause: new AggregateError([new Error('one'), new Error('two')], 'both failed') });",
    /^no report\nCaused by: both failed$/,
  ],
  ['a throw of undefined', 'throw undefined;', /not an Error: undefined/],
  [
    'an unhandled rejection',
    "Promise.reject(new Error('nobody cares')); await new Promise(() => {});",
    /Unhandled promise rejection: nobody cares/,
  ],
  [
    'an uncaught exception',
    "setTimeout(() => { throw new Error('later'); }); await new Promise(() => {});",
    /Uncaught exception: later/,
  ],
  ['process.exit(0)', 'process.exit(0);', /ended its process \(exit code 0\)/],
  ['an abort', 'process.abort();', /ended by a signal \(6\)|ended by a signal \(SIGABRT\)/],
  ['a killed self', "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});", /ended by a signal/],
  [
    'a closed channel',
    "(await import('node:fs')).closeSync(4); await new Promise(() => {});",
    /closed its channel|EBADF/,
  ],
  [
    'a closed input',
    "(await import('node:fs')).closeSync(3); await new Promise(() => setInterval(() => {}, 1000));",
    /ended by a signal|still running after 1.5 s/,
    'timeout or signal',
  ],
  [
    'rubbish on the channel',
    "(await import('node:fs')).writeSync(4, 'rubbish\\n'); await new Promise(() => {});",
    /wrote a line that is not a message/,
  ],
  [
    'a result with a cycle',
    'const a = { list: [1] }; a.list.push({ up: a }); return a;',
    /cannot be written as JSON: result\.list\[1\]\.up is circular$/,
  ],
  ['a result too large', "return 'x'.repeat(10 * 1024 * 1024);", /at most 10485760/, 'result_too_large'],
  [
    'a heap that is full',
    'const all = []; for (;;) { all.push(new Array(1000).fill(Math.random())); }',
    /ran out of memory|more than 700 MiB/,
  ],
  [
    'memory beyond the heap',
    'const all = []; for (;;) { all.push(Buffer.alloc(20 * 1024 * 1024, 1)); await new Promise((r) => setTimeout(r, 20)); }',
    /used more than 700 MiB/,
  ],
  ['an endless recursion', 'const down = () => down() + 1; return down();', /Maximum call stack size exceeded/],
  [
    'a fork bomb',
    "const { spawn } = await import('node:child_process'); for (let i = 0; i < 2000; i++) { spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }).on('error', () => {}); if (i % 20 === 0) { await new Promise((r) => setTimeout(r, 5)); } } await new Promise(() => {});",
    /started more than 256 processes/,
  ],
  ['an endless loop', 'for (;;);', /still running after 1.5 s/, 'timeout'],
  ['an endless wait', 'await new Promise(() => setInterval(() => {}, 1000));', /still running after 1.5 s/, 'timeout'],
];

test('a log of empty lines is bounded too', () => {
  /** @type {any[]} */ const lines = [];
  const log = new RunLog((line) => lines.push(line), new Paths('/none', '/none'), { lines: 3 });
  for (let i = 0; i < 10; i++) {
    log.add('info', 'stdout', '');
  }
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['', '', '', '[the log of this job is cut here: it is longer than 3 lines]'],
  );
});

describe('every way to misbehave ends the job, named, and touches no other', BESIDE, () => {
  /** @type {TestHost} */ let strict;
  /** @type {Gate} */ let gate;
  /** @type {string} */ let beside;
  before(async () => {
    strict = new TestHost({ memoryLimitMiB: 700, warmSlots: 1 });
    gate = await Gate.closed();
    beside = strict.start(
      "await page.setContent('<p>mine</p>'); console.log('here'); const said = await (await fetch(input.gate)).text(); return [said, await page.textContent('p')];",
      { input: JSON.stringify({ gate: gate.url }), timeoutMs: 600000 },
    );
    await strict.until((message) => message.run === beside && message.message === 'here');
  });
  after(async () => {
    gate.open();
    assert.equal((await strict.end(beside)).json, '["open","mine"]');
    gate.close();
    await strict.close();
  });

  test('memory in files, which are three folders of 256 MiB each', async (context) => {
    const { sandbox } = await strict.until(({ type }) => type === 'configured');
    if (sandbox !== 'bubblewrap') {
      context.skip('holds with bubblewrap only');
      return;
    }
    const end = await strict.run(
      "const { appendFileSync } = await import('node:fs'); for (let i = 0; i < 240; i++) { for (const folder of ['/tmp', process.env.HOME, '/dev/shm']) { appendFileSync(folder + '/full', Buffer.alloc(1024 * 1024, 1)); } } await new Promise((done) => setTimeout(done, 5000));",
    );
    assert.match(end.error, /used more than 700 MiB of memory/);
  });

  for (const [name, body, error, kind = 'user_error'] of ENDS) {
    test(name, async () => {
      const end = await strict.run(body, { timeoutMs: kind.startsWith('timeout') ? 1500 : 20000 });
      assert.equal(end.type, 'failed', JSON.stringify(end));
      assert.match(end.error, error);
      assert.ok(kind === 'timeout or signal' || end.kind === kind, end.kind);
    });
  }
});
