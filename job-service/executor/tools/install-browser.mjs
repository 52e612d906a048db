import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium, findHeadlessShell, onPath } from '../host/chromium.mjs';

/**
 * Finds a Chromium or installs one, and prints its path on standard output; what it does meanwhile
 * goes to standard error. As root on Debian and its like it also installs what makes runs better. An argument, or
 * IMPRESARIO_EXECUTOR_CHROMIUM_PATH, names a browser of one's own.
 */

const configured = process.argv[2] ?? process.env.IMPRESARIO_EXECUTOR_CHROMIUM_PATH ?? null;
const debian = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** Programs without which runs work too, only less well. */
const MORE = [
  { program: 'bwrap', name: 'bubblewrap', without: 'runs are separated less well' },
  { program: 'nft', name: 'nftables', without: "runs reach the services' ports on this machine" },
  { program: 'Xvfb', name: 'xvfb', without: 'browsers run headless where there is no display' },
  { program: 'ffmpeg', name: 'ffmpeg', without: 'workflows cannot record videos' },
];

/** Where some of them are, and an ordinary path is not. */
const SBIN = ['/usr/sbin', '/sbin'];

/** Whether the lists of packages are fresh. */
let updated = false;

try {
  checkConfigured();
  if (debian) {
    await installPackages();
  }
  const path = findChromium(configured) ?? (await playwright());
  if (process.platform === 'linux') {
    missing().forEach(({ name, without }) =>
      say(`${name} is not installed: ${without} (see job-service/executor/README.md).`),
    );
  }
  console.log(path);
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exit(1);
}

function checkConfigured() {
  if (configured && !findChromium(configured)) {
    throw new Error(
      `There is no browser to run at ${configured}: correct the path, or leave it out to have one found or installed.`,
    );
  }
}

function missing() {
  return process.platform === 'linux' ? MORE.filter(({ program }) => !onPath([program], SBIN)) : [];
}

/** All at once is faster; one by one when that fails, so that one bad package does not stop the others. */
async function installPackages() {
  const wanted = missing().map(({ name }) => name);
  if (!findChromium(configured)) {
    wanted.unshift('chromium');
  }
  if (!configured && findHeadlessShell() === null) {
    wanted.push('chromium-headless-shell');
  }
  if (wanted.length === 0) {
    return;
  }
  const size = wanted.includes('chromium') ? ' (Chromium takes about 400 MB on disk)' : '';
  say(`Installing Debian packages: ${wanted.join(', ')}${size} ...`);
  if (!(await apt(wanted)) && wanted.length > 1) {
    for (const name of wanted) {
      await apt([name]);
    }
  }
}

/** @returns {Promise<string>} */
async function playwright() {
  say("No Chromium found: downloading it with Playwright's installer ...");
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  await run(process.execPath, [cli, 'install', 'chromium'], process.env);
  const installed = findChromium();
  if (!installed) {
    throw new Error(
      'Chromium could not be installed. Install Chromium or Google Chrome yourself and start again, or name one with IMPRESARIO_EXECUTOR_CHROMIUM_PATH.',
    );
  }
  return installed;
}

/** @param {string[]} names */
async function apt(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!updated) {
    updated = await run('apt-get', ['update', '-q'], env);
  }
  return run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], env);
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<boolean>}
 */
function run(file, args, env) {
  return new Promise((done) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 2, 2] });
    child.on('error', (error) => {
      say(`${file}: ${error.message}`);
      done(false);
    });
    child.on('exit', (code) => done(code === 0));
  });
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}
