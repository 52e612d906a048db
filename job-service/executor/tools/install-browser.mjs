import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium, findHeadlessShell } from '../host/chromium.mjs';

/**
 * Finds a Chromium or installs one, and prints its path on standard output; what it does meanwhile
 * goes to standard error. As root on Debian and its like it also installs bubblewrap and nftables,
 * which wall the runs off. An argument, or IMPRESARIO_EXECUTOR_CHROMIUM_PATH, names a browser of one's own.
 */

const configured = process.argv[2] ?? process.env.IMPRESARIO_EXECUTOR_CHROMIUM_PATH ?? null;
const debian = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** Whether the lists of packages are fresh. */
let updated = false;

try {
  await installWall('bwrap', 'bubblewrap', 'walls off the runs', 'runs will be separated less well');
  await installWall(
    'nft',
    'nftables',
    "keeps runs from the services' ports",
    "runs will reach the services' ports on this machine",
  );
  console.log(await chromium());
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exit(1);
}

async function chromium() {
  const found = findChromium(configured);
  if (found) {
    await headlessShell();
    return found;
  }
  if (configured) {
    throw new Error(
      `There is no browser to run at ${configured}: correct the path, or leave it out to have one found or installed.`,
    );
  }
  if (debian) {
    say('No Chromium found: installing the Debian package "chromium" (about 400 MB on disk) ...');
    if (!(await apt('chromium'))) {
      say("The package could not be installed; trying Playwright's own browser ...");
    }
  }
  if (!findChromium()) {
    await playwright();
  }
  await headlessShell();
  const installed = findChromium();
  if (!installed) {
    throw new Error(
      'Chromium could not be installed. Install Chromium or Google Chrome yourself and start again, or name one with IMPRESARIO_EXECUTOR_CHROMIUM_PATH.',
    );
  }
  return installed;
}

/** Runs without a display start sooner with it, and run without it too. */
async function headlessShell() {
  if (debian && !configured && findHeadlessShell() === null) {
    say('Installing the Debian package "chromium-headless-shell", in which runs without a display start sooner ...');
    if (!(await apt('chromium-headless-shell'))) {
      say('It could not be installed; such runs use the whole browser.');
    }
  }
}

/** @param {string} program @param {string} name of its package @param {string} does @param {string} without */
async function installWall(program, name, does, without) {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  if (process.platform !== 'linux' || spawnSync(program, ['--version'], { env }).status === 0) {
    return;
  }
  if (debian) {
    say(`Installing the Debian package "${name}", which ${does} ...`);
  }
  if (!debian || !(await apt(name))) {
    say(`${name} is not installed: ${without} (see job-service/executor/README.md).`);
  }
}

/** @param {string} name */
async function apt(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!updated) {
    updated = await run('apt-get', ['update', '-q'], env);
  }
  return run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], env);
}

async function playwright() {
  say("Downloading Chromium with Playwright's installer ...");
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  await run(process.execPath, [cli, 'install', 'chromium'], process.env);
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
