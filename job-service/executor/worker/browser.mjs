import { existsSync } from 'node:fs';
import { openDisplay } from './display.mjs';
import { playwright } from './playwright.mjs';

/** @import {BrowserOptions, LaunchOptions, Proxy, WorkerPageHtml, WorkerScreenshot} from '../protocol/types.mjs' */
/** @import {Browser, Page} from 'playwright-core' */

const { chromium } = playwright;

// Playwright would advise to install them, which nobody can do in a cell.
for (const other of [playwright.firefox, playwright.webkit]) {
  const refuse = async () => {
    throw new Error(`Only Chromium is installed here: use "chromium" instead of "${other.name()}"`);
  };
  Object.assign(other, { launch: refuse, launchPersistentContext: refuse, launchServer: refuse });
}

/** What Playwright switches off: Chromium heeds one list only, and ours takes its place. A test holds the two together. */
const PLAYWRIGHTS_DISABLED_FEATURES = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
];

/** The popups below the address bar, which nobody sees: pages of their own that cost a browser more than half of its start. */
const UNSEEN_FEATURES = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** Nothing of the browser's own goes over the wire; Playwright adds the rest of that list. */
const ARGUMENTS = [
  '--disable-sync',
  '--no-pings',
  '--disable-domain-reliability',
  '--no-first-run',
  '--disable-component-update',
  '--disable-background-networking',
  '--disable-default-apps',
  '--mute-audio',
  '--disable-extensions',
];

/** Less than the host waits for it (EXPIRY_GRACE_MS in host/run.mjs). */
const SNAPSHOT_MS = 2000;

/**
 * A fresh browser with one page. Chromium's own sandbox keeps a page from the rest of the cell; where the machine does
 * not let it be made, Chromium would refuse to start with it.
 *
 * @param {string} executablePath
 * @param {LaunchOptions} options
 * @param {boolean} [sandbox] Chromium's own
 * @param {string[]} [more] arguments
 * @returns {Promise<{browser: Browser, page: Page, headless: boolean}>}
 */
export async function openBrowser(executablePath, options, sandbox = false, more = []) {
  const headless = options.headless || !(process.env.DISPLAY ?? (await openDisplay()));
  const browser = await chromium.launch({
    executablePath,
    headless,
    chromiumSandbox: sandbox,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: 0,
    args: [
      ...ARGUMENTS,
      `--disable-features=${[...PLAYWRIGHTS_DISABLED_FEATURES, ...UNSEEN_FEATURES].join(',')}`,
      ...(options.gpu ? ['--ignore-gpu-blocklist'] : ['--disable-gpu']),
      ...(existsSync('/dev/shm') ? [] : ['--disable-dev-shm-usage']),
      ...(options.proxy ? [] : ['--no-proxy-server']),
      ...more,
    ],
    ...(options.proxy ? { proxy: proxySettings(options.proxy) } : {}),
  });
  // As the client's library opens it: a context of its own may open more pages.
  const context = await browser.newContext();
  const page = await context.newPage();
  return { browser, page, headless };
}

/** @param {Proxy} proxy */
function proxySettings({ server, username, password }) {
  return { server, ...(username ? { username } : {}), ...(password ? { password } : {}) };
}

/**
 * @param {Page} page
 * @param {BrowserOptions} options
 */
export async function preparePage(page, { viewport, startUrl }) {
  if (viewport) {
    await page.setViewportSize(viewport);
  }
  if (startUrl) {
    await page.goto(startUrl, { waitUntil: 'domcontentloaded' });
  }
}

/**
 * What the page shows, for the report of a failed run. Each part is tried for a bounded time.
 *
 * @param {Browser} browser
 * @returns {Promise<(WorkerScreenshot | WorkerPageHtml)[]>}
 */
export async function snapshot(browser) {
  const page = browser
    .contexts()
    .flatMap((context) => context.pages())
    .findLast((candidate) => !candidate.isClosed());
  if (!browser.isConnected() || !page) {
    return [];
  }
  const [image, html] = await Promise.allSettled([
    page.screenshot({ timeout: SNAPSHOT_MS, animations: 'disabled' }),
    Promise.race([
      page.content(),
      new Promise((_, reject) => setTimeout(() => reject(new Error('slow')), SNAPSHOT_MS)),
    ]),
  ]);
  /** @type {(WorkerScreenshot | WorkerPageHtml)[]} */
  const parts = [];
  if (image.status === 'fulfilled') {
    parts.push({ type: 'screenshot', data: image.value.toString('base64') });
  }
  if (html.status === 'fulfilled') {
    parts.push({ type: 'page_html', data: Buffer.from(String(html.value)).toString('base64') });
  }
  return parts;
}
