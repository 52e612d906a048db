import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { TestRegistry } from './support/registry.mjs';
import { TestHost } from './support/host.mjs';

const WORKFLOW =
  "export const one = { [Symbol.for('libretto.workflow')]: true, name: 'one', async run() { return (await import('left')).default; } };\n";

/** @type {TestHost} */
let host;
/** @type {TestRegistry} */
let registry;
before(async () => {
  registry = await TestRegistry.start();
  host = new TestHost({ buildConcurrency: 2 });
});
afterEach(() => registry.requests.splice(0));
after(async () => {
  await host.close();
  registry.close();
});

/** @param {Record<string, any>} manifest @param {Record<string, string>} [files] */
function upload(manifest, files = {}) {
  return {
    'index.js': WORKFLOW,
    'package.json': JSON.stringify({ type: 'module', ...manifest }),
    '.npmrc': registry.npmrc,
    ...files,
  };
}

/** @param {{directory: string, built: any}} build @param {string} name */
function installed({ directory, built }, name) {
  assert.equal(built.type, 'built', built.error);
  return readFileSync(join(directory, 'node_modules', name, 'index.js'), 'utf8');
}

/** Whether the latest packages came from the store. */
function stored() {
  return host.messages.filter((message) => message.type === 'dependencies').at(-1).stored;
}

test('takes packages that were installed before without asking anybody, for every tenant', async () => {
  registry.add(
    'left',
    '1.0.0',
    { 'index.js': "export default 'first';" },
    { type: 'module', dependencies: { right: '^1.0.0' } },
  );
  registry.add('right', '1.2.0', { 'index.js': '' });
  const files = (/** @type {string} */ version) =>
    upload(
      { name: `any-${version}`, version, dependencies: { left: '^1.0.0', vendored: 'file:./v' } },
      { 'v/package.json': '{"name":"vendored","version":"1.0.0"}', 'v/index.js': 'the same' },
    );
  const first = await host.build('index.js', files('1.0.0'));
  assert.equal(installed(first, 'left'), "export default 'first';");
  assert.equal(stored(), false);
  assert.ok(registry.paths.includes('/right/-/1.2.0.tgz'));

  registry.requests.splice(0);
  const second = await host.build('index.js', files('2.0.0'));
  assert.equal(installed(second, 'left'), "export default 'first';");
  assert.equal(installed(second, 'vendored'), 'the same');
  assert.equal(stored(), true);
  assert.deepEqual(registry.paths, []);
  const end = await host.run('', { bundle: { directory: second.directory, entry: 'index.js' }, workflow: 'one' });
  assert.equal(end.json, '"first"', JSON.stringify(end));

  const changed = await host.build('index.js', { ...files('2.0.0'), 'v/index.js': 'changed' });
  assert.equal(installed(changed, 'vendored'), 'changed');
  assert.equal(stored(), false);
});

test('installs anew what no lock file pins when it has become old', async () => {
  const impatient = new TestHost({ unlockedMaxAgeMs: 0 });
  registry.add('aging', '1.0.0', { 'index.js': 'old' });
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { aging: '^1.0.0' } },
      'node_modules/aging': { version: '1.0.0', resolved: `${registry.url}/aging/-/1.0.0.tgz` },
    },
  };
  const [open, pinned] = [
    upload({ dependencies: { aging: '^1.0.0' } }),
    upload({ dependencies: { aging: '^1.0.0' } }, { 'package-lock.json': JSON.stringify(lock) }),
  ];
  const outcomes = [];
  for (const files of [open, open, pinned, pinned]) {
    installed(await impatient.build('index.js', files), 'aging');
    outcomes.push(impatient.messages.filter(({ type }) => type === 'dependencies').at(-1).stored);
  }
  await impatient.close();
  assert.deepEqual(outcomes, [false, false, false, true]);
});

test('keeps no more packages than it may', async () => {
  const small = new TestHost({ packageCacheMiB: 3 });
  for (const name of ['big-a', 'big-b']) {
    registry.add(name, '1.0.0', { 'index.js': 'x'.repeat(2 * 1024 * 1024) });
    installed(await small.build('index.js', upload({ dependencies: { [name]: '1.0.0' } })), name);
  }
  assert.equal(readdirSync(join(small.directory, 'dependencies')).length, 1);
  await small.close();
});

test('an upload cannot plant packages for others', async () => {
  registry.add('honest', '1.0.0', { 'index.js': 'honest' });
  const files = upload({ dependencies: { honest: '1.0.0' } });
  const hidden = {
    lockfileVersion: 3,
    packages: { 'node_modules/honest': { version: '1.0.0', resolved: `${registry.url}/honest/-/1.0.0.tgz` } },
  };
  const evil = await host.build('index.js', {
    ...files,
    'node_modules/honest/package.json': '{"name":"honest","version":"1.0.0"}',
    'node_modules/honest/index.js': 'evil',
    'node_modules/.package-lock.json': JSON.stringify(hidden),
  });
  assert.equal(installed(evil, 'honest'), 'honest');
  const victim = await host.build('index.js', files);
  assert.equal(stored(), true);
  assert.equal(installed(victim, 'honest'), 'honest');
  const store = join(host.directory, 'dependencies');
  assert.equal(statSync(store).mode & 0o077, 0, 'only the host reads the store');
});

test("a tenant's token lets nobody else in", async () => {
  const release = registry.add('@own/secret', '1.0.0', { 'index.js': 'private' });
  registry.keepPrivate('@own/secret', 'Bearer token-of-a');
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { '@own/secret': '1.0.0' } },
      'node_modules/@own/secret': {
        version: '1.0.0',
        resolved: `${registry.url}/@own/secret/-/1.0.0.tgz`,
        integrity: release.integrity,
      },
    },
  };
  const files = upload({ dependencies: { '@own/secret': '1.0.0' } }, { 'package-lock.json': JSON.stringify(lock) });
  const token = `${registry.npmrc}//${registry.url.slice(7)}/:_authToken=token-of-a\n`;
  assert.equal(
    installed(await host.build('index.js', { ...files, '.npmrc': token }, undefined, 'a'), '@own/secret'),
    'private',
  );
  const { built } = await host.build('index.js', files, undefined, 'b');
  assert.equal(built.type, 'rejected');
  assert.match(built.error, /could not be installed:[^]*401/);
});

test("an upload's settings lead npm nowhere and tell nobody what the machine knows", async () => {
  const evil = await TestRegistry.start();
  registry.add('plain', '1.0.0', { 'index.js': 'plain' });
  const settings = [
    `registry=${registry.url}/\rproxy=${evil.url}\rhttps-proxy=${evil.url}`,
    `//${registry.url.slice(7)}/:_authToken=\${HOME}`,
    `@evil:registry=${evil.url}/\${PATH}/`,
    `cache=/tmp/evil`,
    'global=true',
    'script-shell=/bundle/evil.sh',
    'ignore-scripts=false',
    'prefix=/tmp/evil',
    'git=/bundle/evil.sh',
  ];
  const build = await host.build(
    'index.js',
    upload({ dependencies: { plain: '1.0.0' } }, { '.npmrc': settings.join('\n') }),
  );
  assert.equal(installed(build, 'plain'), 'plain');
  assert.ok(registry.requests.every(({ authorization }) => authorization === undefined));
  assert.deepEqual(evil.requests, []);
  assert.equal(readFileSync(join(build.directory, '.npmrc'), 'utf8'), settings.join('\n'));
  evil.close();
});

test("has the machine's own settings, and keeps their secrets", async () => {
  registry.add('@machine/locked', '1.0.0', { 'index.js': 'let in' });
  registry.keepPrivate('@machine/locked', 'Bearer of-the-machine');
  process.env.NPM_CONFIG_USERCONFIG = join(host.directory, 'machine-npmrc');
  writeFileSync(
    process.env.NPM_CONFIG_USERCONFIG,
    `registry=${registry.url}/\n//${registry.url.slice(7)}/:_authToken=of-the-machine\n`,
  );
  process.env.NPM_CONFIG_CACHE = join(host.directory, 'not-here');
  const settled = new TestHost();
  for (const name of Object.keys(process.env).filter((each) => each.startsWith('NPM_CONFIG_'))) {
    delete process.env[name];
  }
  const look =
    "export const one = { [Symbol.for('libretto.workflow')]: true, name: JSON.stringify(process.env), run() {} };\n";
  const build = await settled.build('index.js', {
    'index.js': look,
    'package.json': '{"type":"module","dependencies":{"@machine/locked":"1.0.0"}}',
  });
  assert.equal(installed(build, '@machine/locked'), 'let in');
  assert.doesNotMatch(build.built.workflows[0].name, /of-the-machine|npm_config/i);
  assert.ok(!existsSync(join(host.directory, 'not-here')));
  const { built } = await settled.build('index.js', upload({ dependencies: { 'of-the-machine': '1.0.0' } }));
  assert.match(built.error, /could not be installed:[^]*\[redacted\]/);
  assert.doesNotMatch(built.error, /of-the-machine/);
  await settled.close();
});

test('runs no script of a package', async () => {
  const scripts = Object.fromEntries(
    ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'].map((name) => [
      name,
      `touch "$INIT_CWD/ran-${name}" ran-${name}`,
    ]),
  );
  registry.add('scripted', '1.0.0', { 'index.js': 'x', 'binding.gyp': '{}' }, { scripts });
  const build = await host.build(
    'index.js',
    upload(
      { scripts, dependencies: { scripted: '1.0.0', vendored: 'file:./v' } },
      { 'v/package.json': JSON.stringify({ name: 'vendored', version: '1.0.0', scripts }), 'v/index.js': 'v' },
    ),
  );
  assert.equal(installed(build, 'scripted'), 'x');
  const names = readdirSync(build.directory, { recursive: true }).map(String);
  assert.deepEqual(
    names.filter((name) => name.includes('ran-')),
    [],
  );
});

test('says beside the result what was left out, and what to do about it', async () => {
  registry.add('native', '1.0.0', { 'index.js': '', 'binding.gyp': '{}' });
  registry.add(
    'plugin',
    '1.0.0',
    { 'index.js': '' },
    {
      peerDependencies: { core: '^2.0.0', gone: '*', maybe: '1' },
      peerDependenciesMeta: { maybe: { optional: true } },
    },
  );
  registry.add('core', '1.5.0', { 'index.js': '' });
  registry.add('gone', '1.0.0', { 'index.js': '' });
  const manifest = {
    scripts: { postinstall: 'tsc', test: 'true' },
    resolutions: { left: '1.0.0' },
    dependencies: { native: '1.0.0', plugin: '1.0.0', core: '1.5.0' },
  };
  const files = {
    '.npmrc': `; ours\n${registry.npmrc}legacy-peer-deps=true\ncache=/tmp/x\n//elsewhere.example/:_authToken=\${TOKEN}\n//other.example/:_authToken=secret-of-the-upload\n`,
    'node_modules/old/index.js': '',
    'index.js': `console.log('loading');\n${WORKFLOW}`,
  };
  const warnings = [
    'package.json: "resolutions" is ignored: say the same with "overrides"',
    'package.json: its own scripts do not run during a build (postinstall): upload what they make',
    '.npmrc: only registries, their credentials and legacy-peer-deps count here, not cache',
    '.npmrc: environment variables are not expanded; these lines are ignored: //elsewhere.example/:_authToken',
    'The uploaded node_modules was replaced by what package.json lists',
    "Install scripts do not run here unless the operator allows a package's, and these have one: native@1.0.0. Packages that bring their programs with them work without it",
    'plugin@1.0.0 needs core ^2.0.0, but 1.5.0 is installed: choose versions in package.json that go together',
    'plugin@1.0.0 needs gone *, which is not installed: add it to the dependencies of package.json',
  ];
  for (const origin of ['npm', 'the store']) {
    const { built } = await host.build('index.js', upload(manifest, files));
    assert.equal(built.type, 'built', built.error);
    assert.deepEqual(built.warnings, warnings, origin);
    assert.match(built.log, /Installed 3 packages\n[^]*Warning: plugin@1\.0\.0 needs core[^]*\nloading$/);
    assert.doesNotMatch(built.log, /secret-of-the-upload/);
  }
  const { built } = await host.build(
    'index.js',
    upload({ dependencies: { none: '1.0.0' } }, { '.npmrc': `${registry.npmrc}cache=x` }),
  );
  assert.deepEqual(
    [built.type, built.warnings],
    ['rejected', ['.npmrc: only registries, their credentials and legacy-peer-deps count here, not cache']],
  );
  assert.match(built.log, /404/);
});

test('runs the install scripts that the operator allows, where there is nothing to reach', async () => {
  const script = `node -e "const { writeFileSync } = require('fs'); require('net').connect(${new URL(registry.url).port}, '127.0.0.1').on('connect', () => writeFileSync('index.js', 'reached')).on('error', () => writeFileSync('index.js', 'made'))"`;
  registry.add('allowed', '1.0.0', { 'index.js': 'not made' }, { scripts: { install: script } });
  registry.add('@scope/allowed', '1.0.0', { 'index.js': 'not made' }, { scripts: { postinstall: script } });
  registry.add('other', '1.0.0', { 'index.js': 'not made' }, { scripts: { install: script } });
  registry.add('failing', '1.0.0', { 'index.js': 'x' }, { scripts: { install: 'echo no compiler; exit 1' } });
  const allowing = new TestHost({ installScripts: ['allowed', '@scope/allowed', 'failing'] });
  const names = ['allowed', '@scope/allowed', 'other'];
  const dependencies = Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const { sandbox } = await allowing.until(({ type }) => type === 'configured');
  for (const origin of ['npm', 'the store']) {
    const build = await allowing.build('index.js', upload({ dependencies }));
    const made = sandbox === 'process' ? 'reached' : 'made';
    assert.deepEqual(
      names.map((name) => installed(build, name)),
      [made, made, 'not made'],
      origin,
    );
    assert.match(build.built.warnings.join('\n'), /^Install scripts do not run .*: other@1\.0\.0\. /);
  }
  const { built } = await allowing.build('index.js', upload({ dependencies: { failing: '1.0.0' } }));
  assert.match(built.warnings.join('\n'), /^The install scripts of failing failed/);
  assert.match(built.log, /no compiler/);
  const broken = await allowing.build(
    'index.js',
    upload({ dependencies: { other: '1.0.0' } }, { 'index.js': "throw new Error('other has no binding');" }),
  );
  assert.match(
    broken.built.error,
    /other has no binding[^]*\nThe install scripts of other did not run: an operator can/,
  );
  await allowing.close();
});

test('brings no Playwright, however it is asked for', async () => {
  registry.add('playwright', '1.40.0', { 'index.js': 'not ours' }, { dependencies: { 'playwright-core': '1.40.0' } });
  registry.add('playwright-core', '1.40.0', { 'index.js': 'not ours' });
  registry.add('tester', '1.0.0', { 'index.js': 'tester' }, { dependencies: { playwright: '1.40.0' } });
  registry.add(
    'packer',
    '1.0.0',
    {
      'index.js': 'packer',
      'node_modules/playwright/package.json': '{"name":"playwright","version":"1.40.0"}',
      'node_modules/playwright/index.js': 'not ours',
    },
    { dependencies: { playwright: '1.40.0' }, bundleDependencies: ['playwright'] },
  );
  const packages = {
    '': { dependencies: { tester: '1.0.0' } },
    'node_modules/tester': {
      version: '1.0.0',
      resolved: `${registry.url}/tester/-/1.0.0.tgz`,
      dependencies: { playwright: '1.40.0' },
    },
    'node_modules/playwright': { version: '1.40.0', resolved: `${registry.url}/playwright/-/1.40.0.tgz` },
    'node_modules/playwright/node_modules/playwright-core': {
      version: '1.40.0',
      resolved: `${registry.url}/playwright-core/-/1.40.0.tgz`,
    },
  };
  /** @type {[Record<string, any>, Record<string, string>?][]} */
  const uploads = [
    [{ dependencies: { playwright: '1.40.0', 'playwright-core': '^1.0.0', tester: '1.0.0' } }],
    [
      {
        dependencies: { pw: 'npm:playwright@1.40.0', tester: '1.0.0' },
        overrides: { tester: { playwright: '1.40.0' }, playwright: '1.40.0', 'playwright@1': '1.40.0' },
      },
    ],
    [{ dependencies: { tester: '1.0.0' } }, { 'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }) }],
    [{ dependencies: { packer: '1.0.0' } }],
    [
      { peerDependencies: { playwright: '1.40.0' } },
      {
        'node_modules/playwright/package.json': '{"name":"playwright"}',
        'node_modules/playwright/index.js': 'not ours',
      },
    ],
  ];
  for (const [manifest, files] of uploads) {
    const build = await host.build('index.js', upload(manifest, files));
    assert.match(installed(build, 'playwright'), /executor puts its own Playwright here/);
    const texts = readdirSync(build.directory, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('index.js'))
      .map((name) => readFileSync(join(build.directory, name), 'utf8'));
    assert.ok(!texts.includes('not ours'), JSON.stringify(manifest));
  }
  assert.deepEqual(
    registry.paths.filter((path) => /playwright.*tgz/.test(path)),
    [],
  );
});

test("an installation does not fail for the client's own library", async () => {
  const manifest = { dependencies: { libretto: '^0.6.0' } };
  const declared = { '.libretto-workflows.json': '{"workflows":[{"name":"one"}]}' };
  const artifact = await host.build('index.js', upload(manifest, declared));
  assert.match(installed(artifact, 'libretto'), /LIBRETTO_WORKFLOW_BRAND/);
  assert.deepEqual([artifact.built.warnings, registry.paths], [[], []]);

  const source = `import { workflow } from 'libretto';\nconst input = { safeParse: (data) => ({ success: true, data: data.n + 1 }) };\nexport default workflow('one', { input, credentials: ['Mail'], startUrl: 'about:blank', handler: async (ctx, n) => [typeof ctx.page.goto, n] });\nexport const two = workflow('two', async () => 2);\n`;
  const files = upload(
    { dependencies: { ...manifest.dependencies, beside: '^1.0.0' } },
    {
      'index.ts': source,
      'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/libretto":{"version":"0.6.1"}}}',
    },
  );
  registry.add('beside', '1.2.0', { 'index.js': '' });
  const { directory, built } = await host.build('index.ts', files);
  assert.equal(built.type, 'built', built.error);
  assert.match(built.warnings.join('\n'), /^The registry has no libretto that fits: a stand-in/);
  const [one, two] = built.workflows;
  assert.deepEqual([one.name, one.credentialNames, one.startUrl, two.name], ['one', ['mail'], 'about:blank', 'two']);
  const end = await host.run('', { bundle: { directory, entry: built.entry }, workflow: 'one', input: '{"n":1}' });
  assert.equal(end.json, '["function",2]', JSON.stringify(end));

  registry.add('libretto', '0.6.1', { 'index.js': 'the real one' });
  assert.equal(installed(await host.build('index.js', upload(manifest)), 'libretto'), 'the real one');
});

/** @type {[string, Record<string, any>, Record<string, string>, RegExp][]} */
const REFUSED = [
  [
    'a folder above',
    { dependencies: { x: 'file:../../..' } },
    {},
    /dependency x leads out of the archive.*: file:\.\.\/\.\.\/\.\./,
  ],
  ['a folder of the machine', { dependencies: { x: 'file:/etc' } }, {}, /dependency x leads out of the archive/],
  ['a link to the machine', { dependencies: { x: 'link:/etc' } }, {}, /dependency x/],
  [
    'a folder that is not there',
    { dependencies: { x: 'file:./x' } },
    {},
    /dependency x is not in the archive: file:\.\/x/,
  ],
  ['the upload itself', { dependencies: { x: 'file:.' } }, {}, /dependency x leads out/],
  [
    'a way out in a folder of its own',
    { dependencies: { x: 'file:./x' } },
    { 'x/package.json': '{"name":"x","version":"1.0.0","dependencies":{"y":"file:/etc"}}' },
    /dependency y leads out/,
  ],
  [
    'a way out in an override',
    { dependencies: { left: '1.0.0' }, overrides: { left: { right: 'file:/etc' } } },
    {},
    /dependency right leads out/,
  ],
  [
    'a git repository',
    { dependencies: { x: 'git+ssh://git@127.0.0.1/x.git' } },
    {},
    /dependency x is a git repository/,
  ],
  [
    'a repository by its short name',
    { optionalDependencies: { x: 'someone/x' } },
    {},
    /dependency x is a git repository \(someone\/x\)/,
  ],
  ['a workspace above', { workspaces: ['../*'], dependencies: { left: '1.0.0' } }, {}, /workspace \.\.\/\* leads out/],
  ['a list that is none', { dependencies: ['left'] }, {}, /"dependencies" is not an object of names and versions/],
  [
    'a lock file with a place above',
    { dependencies: { left: '1.0.0' } },
    { 'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/../../left":{"version":"1.0.0"}}}' },
    /package-lock\.json has a package outside the archive: node_modules\/\.\.\/\.\.\/left/,
  ],
  [
    'a lock file with a folder of the machine',
    { dependencies: { left: '1.0.0' } },
    {
      'npm-shrinkwrap.json':
        '{"lockfileVersion":3,"packages":{"node_modules/left":{"resolved":"../../etc","link":true}}}',
    },
    /npm-shrinkwrap\.json takes node_modules\/left from a source that is not allowed/,
  ],
  [
    'a lock file with a repository',
    { dependencies: { left: '1.0.0' } },
    {
      'package-lock.json':
        '{"lockfileVersion":3,"packages":{"node_modules/left":{"resolved":"git+ssh://git@127.0.0.1/x.git#0"}}}',
    },
    /takes node_modules\/left from/,
  ],
];

for (const [name, manifest, files, expected] of REFUSED) {
  test(`refuses ${name}`, async () => {
    const { built } = await host.build('index.js', upload(manifest, files));
    assert.equal(built.type, 'rejected');
    assert.match(built.error, expected);
    assert.deepEqual(registry.paths, []);
  });
}

test('refuses a folder behind a link, and reads no settings behind one', async () => {
  const outside = join(host.directory, 'elsewhere');
  mkdirSync(outside);
  writeFileSync(join(outside, 'package.json'), '{"name":"x","version":"1.0.0"}');
  const { built } = await host.build('index.js', upload({ dependencies: { x: 'file:./x' } }), (directory) =>
    symlinkSync(outside, join(directory, 'x')),
  );
  assert.match(built.error, /dependency x leads out of the archive, or through a link/);
});

test('refuses a name of a program that leads out, or keeps it inside', async () => {
  registry.add(
    'escaping',
    '1.0.0',
    { 'index.js': 'x' },
    { bin: { '../../../../escaped': './index.js', inner: '../../../../../etc/hostname' } },
  );
  const { directory, built } = await host.build('index.js', upload({ dependencies: { escaping: '1.0.0' } }));
  assert.equal(built.type, 'built', built.error);
  assert.ok(!existsSync(join(directory, '..', 'escaped')));
});

test('installs workspaces, without a store', async () => {
  registry.add('inner', '1.0.0', { 'index.js': 'inner' });
  const files = upload(
    { workspaces: ['packages/*'], dependencies: { lib: '*' } },
    {
      'packages/lib/package.json':
        '{"name":"lib","version":"1.0.0","main":"index.js","dependencies":{"inner":"1.0.0"}}',
      'packages/lib/index.js': 'lib',
    },
  );
  const build = await host.build('index.js', files);
  assert.equal(installed(build, 'lib'), 'lib');
  assert.equal(installed(build, 'inner'), 'inner');
});

test('ends an install and a load that take too long, or too much', async (context) => {
  registry.add('slow', '1.0.0', {});
  registry.add('large', '1.0.0', { 'index.js': 'x'.repeat(3 * 1024 * 1024) });
  const release = registry.hold('slow');
  const strict = new TestHost({ buildTimeoutMs: 4000, bundleLimitMiB: 2, buildConcurrency: 4 });
  context.after(() => {
    release();
    return strict.close();
  });
  /** @type {[Record<string, string>, RegExp][]} */
  const builds = [
    [upload({ dependencies: { slow: '1.0.0' } }), /^Installing the dependencies took longer than 4 s$/],
    [upload({ dependencies: { large: '1.0.0' } }), /^The bundle with its dependencies is larger than 2 MiB$/],
    [
      {
        'index.mjs': '',
        'index.js': 'await new Promise(() => setInterval(() => {}, 1000));',
        'package.json': '{"type":"module"}',
      },
      /^Loading the entry point took longer than 4 s$/,
    ],
  ];
  const ends = await Promise.all(builds.map(([files]) => strict.build('index.js', files)));
  ends.forEach(({ built }, i) => assert.match(built.error ?? '', builds[i][1]));
});

test("builds one upload of a tenant at a time, and others' beside it", async () => {
  registry.add('held', '1.0.0', { 'index.js': '' });
  const release = registry.hold('held');
  const first = host.startBuild('index.js', upload({ dependencies: { held: '1.0.0' } }), undefined, 'busy');
  const second = host.startBuild(
    'index.js',
    { 'index.js': WORKFLOW, 'package.json': '{"type":"module"}' },
    undefined,
    'busy',
  );
  const other = await host.build(
    'index.js',
    { 'index.js': WORKFLOW, 'package.json': '{"type":"module"}' },
    undefined,
    'other',
  );
  assert.equal(other.built.type, 'built', other.built.error);
  const ended = () => host.messages.filter((message) => message.type === 'built').map(({ build }) => build);
  assert.ok(!ended().includes(second.build), 'the second waits for the first of its tenant');
  release();
  assert.equal((await host.built(first.build)).type, 'built');
  await host.built(second.build);
  assert.ok(ended().indexOf(first.build) < ended().indexOf(second.build));
});

test('a package of a scope whose name ends like a stand-in is itself', async () => {
  registry.add('@scope/playwright', '1.0.0', { 'index.js': 'itself' });
  const built = await host.build('index.js', {
    ...upload({ dependencies: { '@scope/playwright': '1.0.0' } }),
    'index.js': WORKFLOW.replace("(await import('left')).default", '1'),
  });
  assert.equal(installed(built, '@scope/playwright'), 'itself');
});
