import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Paths } from '../host/paths.mjs';
import { EXECUTOR } from '../protocol/folder.mjs';
import { TestHost } from './support/host.mjs';

test('paths of a bundle begin at the bundle, ours at a name, others stay', () => {
  const paths = new Paths('/data dir/bundles/7', '/data dir');
  const ours = EXECUTOR.replace(/\/$/, '');
  for (const [text, hidden] of [
    ['at run (/data dir/bundles/7/src/a.ts:1:2)', 'at run (src/a.ts:1:2)'],
    ['at file:///data%20dir/bundles/7/a.mjs:1', 'at a.mjs:1'],
    ["ENOENT, open '/bundle/x.csv'", "ENOENT, open 'x.csv'"],
    ['in /bundle', 'in .'],
    ['/data dir/bundles/77/a', '<impresario>/bundles/77/a'],
    [`${pathToFileURL(ours).href}/worker/main.mjs:3`, '<impresario>/worker/main.mjs:3'],
    [`- ${ours}/node_modules/x`, '- <impresario>/node_modules/x'],
    ['https://shop.test/bundle/app.js /bundles /tmp/bundle/', 'https://shop.test/bundle/app.js /bundles /tmp/bundle/'],
  ]) {
    assert.equal(paths.hide(text), hidden);
  }
});

/** What a workflow may do to learn where it runs. */
const TELLING = `
  const { createRequire } = await import('node:module');
  console.error(new Error('mine'));
  console.log(process.argv, import.meta.url, process.execArgv);
  process.emitWarning('careful', { type: 'DeprecationWarning', code: 'DEP9999' });
  process.stderr.write(new Error('raw').stack + '\\n');
  const tries = [() => import('./missing.mjs'), () => import('missing'), () => createRequire(import.meta.url)('./gone'),
    () => page.goto('not a url'), () => page.click('nothing', { timeout: 10 }), () => page.evaluate(() => { throw new Error('there'); })];
  for (const attempt of tries) {
    try { await attempt(); } catch (error) { console.log(error, error.requireStack); }
  }
  throw new Error('at the end ' + process.argv.join(), { cause: new Error('below ' + import.meta.url) });
`;

/** @type {[string, Record<string, string>][]} */
const UPLOADS = [
  ['index.mjs', { 'index.mjs': "import './missing.mjs';" }],
  ['index.ts', { 'index.ts': "import { x } from './missing';\nexport const a: = x;" }],
  ['index.mjs', { 'index.mjs': 'console.log(import.meta.url); throw new Error(process.argv.join());' }],
  [
    'index.mjs',
    { 'index.mjs': "process.stderr.write(new Error(process.argv.join()).stack + '\\n'); process.exit(3);" },
  ],
  ['index.mjs', { 'index.mjs': 'export const none = 1;' }],
];

for (const sandbox of /** @type {const} */ (['auto', 'off'])) {
  describe(`a tenant sees no path of this machine (sandbox ${sandbox})`, { concurrency: 2 }, () => {
    /** @param {TestHost} host @param {unknown} said */
    function showsNothing(host, said) {
      const text = JSON.stringify(said);
      for (const path of [EXECUTOR, host.directory].flatMap((one) => [one, encodeURI(one)])) {
        const at = text.indexOf(path);
        assert.equal(at, -1, text.slice(Math.max(0, at - 200), at + 200));
      }
    }

    test('in lines, errors and stacks of a run', async (context) => {
      const host = new TestHost({ sandbox });
      context.after(() => host.close());
      const end = await host.run(TELLING);
      assert.match(end.error, /^at the end .*<impresario>\/worker\/main\.mjs/);
      assert.match(end.stack, /index\.mjs:\d+/);
      assert.ok(end.lines.length > 8);
      showsNothing(
        host,
        host.messages.filter(({ type }) => ['log', 'failed'].includes(type)),
      );
    });

    test('in what is wrong with an upload', async (context) => {
      const host = new TestHost({ sandbox });
      context.after(() => host.close());
      for (const [entry, files] of UPLOADS) {
        const { built } = await host.build(entry, files);
        assert.equal(built.type, 'rejected');
        showsNothing(host, built.error);
      }
    });
  });
}
