import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { onPath } from '../host/chromium.mjs';
import { openDisplay } from '../worker/display.mjs';
import { TestHost } from './support/host.mjs';

/** What people do with a page and a browser, tried in runs as they are. */

const PAGES = /** @type {Record<string, string>} */ ({
  '/': `<title>start</title><a href="/second" target="_blank">second</a>
    <button onclick="window.open('/second')">popup</button>
    <a id="file" href="/file.csv" download>file</a>
    <input type="file" onchange="document.title = this.files[0].name">
    <iframe src="/framed"></iframe>`,
  '/second': '<title>second</title><h1>second</h1>',
  '/framed': '<p>in a frame</p>',
});

const site = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://site');
  if (pathname === '/file.csv') {
    response.setHeader('content-disposition', 'attachment; filename="report.csv"');
    response.end('a,b\n1,2\n');
  } else {
    response.setHeader('content-type', 'text/html');
    response.end(PAGES[pathname] ?? `<p>${request.headers.cookie ?? 'no cookie'}</p>`);
  }
});
/** @type {TestHost} */
let host;
let url = '';

before(async () => {
  await new Promise((done) => site.listen(0, '127.0.0.1', () => done(null)));
  url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (site.address()).port}`;
  host = new TestHost();
});
after(async () => {
  await host.close();
  site.closeAllConnections();
  site.close();
});

/** @param {string} body @param {Parameters<TestHost['run']>[1]} [options] */
async function outcome(body, options) {
  const end = await host.run(body, { input: JSON.stringify({ url }), ...options });
  assert.equal(end.type, 'completed', end.error);
  return JSON.parse(end.json);
}

test('tabs, popups, contexts, files, dialogs, routes, traces, PDF and CDP work in a run', async () => {
  const found = await outcome(`
    const { readFileSync, statSync } = await import('node:fs');
    const context = page.context();
    const opened = [];
    context.on('page', (one) => opened.push(one));
    const seen = {};
    await context.tracing.start({ screenshots: true, snapshots: true });

    await page.goto(input.url);
    const tab = await context.newPage();
    await tab.goto(input.url + '/second');
    seen.tab = await tab.title();
    const [byLink] = await Promise.all([context.waitForEvent('page'), page.click('text=second')]);
    await byLink.waitForLoadState();
    seen.byLink = await byLink.title();
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('text=popup')]);
    await popup.waitForLoadState();
    seen.frame = await page.frameLocator('iframe').locator('p').textContent();
    page.once('dialog', (dialog) => dialog.accept('yes'));
    seen.dialog = await page.evaluate(() => prompt('Sure?'));
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#file')]);
    seen.download = [download.suggestedFilename(), readFileSync(await download.path(), 'utf8')];
    await page.setInputFiles('input', { name: 'up.txt', mimeType: 'text/plain', buffer: Buffer.from('up') });
    seen.upload = await page.title();
    seen.pdf = (await page.pdf()).subarray(0, 5).toString();
    await page.close();
    seen.outlivesItsOpener = await popup.textContent('h1');

    await context.addCookies([{ name: 'who', value: 'me', url: input.url }]);
    const other = await context.browser().newContext({ storageState: await context.storageState(), viewport: { width: 400, height: 300 } });
    const elsewhere = await other.newPage();
    await elsewhere.goto(input.url + '/cookies');
    seen.storageState = await elsewhere.textContent('p');
    await elsewhere.route('**/second', (route) => route.fulfill({ body: '<title>made up</title>', contentType: 'text/html' }));
    await elsewhere.goto(input.url + '/second');
    seen.routed = await elsewhere.title();
    const cdp = await other.newCDPSession(elsewhere);
    seen.cdp = (await cdp.send('Runtime.evaluate', { expression: 'innerWidth' })).result.value;
    await other.close();
    await context.tracing.stop({ path: '/tmp/trace.zip' });
    seen.trace = statSync('/tmp/trace.zip').size > 1000;
    seen.events = opened.length;
    return seen;`);
  assert.deepEqual(found, {
    tab: 'second',
    byLink: 'second',
    frame: 'in a frame',
    dialog: 'yes',
    download: ['report.csv', 'a,b\n1,2\n'],
    upload: 'up.txt',
    pdf: '%PDF-',
    outlivesItsOpener: 'second',
    storageState: 'who=me',
    routed: 'made up',
    cdp: 400,
    trace: true,
    events: 3,
  });
});

test(
  'browsers that a workflow starts itself are the one of the machine',
  { skip: process.platform !== 'linux' },
  async () => {
    const found = await outcome(
      `
    const { spawnSync } = await import('node:child_process');
    const { mkdtempSync, statSync } = await import('node:fs');
    const chromium = page.context().browser().browserType();
    const seen = {};
    const browser = await chromium.launch();
    const context = await browser.newContext(input.video ? { recordVideo: { dir: '/tmp/videos' } } : {});
    const one = await context.newPage();
    await one.goto(input.url);
    seen.launched = await one.title();
    await context.close();
    seen.video = !input.video || statSync(await one.video().path()).size > 0;
    await browser.close();
    const profile = await chromium.launchPersistentContext(mkdtempSync('/tmp/profile-'), {});
    await profile.pages()[0].goto(input.url);
    seen.persistent = await profile.pages()[0].title();
    await profile.close();
    for (const name of ['PUPPETEER_EXECUTABLE_PATH', 'PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH', 'CHROME_PATH', 'CHROME_BIN']) {
      seen[name] = spawnSync(process.env[name], ['--version'], { encoding: 'utf8' }).stdout.split(' ')[0];
    }
    seen.dom = spawnSync(process.env.PUPPETEER_EXECUTABLE_PATH, ['--headless', '--dump-dom', 'data:text/html,<h1>puppet</h1>'], { encoding: 'utf8' }).stdout.trim();
    return seen;`,
      { input: JSON.stringify({ url, video: onPath(['ffmpeg']) !== null }), timeoutMs: 180000 },
    );
    const [chromium] = [found.CHROME_BIN];
    assert.match(chromium, /^(Chromium|Google)$/);
    assert.deepEqual(found, {
      launched: 'start',
      video: true,
      persistent: 'start',
      PUPPETEER_EXECUTABLE_PATH: chromium,
      PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: chromium,
      CHROME_PATH: chromium,
      CHROME_BIN: chromium,
      dom: '<html><head></head><body><h1>puppet</h1></body></html>',
    });
  },
);

test('another browser is refused with a sentence that says what to use', async () => {
  const end = await host.run(
    "const { firefox } = globalThis[Symbol.for('impresario.playwright')]; await firefox.launch();",
  );
  assert.match(end.error, /Only Chromium is installed here: use "chromium" instead of "firefox"/);
});

test(
  'a browser with a window has a display of its own',
  { skip: process.platform !== 'linux' || !onPath(['Xvfb']) },
  async () => {
    const body = `
    const whole = await (await page.context().browser().newContext({ viewport: null })).newPage();
    return [process.env.DISPLAY, await whole.evaluate(() => [screen.width, screen.height, navigator.userAgent])];`;
    const both = await Promise.all([1, 2].map(() => outcome(body, { browser: { headless: false } })));
    for (const [display, [width, height, agent]] of both) {
      assert.match(display, /^:\d+$/);
      assert.deepEqual([width, height], [1920, 1080]);
      assert.doesNotMatch(agent, /Headless/);
    }
  },
);

test('without Xvfb there is no display', async () => {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  assert.equal(await openDisplay(), null);
  process.env.PATH = PATH;
});
