import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { onPath } from './chromium.mjs';
import { makeReadable } from './tree.mjs';

/** @import {Sandbox} from './sandbox.mjs' */

/** Where a workflow finds the browsers inside a cell of bubblewrap. */
const INSIDE = '/browsers';

/** Where Playwright looks for its downloads, by the processor's architecture. */
const SUFFIX = /** @type {Record<string, string>} */ ({ x64: '64', arm64: '-arm64' })[process.arch];

/**
 * Lets a workflow that starts browsers of its own find the one of this machine, and ffmpeg for Playwright's videos: a
 * folder that is laid out as if Playwright had downloaded them, and the variables of other libraries.
 *
 * @param {string} dataDirectory
 * @param {{chromium: string | null, headlessShell: string | null}} browsers
 * @param {Sandbox} sandbox
 * @returns {{readOnly: [string, string][], env: Record<string, string>}} what a cell gets
 */
export function offerBrowsers(dataDirectory, { chromium, headlessShell }, sandbox) {
  if (process.platform !== 'linux' || !SUFFIX || !chromium) {
    return { readOnly: [], env: {} };
  }
  const folder = join(dataDirectory, 'browsers');
  const found = { ...playwrightsFiles(chromium, headlessShell ?? chromium), ...withFfmpeg() };
  Object.entries(found).forEach(([name, target]) => link(join(folder, name), target));
  const other = launcher(join(folder, 'chromium'), chromium, sandbox.facts.browserSandbox);
  makeReadable(folder); // runs have users of their own, whatever the service's umask is
  const inside = sandbox.kind === 'bubblewrap';
  const path = inside ? join(INSIDE, other) : join(folder, other);
  return {
    readOnly: inside ? [[folder, INSIDE]] : [],
    env: {
      PLAYWRIGHT_BROWSERS_PATH: inside ? INSIDE : folder,
      PLAYWRIGHT_SKIP_VALIDATE_HOST_REQUIREMENTS: '1',
      PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: path,
      PUPPETEER_EXECUTABLE_PATH: path,
      CHROME_PATH: path,
      CHROME_BIN: path,
    },
  };
}

/** @param {string} chromium @param {string} headlessShell @returns {Record<string, string>} */
function playwrightsFiles(chromium, headlessShell) {
  return {
    [`chromium-${revision('chromium')}/chrome-linux${SUFFIX}/chrome`]: chromium,
    [`chromium_headless_shell-${revision('chromium-headless-shell')}/chrome-headless-shell-linux${SUFFIX}/chrome-headless-shell`]:
      headlessShell,
  };
}

/** @returns {Record<string, string>} */
function withFfmpeg() {
  const ffmpeg = onPath(['ffmpeg']);
  return ffmpeg ? { [`ffmpeg-${revision('ffmpeg')}/ffmpeg-linux`]: ffmpeg } : {};
}

/** @param {string} name */
function revision(name) {
  const list = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'browsers.json');
  return JSON.parse(readFileSync(list, 'utf8')).browsers.find((/** @type {any} */ one) => one.name === name).revision;
}

/** Another host may do the same at this moment. @param {string} path @param {string} target */
function link(path, target) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const mine = `${path}.${process.pid}`;
  rmSync(mine, { force: true });
  symlinkSync(target, mine);
  renameSync(mine, path);
}

/**
 * A command that starts Chromium also where its own sandbox cannot be made, which Playwright never asks for and others do.
 *
 * @param {string} path
 * @param {string} chromium
 * @param {boolean} sandbox
 * @returns {string} its name
 */
function launcher(path, chromium, sandbox) {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, `#!/bin/sh\nexec '${chromium.replaceAll("'", "'\\''")}' ${sandbox ? '' : '--no-sandbox '}"$@"\n`);
  chmodSync(mine, 0o755);
  renameSync(mine, path);
  return 'chromium';
}
