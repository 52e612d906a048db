import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

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
  return onPath() ?? installedApp() ?? inPlaywrightCache();
}

/** @returns {string | null} */
function onPath() {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
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
  const mac = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
  return process.platform === 'darwin' ? (mac.find(executable) ?? null) : null;
}

/** @returns {string | null} */
function inPlaywrightCache() {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? (process.platform === 'darwin' ? join(homedir(), 'Library/Caches/ms-playwright') : join(homedir(), '.cache/ms-playwright'));
  const folders = existsSync(cache) ? readdirSync(cache) : [];
  const builds = folders.filter((name) => /^chromium-\d+$/.test(name)).sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)));
  const inside = ['chrome-linux64/chrome', 'chrome-linux/chrome', 'chrome-mac/Chromium.app/Contents/MacOS/Chromium', 'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'];
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
