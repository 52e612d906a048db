import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Conversation } from '../host/conversation.mjs';
import { EXECUTOR } from '../protocol/folder.mjs';
import * as rules from '../protocol/rules.mjs';
import { checked, normalised } from '../protocol/workflows.mjs';
import { generate } from '../tools/generate.mjs';
import { TestHost, validHostOutput } from './support/host.mjs';

/** @param {string} path */
function read(path) {
  return readFileSync(join(EXECUTOR, path), 'utf8');
}

const SCHEMA = JSON.parse(read('protocol/messages.schema.json'));

test('types, rules and validators are those of the schema', async () => {
  for (const [path, text] of Object.entries(await generate())) {
    assert.equal(read(path), text, `${path} is out of date: run "npm run generate"`);
  }
});

test('there is a valid sample of every message that the job service hears', () => {
  const samples = JSON.parse(read('protocol/samples/host-output.json'));
  samples.forEach((/** @type {any} */ sample) => assert.ok(validHostOutput(sample), JSON.stringify(sample)));
  const types = SCHEMA.$defs.HostOutput.oneOf.map(
    (/** @type {any} */ { $ref }) => definition($ref).properties.type.const,
  );
  assert.deepEqual(new Set(samples.map((/** @type {any} */ { type }) => type)), new Set(types));
});

/** @param {string} ref @returns {any} */
function definition(ref) {
  return SCHEMA.$defs[ref.split('/').at(-1) ?? ''];
}

/** A value that a schema allows, as large as it may be. @param {any} schema @returns {any} */
function largest(schema) {
  if (schema.$ref) {
    return largest(definition(schema.$ref));
  }
  if (schema.const !== undefined || schema.enum) {
    return schema.const ?? schema.enum[0];
  }
  switch ([schema.type].flat()[0]) {
    case 'string':
      return 'é'.repeat(schema.maxLength);
    case 'array':
      return Array.from({ length: schema.maxItems }, () => largest(schema.items));
    default:
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, value]) => [key, largest(value)]));
  }
}

for (const [union, first] of [
  ['Worker', 'waiting'],
  ['Inspection', 'inspecting'],
]) {
  const [ours, theirs] = [`${union}Input`, `${union}Output`].map((name) => /** @type {any} */ (rules)[name]);
  for (const { $ref } of SCHEMA.$defs[`${union}Output`].oneOf) {
    const schema = definition($ref);
    const message = largest(schema);
    const { type } = message;

    test(`${union}: "${type}" is heard where it is legal, as large as it may be and no larger`, () => {
      for (const phase of schema['x-phases']) {
        assert.equal(new Conversation(ours, theirs, phase).hear(message), null);
      }
      for (const field of Object.keys(message).filter((name) => name !== 'type')) {
        const { [field]: value, ...without } = message;
        const more = Array.isArray(value) ? [...value, {}] : `${value}x`;
        const heard = (/** @type {object} */ wrong) =>
          new Conversation(ours, theirs, schema['x-phases'][0]).hear(wrong);
        assert.match(String(heard({ ...message, [field]: more })), /not valid/, `${field} too large`);
        assert.match(String(heard({ ...message, [field]: 7 })), /not valid/, `${field} a number`);
        assert.match(String(heard(without)), /not valid/, `no ${field}`);
      }
      assert.match(
        String(new Conversation(ours, theirs, schema['x-phases'][0]).hear({ ...message, more: 1 })),
        /not valid.*additional properties/,
      );
    });

    test(`${union}: "${type}" is heard nowhere else`, () => {
      const phases = Object.values(theirs).flatMap(({ phases: legal }) => legal);
      for (const phase of [first, 'ended', ...phases].filter((name) => !schema['x-phases'].includes(name))) {
        assert.match(String(new Conversation(ours, theirs, phase).hear(message)), /while it was/);
      }
    });
  }
}

test('a worker changes its phase once with each message', () => {
  const conversation = new Conversation(rules.WorkerInput, rules.WorkerOutput, 'created');
  conversation.say('launch');
  conversation.say('run');
  for (const type of ['launched', 'loading', 'ready', 'started']) {
    assert.equal(conversation.hear({ type }), null);
    assert.match(String(conversation.hear({ type })), new RegExp(`a second "${type}" message`));
  }
  assert.equal(conversation.hear({ type: 'result', json: '1' }), null);
  assert.equal(conversation.over, true);
});

test('what a workflow declares has a largest size', () => {
  const declared = (/** @type {object} */ fields) => () => checked([normalised({ name: 'one', ...fields })]);
  assert.throws(declared({ name: 'x'.repeat(201) }), /name must have 1 to 200 characters/);
  assert.throws(declared({ inputSchema: { title: 'x'.repeat(1024 * 1024) } }), /inputSchema .* is larger than 1048576/);
  assert.throws(declared({ sourceFile: 'x'.repeat(4097) }), /sourceFile .* is larger than 4096/);
  assert.throws(declared({ credentialNames: ['x'.repeat(201)] }), /credential name .* more than 200 characters/);
  const many = Array.from({ length: 1001 }, (_, i) => normalised({ name: `w${i}` }));
  assert.throws(() => checked(many), /More than 1000 workflows/);
  assert.equal(normalised({ viewport: { width: 16385, height: 1 } }).viewport, null);
});

const SAY = `const { writeSync } = await import('node:fs');
  const say = (message) => { const bytes = Buffer.from(JSON.stringify(message) + '\\n'); for (let at = 0; at < bytes.length; ) { try { at += writeSync(4, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') { throw error; } } } };
`;
const WAIT = 'await new Promise((done) => setTimeout(done, 30000));';

/** What a workflow may write to the executor's channel: the statements, and what is said of them. @type {[string, string, RegExp][]} */
const VIOLATIONS = [
  [
    'a stack of 18 MB',
    "say({ type: 'failed', kind: 'user_error', error: 'x', stack: 's'.repeat(18e6) });",
    /"failed" message that is not valid: it has 180\d+ bytes/,
  ],
  [
    'a line of 16 MB of objects',
    "say({ type: 'log', message: Array(4e6).fill({}).concat(Array(4e6).fill([])) });",
    /"log" message that is not valid: it has 2\d+ bytes/,
  ],
  [
    'a long result with a field of the message behind it',
    `const text = '{"type":"result","json":"' + 'x'.repeat(2e6) + '","run":"another"}\\n'; for (let at = 0; at < text.length; ) { try { at += writeSync(4, text.slice(at)); } catch (error) { if (error.code !== 'EAGAIN') { throw error; } } }`,
    /"result" message that is not valid: it is not JSON/,
  ],
  ['100,001 times ready', "for (let i = 0; i < 100001; i++) { say({ type: 'ready' }); }", /a second "ready" message/],
  ['started twice', "say({ type: 'started' });", /a second "started" message/],
  ['loading twice', "say({ type: 'loading' });", /a second "loading" message/],
  ['launched twice', "say({ type: 'launched' });", /a second "launched" message/],
  ['an end that was not asked for', "say({ type: 'expired' });", /"expired" message while it was running/],
  [
    'a browser to blame',
    "say({ type: 'launch_failed', error: 'not me' });",
    /"launch_failed" message while it was running/,
  ],
  [
    'two screenshots',
    "say({ type: 'screenshot', data: '' }); say({ type: 'screenshot', data: '' });",
    /a second "screenshot" message/,
  ],
  [
    'a line of a megabyte',
    "say({ type: 'log', level: 'info', source: 'console', message: 'x'.repeat(1e6) });",
    /"log" message that is not valid: \/message/,
  ],
  [
    'a line of no level',
    "say({ type: 'log', level: 'loud', source: 'console', message: 'x' });",
    /"log" message that is not valid: \/level/,
  ],
  [
    'a result that is an object',
    "say({ type: 'result', json: {} });",
    /"result" message that is not valid: \/json must be string/,
  ],
  ['a list', 'say([1]);', /a message of the unknown type "undefined"/],
  ['a message that nobody knows', "say({ type: '__proto__' });", /a message of the unknown type "__proto__"/],
];

describe('a run that breaks the protocol is dropped, and no other', () => {
  /** @type {TestHost} */ let host;
  before(() => {
    host = new TestHost({ warmSlots: 1 });
  });
  after(async () => {
    assert.equal((await host.run('return 1;')).json, '1');
    await host.close();
  });

  for (const [name, statements, error] of VIOLATIONS) {
    test(name, async () => {
      const end = await host.run(SAY + statements + WAIT);
      assert.deepEqual([end.type, end.kind], ['failed', 'user_error'], JSON.stringify(end).slice(0, 1000));
      assert.match(end.error, error);
      const heard = host.messages.filter(({ run }) => run === end.run).map(({ type, message }) => message ?? type);
      assert.equal(heard.filter((what) => what === 'ready').length, 1);
      assert.equal(heard.filter((what) => /^Browser ready/.test(what)).length, 1);
      assert.equal(heard.filter((what) => what === 'started').length, 1);
    });
  }

  test('also while its bundle is loaded', async () => {
    const source = `${SAY} say({ type: 'result', json: '1' }); ${WAIT}`;
    const end = await host.run('return 1;', { files: { 'index.mjs': source } });
    assert.match(end.error, /"result" message while it was loading/);
    assert.equal(end.started, false);
  });

  test('a large error, stack and line of a workflow that breaks nothing are cut', async () => {
    const end = await host.run(
      "console.log('l'.repeat(5e6)); const error = new Error('e'.repeat(5e6)); error.stack = 's'.repeat(5e6); throw error;",
    );
    assert.deepEqual([end.kind, end.error.length, end.stack.length], ['user_error', 16384, 65536]);
    assert.equal(end.lines[0].message.length, 65536);
  });

  test('a build is dropped too', async () => {
    const lines = [`say({ type: 'bundled', entry: 'x' });`, "writeSync(4, 'rubbish\\n');"];
    const errors = [
      /sent a "bundled" message that is not valid: must have required property 'text'/,
      /wrote a line that is not a message/,
    ];
    for (const [i, line] of lines.entries()) {
      const { built } = await host.build('index.mjs', { 'index.mjs': `${SAY} ${line} ${WAIT}` });
      assert.equal(built.type, 'rejected');
      assert.match(built.error, errors[i]);
    }
  });
});
