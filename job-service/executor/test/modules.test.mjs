import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestHost } from './support/host.mjs';

/** @type {TestHost} */
let host;
before(() => {
  host = new TestHost({ warmSlots: 1 });
});
after(() => host.close());

const MARKED = "{ [Symbol.for('libretto.workflow')]: true";

/**
 * Builds a project, and runs its only workflow.
 *
 * @param {Record<string, string | Buffer>} files
 * @param {string} [entry]
 * @param {string} [input]
 */
async function result(files, entry = 'index.ts', input = '{}') {
  const { directory, built } = await host.build(entry, /** @type {any} */ (files));
  assert.equal(built.type, 'built', built.error);
  const bundle = { directory, entry: built.entry };
  const end = await host.run('', { bundle, workflow: built.workflows[0].name, input });
  assert.equal(end.type, 'completed', `${end.error}\n${end.stack}`);
  return JSON.parse(end.json);
}

/** @param {string} body of a handler, an expression @param {string} [before] */
function workflow(body, before = '') {
  return `${before}\nexport const main = ${MARKED}, name: 'main', async run({ page }: any, input: any) { return ${body}; } };\n`;
}

/** @param {string} name @param {Record<string, any>} manifest @param {Record<string, string>} files */
function installed(name, manifest, files) {
  const all = { 'package.json': JSON.stringify({ name, version: '1.0.0', ...manifest }), ...files };
  return Object.fromEntries(Object.entries(all).map(([path, text]) => [`node_modules/${name}/${path}`, text]));
}

const MODULE = { 'package.json': '{"name":"x","type":"module"}' };

test('imports CommonJS packages by name, by default, as a whole and by subpath, and ES modules that Node refuses', async () => {
  const found = await result({
    ...MODULE,
    // As lodash does it: Node does not see the names.
    ...installed(
      'hidden-names',
      {},
      {
        'index.js':
          ';(function () { const all = { uniq: (list) => [...new Set(list)] }; (module.exports = all).default = all; }).call(this);',
      },
    ),
    // As dayjs does it: without "exports", and imported without an extension.
    ...installed(
      'no-exports',
      { main: 'main.js' },
      {
        'main.js': 'module.exports = () => "main";',
        'plugin/utc.js': 'module.exports = "utc";',
        'format/package.json': '{"main":"../cjs/format.js"}',
        'cjs/format.js': 'exports.format = () => "formatted";',
      },
    ),
    // An ES module by its field "module" alone, whose imports have no extensions.
    ...installed(
      'bundlers-only',
      { module: 'es/index.js' },
      { 'es/index.js': "export * from './inner';", 'es/inner/index.js': "export { uniq } from 'hidden-names';" },
    ),
    ...installed(
      'esm-only',
      { type: 'module', exports: './index.js' },
      {
        'index.js':
          "import { readFileSync } from 'node:fs'; export const own = readFileSync(new URL('./data.txt', import.meta.url), 'utf8');",
        'data.txt': 'beside',
      },
    ),
    ...installed(
      'dual',
      { exports: { import: './index.mjs', require: './index.cjs' } },
      {
        'index.mjs': "import cjs from './index.cjs'; export const kind = 'esm of ' + cjs.kind;",
        'index.cjs': "exports.kind = 'cjs in ' + require('node:path').basename(__dirname);",
      },
    ),
    'index.ts': workflow(
      '[uniq([1, 1]), _.uniq([2, 2]), Object.keys(star).sort(), noExports(), utc, format(), again([3, 3]), own, kind, (await import("no-exports/plugin/utc")).default]',
      "import { uniq } from 'hidden-names';\nimport _ from 'hidden-names';\nimport * as star from 'hidden-names';\nimport noExports from 'no-exports';\nimport utc from 'no-exports/plugin/utc';\nimport { format } from 'no-exports/format';\nimport { uniq as again } from 'bundlers-only';\nimport { own } from 'esm-only';\nimport { kind } from 'dual';",
    ),
  });
  assert.deepEqual(found, [
    [1],
    [2],
    ['default', 'uniq'],
    'main',
    'utc',
    'formatted',
    [3],
    'beside',
    'esm of cjs in dual',
    'utc',
  ]);
});

test('a script that Node cannot load as it is becomes a bundle', async () => {
  const found = await result(
    {
      ...MODULE,
      ...installed(
        'hidden-names',
        {},
        { 'index.js': '(function () { module.exports = Object.assign({}, { one: 1 }); })();' },
      ),
      'lib/index.ts': 'export const two: number = 2;',
      'index.js': `import { one } from 'hidden-names';\nimport { two } from './lib';\nexport const main = ${MARKED}, name: 'main', async run() { return [one, two]; } };`,
    },
    'index.js',
  );
  assert.deepEqual(found, [1, 2]);
});

test('the test library of Playwright works on the run’s page, and packages called playwright are themselves', async () => {
  const found = await result({
    ...MODULE,
    ...installed(
      '@playwright/test',
      {},
      {
        'index.js': "module.exports = require('playwright/test');",
        'index.mjs': "export * from 'playwright/test'; export { default } from 'playwright/test';",
      },
    ),
    ...installed(
      '@axe-core/playwright',
      {},
      { 'index.js': "exports.AxeBuilder = class { core = require('playwright-core'); };" },
    ),
    'index.ts': workflow(
      "(await page.goto('data:text/html,<h1>Hi'), await expect(page.locator('h1')).toHaveText('Hi', { timeout: 5000 }), await same(page).not.toHaveURL('about:blank'), [typeof test, typeof new AxeBuilder().core.chromium.launch, await expect(page.locator('h1')).toHaveText('Ho', { timeout: 1 }).catch((error: Error) => error.name)])",
      "import { expect, test } from '@playwright/test';\nimport { expect as same } from 'playwright/test';\nimport { AxeBuilder } from '@axe-core/playwright';",
    ),
  });
  assert.deepEqual(found.slice(0, 2), ['function', 'function']);
});

test('every source knows its own place, declares what it likes, and finds the files beside it', async () => {
  const reads =
    "import { readFileSync } from 'node:fs';\nimport { createRequire } from 'node:module';\nimport { fileURLToPath } from 'node:url';\nimport { dirname, join } from 'node:path';\n";
  const found = await result(
    {
      ...MODULE,
      'src/deep/data.txt': 'beside',
      'src/deep/data.json': '{"is":"json"}',
      'src/deep/plain.ts': `${reads}export const plain = [readFileSync(new URL('./data.txt', import.meta.url), 'utf8'), readFileSync(join(__dirname, 'data.txt'), 'utf8'), __filename.slice(-17), import.meta.dirname?.slice(-9)];`,
      'src/deep/declared.ts': `${reads}const __filename = fileURLToPath(import.meta.url);\nconst __dirname = dirname(__filename);\nconst require = createRequire(import.meta.url);\nexport const declared = [__filename.slice(-20), __dirname.slice(-9), require('./data.json').is];`,
      'src/deep/common.cts': 'module.exports = { place: __dirname.slice(-9) };',
      'src/index.ts': workflow(
        '[plain, declared, common.place, typeof require, import.meta.url.slice(-13)]',
        "import { plain } from './deep/plain';\nimport { declared } from './deep/declared.js';\nimport common from './deep/common.cjs';",
      ),
    },
    'src/index.ts',
  );
  assert.deepEqual(found, [
    ['beside', 'beside', 'src/deep/plain.ts', '/src/deep'],
    ['src/deep/declared.ts', '/src/deep', 'json'],
    '/src/deep',
    'function',
    '/src/index.ts',
  ]);
});

test('the working directory looks like the bundle, and is the run’s own to write to', async () => {
  const found = await result({
    ...MODULE,
    '.env': 'NAME=value',
    'data/in.csv': 'a,b',
    'big.txt': 'x'.repeat(2 * 1024 * 1024),
    'index.ts': workflow(
      "(writeFileSync('data/in.csv', 'changed'), writeFileSync('out.txt', 'new'), [atLoad, readFileSync('data/in.csv', 'utf8'), readFileSync('out.txt', 'utf8'), readFileSync(new URL('./data/in.csv', import.meta.url), 'utf8'), statSync('big.txt').size, readdirSync('.').includes('node_modules')])",
      "import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';\nconst atLoad = readFileSync('.env', 'utf8');",
    ),
  });
  assert.deepEqual(found, ['NAME=value', 'changed', 'new', 'a,b', 2 * 1024 * 1024, true]);
});

test('imports what an expression names, once, and meets the files that macOS leaves', async () => {
  const found = await result(
    {
      ...MODULE,
      'state.ts': 'export const seen: string[] = [];',
      'flows/a.ts': "import { seen } from '../state';\nseen.push('a');\nexport default (x: number): number => x + 1;",
      'flows/b.js': "import { seen } from '../state';\nseen.push('b');\nexport default (x) => x + 2;",
      'flows/._a.ts': '\0\x05\x16\x07\0',
      'flows/broken.ts': 'const = ;',
      'flows/tests.spec.ts': "import { test } from 'not-installed';\ntest('x', () => {});",
      'flows/c.json': '{"three":3}',
      'index.ts': workflow(
        "(await Promise.all(readdirSync(join(process.cwd(), 'flows')).filter((name) => /^\\._|^[ab]\\./.test(name)).map((name) => import(join(process.cwd(), 'flows', name)))), [(await import(`./flows/${input.name}.ts`)).default(1), (await import(`./flows/${input.name}.js`)).default(1), (await import('./flows/' + 'b')).default(1), (await import(new URL('./flows/c.json', import.meta.url).href, { with: { type: 'json' } })).three, (await import('node:' + 'path')).sep, seen])",
        "import { readdirSync } from 'node:fs';\nimport { join } from 'node:path';\nimport { seen } from './state';",
      ),
    },
    'index.ts',
    '{"name":"a"}',
  );
  assert.deepEqual([...found.slice(0, 5), found[5].sort()], [2, 2, 3, 3, '/', ['a', 'b']]);
});

test('imports data as text, JSON and WebAssembly', async () => {
  // (module (func (export "answer") (result i32) i32.const 42))
  const wasm = Buffer.from(
    '0061736d010000000105016000017f03020100070a0106616e737765720000' + '0a06010400412a0b',
    'hex',
  );
  const found = await result({
    ...MODULE,
    'answer.wasm': wasm,
    'query.sql': 'select 1',
    'note.txt': 'noted',
    'rows.csv': 'a,b',
    'data.json': '{"key":1}',
    'index.ts': workflow(
      '[answer(), ((await WebAssembly.instantiate(bytes)) as any).instance.exports.answer(), sql, txt, csv, data.key, key]',
      "import bytes, { answer } from './answer.wasm';\nimport sql from './query.sql';\nimport txt from './note.txt';\nimport csv from './rows.csv';\nimport data from './data.json' with { type: 'json' };\nimport { key } from './data.json';",
    ),
  });
  assert.deepEqual(found, [42, 42, 'select 1', 'noted', 'a,b', 1, 1]);
});

test('writes the metadata of decorators, by a tsconfig that extends another', async () => {
  const found = await result({
    ...MODULE,
    ...installed(
      'reflect',
      {},
      { 'index.js': 'Reflect.metadata = (key, value) => (target, name) => { (target.types ??= {})[name] = value; };' },
    ),
    'tsconfig.base.json': '{"compilerOptions":{"experimentalDecorators":true,"emitDecoratorMetadata":true}}',
    'tsconfig.json': '{"extends":"./tsconfig.base.json"}',
    'types.ts': 'export interface Shape { a: number }\nexport class Thing {}',
    'index.ts': workflow(
      'Object.entries((Row.prototype as any).types).filter(([, type]) => typeof type === "function").map(([name, type]: any) => `${name}:${type.name}`).sort()',
      "import 'reflect';\nimport { Shape, Thing } from './types';\nfunction column(): any { return () => {}; }\nclass Row {\n  @column() title!: string;\n  @column() count!: number;\n  @column() thing!: Thing;\n  @column() shape!: Shape;\n}",
    ),
  });
  assert.deepEqual(found, ['count:Number', 'shape:Object', 'thing:Thing', 'title:String']);
});

test('follows aliases, and the projects that a tsconfig refers to', async () => {
  const found = await result(
    {
      ...MODULE,
      'tsconfig.json':
        '{\n  // as templates have it\n  "files": [], "references": [{ "path": "./tsconfig.app.json" }]\n}',
      'tsconfig.base.json': '{"compilerOptions":{"baseUrl":".","paths":{"@/*":["./src/*"]}}}',
      'tsconfig.app.json': '{"extends":"./tsconfig.base.json","include":["src"]}',
      'src/lib/one.ts': 'export const one: number = 1;',
      'other/tsconfig.json': '{"compilerOptions":{"paths":{"~/*":["./inner/*"]}}}',
      'other/inner/two.ts': 'export const two: number = 2;',
      'other/index.ts': "export { two } from '~/two';",
      'shared/package.json': '{"name":"shared","main":"./dist/index.js"}',
      'shared/tsconfig.json': '{"compilerOptions":{"composite":true,"outDir":"dist","rootDir":"source"}}',
      'shared/source/index.ts': 'export const three: number = 3;',
      'src/index.ts': workflow(
        '[one, two, three]',
        "import { one } from '@/lib/one';\nimport { two } from '../other';\nimport { three } from '../shared/dist/index.js';",
      ),
    },
    'src/index.ts',
  );
  assert.deepEqual(found, [1, 2, 3]);
});

test('finds workflows in namespaces that are exported', async () => {
  const { built } = await host.build('index.ts', {
    ...MODULE,
    'flows.ts': `export const one = ${MARKED}, name: 'one', async run() {} };\nexport * as inner from './inner';`,
    'inner.ts': `export const two = ${MARKED}, name: 'two', async run() {} };`,
    'index.ts': "export * as flows from './flows';",
  });
  assert.equal(built.type, 'built', built.error);
  assert.deepEqual(built.workflows.map((/** @type {any} */ { name }) => name).sort(), ['one', 'two']);
});
