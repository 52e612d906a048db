import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EXECUTOR } from './sandbox.mjs';

/** What a bundle gets from the executor, not from the registry. */
const PROVIDED = ['playwright', 'playwright-core'];

/** Lines of a project's .npmrc that npm may see: where packages are, and how to be let in there. */
const NPMRC_ALLOWED = /^\s*((@[\w.-]+:)?registry|\/\/[^=]+:(_authToken|_auth|_password|username|email))\s*=/;

const DEPENDENCY_FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * What is wrong with an upload, in words for its author.
 */
export class BuildProblem extends Error {}

/**
 * The files of a project that npm must see otherwise than they were uploaded, and their return.
 */
export class Project {
  #directory;
  /** @type {Map<string, string | null>} what stood in the files before */
  #before = new Map();

  /** @param {string} directory */
  constructor(directory) {
    this.#directory = directory;
    this.manifest = this.#readManifest();
  }

  /** Whether there is anything to install. */
  get hasDependencies() {
    return ['dependencies', 'optionalDependencies'].some((field) => Object.keys(this.manifest[field] ?? {}).some((name) => !PROVIDED.includes(name)));
  }

  get hasLock() {
    return existsSync(join(this.#directory, 'package-lock.json'));
  }

  /** Makes stand-ins of what is provided, and leaves nothing in the configuration that runs programs. */
  prepare() {
    const manifest = structuredClone(this.manifest);
    const standIns = Object.fromEntries(PROVIDED.map((name) => [name, `file:${join(EXECUTOR, 'provided', name)}`]));
    for (const field of DEPENDENCY_FIELDS) {
      for (const name of PROVIDED.filter((provided) => manifest[field]?.[provided] !== undefined)) {
        manifest[field][name] = standIns[name];
      }
    }
    manifest.overrides = { ...manifest.overrides, ...standIns };
    this.#replace('package.json', JSON.stringify(manifest));
    const npmrc = this.#read('.npmrc');
    if (npmrc !== null) {
      this.#replace('.npmrc', npmrc.split('\n').filter((line) => NPMRC_ALLOWED.test(line)).join('\n'));
    }
    if (this.hasLock) {
      this.#before.set('package-lock.json', this.#read('package-lock.json'));
    }
  }

  /** Puts the uploaded files back, and the stand-ins where npm had no reason to. */
  restore() {
    for (const [name, text] of this.#before) {
      rmSync(join(this.#directory, name), { force: true });
      if (text !== null) {
        writeFileSync(join(this.#directory, name), text);
      }
    }
    for (const name of PROVIDED) {
      const place = join(this.#directory, 'node_modules', name);
      if (!existsSync(place)) {
        cpSync(join(EXECUTOR, 'provided', name), place, { recursive: true });
      }
    }
  }

  #readManifest() {
    const text = this.#read('package.json');
    if (text === null) {
      return {};
    }
    try {
      const manifest = JSON.parse(text);
      if (manifest === null || typeof manifest !== 'object' || Array.isArray(manifest)) {
        throw new Error('it is no object');
      }
      return manifest;
    } catch (error) {
      throw new BuildProblem(`package.json cannot be read: ${/** @type {Error} */ (error).message}`);
    }
  }

  /** @param {string} name */
  #read(name) {
    const path = join(this.#directory, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  }

  /** @param {string} name @param {string} text */
  #replace(name, text) {
    this.#before.set(name, this.#read(name));
    // A link would lead the writing elsewhere.
    rmSync(join(this.#directory, name), { force: true });
    writeFileSync(join(this.#directory, name), text);
  }
}

/** @param {boolean} hasLock @returns {string[]} */
export function npmCommand(hasLock) {
  return ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--omit=dev', '--install-links', '--prefer-offline',
    '--progress=false', '--loglevel=error', '--git=/bin/false', ...(hasLock ? [] : ['--no-package-lock'])];
}

/** The way to the registry that this machine's npm is set up with. @returns {Record<string, string>} */
export function npmEnvironment() {
  const names = Object.keys(process.env).filter((name) => name.startsWith('npm_config_') || ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'].includes(name));
  return Object.fromEntries(names.map((name) => [name, /** @type {string} */ (process.env[name])]));
}

/** The operator's own npm settings, tokens included: for the install step alone. @returns {string} */
export function operatorNpmrc() {
  const path = process.env.npm_config_userconfig ?? join(homedir(), '.npmrc');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
