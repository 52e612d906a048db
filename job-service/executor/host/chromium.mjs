import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const IN_CACHE = [
  'chrome-linux64/chrome',
  'chrome-linux/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
];
const SHELLS_IN_CACHE = [
  'chrome-headless-shell-linux64/chrome-headless-shell',
  'chrome-linux/headless_shell',
  'chrome-mac/headless_shell',
  'chrome-headless-shell-mac-arm64/chrome-headless-shell',
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/**
 * Finds a Chromium: the configured one, else one on the path, else one that Playwright installed.
 *
 * @param {string | null} [configured]
 * @returns {string | null} its absolute path
 */
export function findChromium(configured) {
  if (configured) {
    return executable(configured) ? configured : null;
  }
  return onPath(NAMES) ?? installedApp() ?? inPlaywrightCache('chromium', IN_CACHE);
}

/**
 * Finds Chromium's headless shell, which Playwright too prefers where nothing is to be seen: it starts
 * in a third of the processor time. Whoever configures a browser gets that one.
 *
 * @param {string | null} [configured]
 * @returns {string | null} its absolute path
 */
export function findHeadlessShell(configured) {
  // Debian's command is a script that stays beside the browser.
  const debian = '/usr/lib/chromium/chromium-headless-shell';
  return configured
    ? null
    : executable(debian)
      ? debian
      : (onPath(['chrome-headless-shell']) ?? inPlaywrightCache('chromium_headless_shell', SHELLS_IN_CACHE));
}

/** @param {string[]} names @param {string[]} [more] folders @returns {string | null} */
export function onPath(names, more = []) {
  for (const directory of [...(process.env.PATH ?? '').split(delimiter), ...more]) {
    for (const name of names) {
      const path = join(directory, name);
      if (directory && executable(path)) {
        return path;
      }
    }
  }
  return null;
}

/** @returns {string | null} */
function installedApp() {
  const mac = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  return process.platform === 'darwin' ? (mac.find(executable) ?? null) : null;
}

/** @param {string} kind @param {string[]} inside @returns {string | null} */
function inPlaywrightCache(kind, inside) {
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    (process.platform === 'darwin'
      ? join(homedir(), 'Library/Caches/ms-playwright')
      : join(homedir(), '.cache/ms-playwright'));
  const folders = existsSync(cache) ? readdirSync(cache) : [];
  const revision = (/** @type {string} */ name) => Number(name.slice(kind.length + 1));
  const builds = folders
    .filter((name) => name.startsWith(`${kind}-`) && revision(name) > 0)
    .sort((a, b) => revision(b) - revision(a));
  for (const build of builds) {
    const found = inside.map((path) => join(cache, build, path)).find(executable);
    if (found) {
      return found;
    }
  }
  return null;
}

/** @param {string} path */
function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
