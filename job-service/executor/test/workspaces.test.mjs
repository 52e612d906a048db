import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { TestRegistry } from './support/registry.mjs';
import { TestHost } from './support/host.mjs';

/** @type {TestHost} */
let host;
/** @type {TestRegistry} */
let registry;
before(async () => {
  registry = await TestRegistry.start();
  host = new TestHost({ buildConcurrency: 2 });
  for (const version of ['1.0.0', '2.0.0']) {
    registry.add('versioned', version, { 'index.js': `module.exports = '${version}';` });
  }
  registry.add('lib', '9.9.9', { 'index.js': "module.exports = 'a stranger';" });
});
afterEach(() => registry.requests.splice(0));
after(async () => {
  await host.close();
  registry.close();
});

const ONE = "{ [Symbol.for('libretto.workflow')]: true, name: 'one'";

/** @param {Record<string, string | object>} files */
function upload(files) {
  const texts = Object.entries(files).map(([name, content]) => [
    name,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]);
  return { '.npmrc': registry.npmrc, ...Object.fromEntries(texts) };
}

/** What the workflow of an upload returns. @param {string} entry @param {Record<string, string | object>} files */
async function result(entry, files) {
  const { directory, built } = await host.build(entry, upload(files));
  assert.equal(built.type, 'built', built.error);
  const end = await host.run('', { bundle: { directory, entry: built.entry }, workflow: 'one' });
  return { directory, built, json: end.json ?? JSON.stringify(end) };
}

/** What Node itself loads from a folder of an upload. @param {string} directory @param {string} folder */
function required(directory, folder) {
  return createRequire(join(directory, 'x.js'))(join(directory, folder));
}

/** @param {string[]} names */
function returning(...names) {
  const imports = names.map((name, i) => `import v${i} from '${name}';`).join('\n');
  return `${imports}\nexport const one = ${ONE}, async run() { return [${names.map((_, i) => `v${i}`)}]; } };`;
}

test('installs what workspaces list when the root lists nothing, each its own version', async () => {
  const { directory, json } = await result('apps/scraper/index.ts', {
    'package.json': { private: true, workspaces: ['apps/*', 'packages/*'] },
    'apps/scraper/package.json': { name: 'scraper', type: 'module', dependencies: { lib: '*', versioned: '1.0.0' } },
    'apps/scraper/index.ts': returning('lib', 'versioned'),
    'packages/lib/package.json': { name: 'lib', version: '1.0.0', dependencies: { versioned: '2.0.0' } },
    'packages/lib/index.js': "module.exports = 'lib with ' + require('versioned');",
  });
  assert.match(json, /^\["lib with .*","1\.0\.0"\]$/);
  assert.equal(required(directory, 'packages/lib'), 'lib with 2.0.0');
});

test("understands pnpm's workspaces, catalogs and links", async () => {
  const { directory, json } = await result('apps/scraper/src/index.ts', {
    'package.json': { private: true, devDependencies: { lib: 'workspace:*' } },
    'pnpm-workspace.yaml':
      'packages:\n  - "."\n  - "apps/*"\n  - packages/**\n  - "!**/old/**"\ncatalog:\n  versioned: ^1.0.0\ncatalogs:\n  next:\n    versioned: 2.0.0\n',
    'apps/scraper/package.json': {
      name: 'scraper',
      dependencies: { lib: 'workspace:^', linked: 'link:../../linked', versioned: 'catalog:' },
      devDependencies: { tools: 'workspace:*' },
    },
    'apps/scraper/src/index.ts': returning('lib', 'linked', 'versioned'),
    'linked/package.json': { name: 'linked', version: '1.0.0' },
    'linked/index.js': "module.exports = 'linked';",
    'packages/lib/package.json': { name: 'lib', version: '1.0.0', dependencies: { versioned: 'catalog:next' } },
    'packages/lib/index.js': "module.exports = 'ours with ' + require('versioned');",
    'packages/tools/package.json': { name: 'tools', version: '1.0.0' },
    'packages/old/lib/package.json': { name: 'lib', version: '0.1.0' },
  });
  assert.match(json, /^\["ours with .*","linked","1\.0\.0"\]$/);
  assert.equal(required(directory, 'packages/lib'), 'ours with 2.0.0');
});

test('takes a package of the workspace where only folders of it are uploaded', async () => {
  const files = {
    'package.json': { dependencies: { lib: 'workspace:*' } },
    'index.ts': returning('lib'),
    'lib/package.json': { name: 'lib', version: '1.0.0', dependencies: { inner: 'workspace:../inner' } },
    'lib/index.js': "module.exports = require('inner');",
    'inner/package.json': { name: 'inner', version: '1.0.0' },
    'inner/index.js': "module.exports = 'inner';",
    'pnpm-lock.yaml': 'lockfileVersion: "9.0"\n',
    'package-lock.json': { lockfileVersion: 1, dependencies: {} },
  };
  const { built, json } = await result('index.ts', files);
  assert.equal(json, '["inner"]');
  assert.match(built.warnings.join('\n'), /^pnpm-lock\.yaml is not read, .*\npackage-lock\.json is not read, .*$/);
  registry.requests.splice(0);
  assert.equal((await result('index.ts', files)).json, '["inner"]');
  assert.equal(host.messages.filter(({ type }) => type === 'dependencies').at(-1).stored, true);
});

test('installs the package.json beside the entry, and that of the root', async () => {
  const { directory, json } = await result('jobs/scraper/src/index.ts', {
    'package.json': { dependencies: { versioned: '1.0.0' } },
    'jobs/scraper/package.json': { dependencies: { versioned: '2.0.0', shared: 'file:../shared', playwright: '*' } },
    'jobs/scraper/src/index.ts': `import { chromium } from 'playwright';\n${returning('versioned', 'shared').replace('[v0', '[typeof chromium.launch, v0')}`,
    'jobs/shared/package.json': { name: 'shared', version: '1.0.0' },
    'jobs/shared/index.js': "module.exports = 'shared';",
    'jobs/other/package.json': { dependencies: { 'not-there': '1.0.0' } },
  });
  assert.equal(json, '["function","2.0.0","shared"]');
  assert.match(readFileSync(join(directory, 'node_modules/versioned/index.js'), 'utf8'), /1\.0\.0/);
});

/** @type {[string, Record<string, string | object>, RegExp][]} */
const REFUSED = [
  [
    'a package of a workspace that is not there',
    { 'package.json': { dependencies: { lib: 'workspace:*' } } },
    /^The dependency lib is a package of a workspace \(workspace:\*\), but no folder .* name lib: upload the whole workspace/,
  ],
  [
    'a link out of the upload',
    { 'package.json': { dependencies: { x: 'link:../x' } } },
    /^The dependency x leads out of the archive/,
  ],
  [
    'a catalog that is not there',
    { 'package.json': { dependencies: { x: 'catalog:next' } } },
    /^The dependency x asks for "catalog:next", which has no such entry in pnpm-workspace\.yaml/,
  ],
  [
    "a patch of yarn's",
    { 'package.json': { dependencies: { x: 'patch:x@npm%3A1.0.0#./x.patch' } } },
    /^The dependency x is patched by yarn/,
  ],
  [
    'a workspace file that cannot be read',
    { 'package.json': {}, 'pnpm-workspace.yaml': 'packages: [' },
    /^pnpm-workspace\.yaml cannot be read: /,
  ],
];

for (const [name, files, expected] of REFUSED) {
  test(`refuses ${name}`, async () => {
    const { built } = await host.build(
      'index.mjs',
      upload({ 'index.mjs': `export const one = ${ONE}, run() {} };`, ...files }),
    );
    assert.equal(built.type, 'rejected');
    assert.match(built.error, expected);
    assert.deepEqual(registry.paths, []);
  });
}
