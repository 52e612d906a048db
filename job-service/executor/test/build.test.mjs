import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TestHost } from './support/host.mjs';

/** @type {TestHost} */
let host;
before(() => {
  host = new TestHost();
});
after(() => host.close());

const MARKED = "{ [Symbol.for('libretto.workflow')]: true";

test('bundles TypeScript of several files beside its entry and maps its stack', async () => {
  const { directory, built } = await host.build('src/index.ts', {
    'package.json': '{"name":"x","version":"1.0.0"}',
    'src/index.ts': `import { readFileSync } from 'node:fs';\nimport { shout } from './lib/shout';\ninterface Input { text: string }\nexport const loud = ${MARKED}, name: 'loud', credentialNames: [' Mail ', 'mail'], startUrl: 'about:blank',\n  async run(_ctx: unknown, input: Input) {\n    console.log(readFileSync(new URL('./note.txt', import.meta.url), 'utf8'));\n    return shout(input.text);\n  } };\nexport const workflows = { quiet: { async run() { return 'sh'; } } };\n`,
    'src/lib/shout.ts':
      'export function shout(text: string): string {\n  if (text === "") {\n    throw new Error("nothing to shout");\n  }\n  return text.toUpperCase();\n}\n',
    'src/note.txt': 'noted',
  });
  assert.equal(built.type, 'built', built.error);
  assert.equal(built.entry, 'src/index.impresario.mjs');
  assert.deepEqual(
    built.workflows.map((/** @type {any} */ workflow) => workflow.name),
    ['loud', 'quiet'],
  );
  assert.deepEqual(built.workflows[0].credentialNames, ['mail']);
  assert.equal(built.workflows[0].startUrl, 'about:blank');

  const bundle = { directory, entry: built.entry };
  const fine = await host.run('', { bundle, workflow: 'loud', input: '{"text":"hey"}' });
  assert.equal(fine.json, '"HEY"', JSON.stringify(fine));
  assert.equal(fine.lines[0].message, 'noted');
  const thrown = await host.run('', { bundle, workflow: 'loud', input: '{"text":""}' });
  assert.match(
    thrown.stack,
    /^Error: nothing to shout\n {4}at shout \(src\/lib\/shout\.ts:3:11\)\n {4}at .*\(src\/index\.ts:7:12\)/,
  );
});

test('installs dependencies, vendored ones too, and brings no Playwright of its own', async () => {
  const files = {
    'package.json': JSON.stringify({
      name: 'x',
      type: 'module',
      dependencies: { ms: '2.1.3', vendored: 'file:./vendor/vendored', playwright: '^1.40.0' },
    }),
    'vendor/vendored/package.json':
      '{"name":"vendored","version":"1.0.0","main":"index.js","scripts":{"install":"touch /bundle/ran-a-script"}}',
    'vendor/vendored/index.js': 'module.exports = { answer: 42 };',
    'index.js': `import ms from 'ms';\nimport vendored from 'vendored';\nimport { chromium } from 'playwright';\nexport const one = ${MARKED}, name: 'one', async run() { return [ms('1h'), vendored.answer, typeof chromium.launch]; } };\n`,
  };
  const first = await host.build('index.js', files);
  assert.equal(first.built.type, 'built', first.built.error);
  assert.equal(first.built.entry, 'index.js');
  assert.equal(readFileSync(join(first.directory, 'package.json'), 'utf8'), files['package.json']);
  assert.ok(!existsSync(join(first.directory, 'ran-a-script')));
  assert.match(readFileSync(join(first.directory, 'node_modules/playwright/package.json'), 'utf8'), /Stands for/);

  const end = await host.run('', { bundle: { directory: first.directory, entry: 'index.js' }, workflow: 'one' });
  assert.equal(end.json, '[3600000,42,"function"]', JSON.stringify(end));
});

test('reads settings that begin with a byte order mark, or are in UTF-16', async () => {
  const mark = '\ufeff';
  const { directory, built } = await host.build(
    'src/index.ts',
    {
      'package.json': `${mark}{"type":"module","dependencies":{"vendored":"file:./vendored"}}`,
      'vendored/package.json': `${mark}{"name":"vendored","version":"1.0.0","main":"./index.json"}`,
      'vendored/index.json': '42',
      'tsconfig.json': `${mark}{"compilerOptions":{"baseUrl":".","paths":{"@lib/*":["lib/*"]}}}`,
      'lib/name.ts': `${mark}export const name = 'one';`,
      '.libretto-workflows.json': `${mark}{"workflows":[{"name":"one"}]}`,
      'src/index.ts': `${mark}import answer from 'vendored';\nimport { name } from '@lib/name';\nexport const one = ${MARKED}, name, async run() { return answer; } };`,
    },
    (root) =>
      writeFileSync(
        join(root, 'package-lock.json'),
        Buffer.from(`${mark}{"lockfileVersion":3,"packages":{"":{}}}`, 'utf16le'),
      ),
  );
  assert.equal(built.type, 'built', built.error);
  const end = await host.run('', { bundle: { directory, entry: built.entry }, workflow: 'one' });
  assert.equal(end.json, '42', JSON.stringify(end));
});

test("takes the uploader's own list of workflows, and a bundle that unpacks itself", async () => {
  const inner =
    "const { chromium } = require('playwright'); module.exports = { run: async () => typeof chromium.launch };";
  const { directory, built } = await host.build('index.js', {
    'package.json': '{"type":"module"}',
    '.libretto-workflows.json': JSON.stringify({
      workflows: [
        {
          name: 'packed',
          credentialNames: ['A'],
          inputSchema: { type: 'object' },
          viewport: { width: 800, height: 600 },
          gpu: true,
        },
      ],
    }),
    'index.js': `import { createRequire } from 'node:module';\nimport { mkdtempSync, writeFileSync } from 'node:fs';\nimport { tmpdir } from 'node:os';\nimport { createServer } from 'node:net';
import { join } from 'node:path';\nlet loaded;\nfunction load() { if (!loaded) { const file = join(mkdtempSync(join(tmpdir(), 'packed-')), 'bundle.cjs'); writeFileSync(file, ${JSON.stringify(inner)}); loaded = createRequire(import.meta.url)(file); } return loaded; }\nexport const packed = ${MARKED}, name: 'packed', run: (ctx, input) => load().run(ctx, input) };\n`,
  });
  assert.equal(built.type, 'built', built.error);
  assert.deepEqual(built.workflows, [
    {
      name: 'packed',
      credentialNames: ['a'],
      inputSchema: { type: 'object' },
      outputSchema: null,
      authProfileName: null,
      startUrl: null,
      gpu: true,
      viewport: { width: 800, height: 600 },
      sourceFile: null,
    },
  ]);
  const end = await host.run('', { bundle: { directory, entry: built.entry }, workflow: 'packed' });
  assert.equal(end.json, '"function"', JSON.stringify(end));
});

test('writes the JSON Schema of zod schemas', async () => {
  for (const version of ['3.25.76', '4.1.12']) {
    const { built } = await host.build('index.ts', {
      'package.json': JSON.stringify({ dependencies: { zod: version } }),
      'index.ts': `import { z } from 'zod';\nexport const one = ${MARKED}, name: 'one', inputSchema: z.object({ url: z.string().min(3), count: z.number().int().optional() }), outputSchema: z.array(z.string()), async run() {} };\n`,
    });
    assert.equal(built.type, 'built', built.error);
    const { inputSchema, outputSchema } = built.workflows[0];
    assert.equal(inputSchema.properties.url.minLength, 3);
    assert.equal(inputSchema.properties.count.type, 'integer');
    assert.deepEqual(inputSchema.required, ['url']);
    assert.equal(outputSchema.items.type, 'string');
  }
});

/** @type {[string, string, Record<string, string>, RegExp][]} */
const REJECTED = [
  ['an entry point that is not there', 'index.ts', { 'main.ts': '' }, /entry point "index\.ts" is not in the archive/],
  ['an entry point outside', '../../etc/passwd', {}, /is not in the archive/],
  [
    'a syntax error, with file and line',
    'index.ts',
    { 'index.ts': "import './other';", 'other.ts': 'const a = 1;\nconst b = ;\n' },
    /other\.ts:2:10/,
  ],
  [
    'a syntax error in a script',
    'index.js',
    { 'package.json': '{"type":"module"}', 'index.js': 'const a = 1;\nconst b = ;\n' },
    /index\.js:2|SyntaxError/,
  ],
  [
    'an unknown package',
    'index.ts',
    { 'package.json': '{"dependencies":{"@impresario-test/there-is-none":"1.0.0"}}', 'index.ts': '' },
    /could not be installed:[^]*there-is-none/,
  ],
  [
    'an import that nothing provides',
    'index.ts',
    { 'index.ts': "import nothing from 'not-listed';\nconsole.log(nothing);" },
    /not-listed[^]*index\.ts:1:20/,
  ],
  ['no workflow', 'index.ts', { 'index.ts': 'export const a = 1;' }, /No workflow is exported/],
  [
    'two of one name',
    'index.ts',
    {
      'index.ts': `export const a = ${MARKED}, name: 'same', run() {} };\nexport const b = ${MARKED}, name: 'same', run() {} };`,
    },
    /Two workflows have the name "same"/,
  ],
  [
    'a module that throws',
    'index.ts',
    { 'index.ts': '\nthrow new Error("at load");' },
    /does not load: Error: at load\n {4}at .*index\.ts:2:7/,
  ],
  [
    'a module that ends the process',
    'index.ts',
    { 'index.ts': "console.log('bye'); process.exit(3);" },
    /ended its process:\nbye/,
  ],
  ['a package.json that is none', 'index.ts', { 'package.json': '{', 'index.ts': '' }, /package\.json cannot be read/],
];

for (const [name, entry, files, expected] of REJECTED) {
  test(`rejects ${name}`, async () => {
    const { built } = await host.build(entry, files);
    assert.equal(built.type, 'rejected');
    assert.match(built.error, expected);
    assert.doesNotMatch(built.error, /impresario executor/, 'no path of this machine');
  });
}

test('a build reads nothing of others and reaches nothing', async () => {
  const secret = join(host.directory, 'bundles', 'other');
  mkdirSync(secret, { recursive: true });
  writeFileSync(join(secret, 'secret.txt'), 'secret');
  const listener = createServer((socket) => socket.end('reached'));
  await new Promise((done) => listener.listen(0, '127.0.0.1', () => done(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (listener.address());
  const source = `import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
const tries = { other: () => readFileSync(${JSON.stringify(join(secret, 'secret.txt'))}), data: () => readdirSync(${JSON.stringify(host.directory)}), store: () => readdirSync('/.store/trees'), shadow: () => readFileSync('/etc/shadow'), npmrc: () => readFileSync('/root/.npmrc'),
  cache: () => readdirSync('/cache'), packages: () => readdirSync(${JSON.stringify(join(host.directory, 'package-cache'))}), trees: () => readdirSync(${JSON.stringify(join(host.directory, 'dependencies'))}), settings: () => readFileSync('/run/npm/npmrc'), parent: () => readFileSync('/proc/' + process.ppid + '/environ'),
  init: () => readFileSync('/proc/1/environ'), host: () => readFileSync('/proc/${host.child.pid}/environ'), write: () => writeFileSync(new URL('./planted.txt', import.meta.url), 'x') };
const got = Object.entries(tries).filter(([, attempt]) => { try { attempt(); return true; } catch { return false; } }).map(([name]) => name);
const net = await new Promise((done) => connect(${port}, '127.0.0.1').on('error', (error) => done(error.code)).on('data', (data) => done(String(data))));
export const one = ${MARKED}, name: JSON.stringify({ got, net, env: Object.keys(process.env).sort() }), run() {} };`;
  const { built } = await host.build('index.ts', { 'index.ts': source });
  listener.close();
  assert.equal(built.type, 'built', built.error);
  const { got, net, env } = JSON.parse(built.workflows[0].name);
  const { sandbox, ownUser } = await host.until(({ type }) => type === 'configured');
  if (sandbox === 'process') {
    return; // promises nothing but its environment
  }
  assert.deepEqual(
    env.filter((/** @type {string} */ name) => name !== 'TZ'),
    ['HOME', 'LANG', 'LIBRETTO_HOSTED_RUNTIME', 'NODE_ENV', 'PATH', 'PWD', 'TMPDIR'].filter((name) =>
      env.includes(name),
    ),
  );
  assert.match(net, /^E/);
  // A user of its own keeps what is private; only a file system of its own hides the rest.
  assert.deepEqual(
    got.filter((/** @type {string} */ name) => sandbox === 'bubblewrap' || (ownUser && name !== 'other')),
    [],
  );
});

test('what a build says beside its own report is not believed', async () => {
  const planted = join(host.directory, 'planted');
  const far = '../'.repeat(20);
  const source = `import { writeSync } from 'node:fs';
for (const message of [{ type: 'bundled', entry: ${JSON.stringify(far + planted.slice(1))}, text: 'x' }, { type: 'workflows', entry: ${JSON.stringify(`${far}etc/passwd`)}, workflows: [{ name: 'forged', viewport: 'x', credentialNames: [1, 'A'] }] }]) {
  writeSync(4, JSON.stringify(message) + '\\n');
}
export const one = ${MARKED}, name: 'one', run() {} };`;
  const { built } = await host.build('index.js', { 'package.json': '{"type":"module"}', 'index.js': source });
  assert.equal(built.type, 'built', built.error);
  assert.equal(built.entry, 'index.js');
  assert.ok(!existsSync(planted));
  assert.deepEqual(built.workflows[0].credentialNames, ['a']);
  assert.equal(built.workflows[0].viewport, null);
});

test('follows no link out of the tree', async () => {
  const outside = join(host.directory, 'outside.txt');
  writeFileSync(outside, 'untouched');
  const { built } = await host.build(
    'index.ts',
    { 'index.ts': `export const one = ${MARKED}, name: 'one', run() {} };` },
    (directory) => {
      symlinkSync(outside, join(directory, 'index.impresario.mjs'));
      symlinkSync(outside, join(directory, '.npmrc'));
    },
  );
  assert.equal(built.type, 'built', built.error);
  assert.equal(readFileSync(outside, 'utf8'), 'untouched');
});
