import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Dependencies, PROVIDED } from './dependencies.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import { EXECUTOR } from '../protocol/folder.mjs';
import { machine, npmCommand, npmEnvironment, operatorNpmrc, secretsTakenOut } from './npm.mjs';
import { hasInstallScript, installedIn, listed, peerConflicts, titleOf } from './package-notes.mjs';
import { TreeStore } from './tree-store.mjs';
import { giveTo, linkOut, makeReadable, sizeOf } from './tree.mjs';
import { userIds } from './user-ids.mjs';

/**
 * @import {BuildNotes} from './build-notes.mjs'
 * @import {Configure} from '../protocol/types.mjs'
 * @import {Cell, Sandbox} from './sandbox.mjs'
 * @import {Steps} from './steps.mjs'
 */

/**
 * Gives an upload its packages: from the store of earlier installs, else by npm.
 *
 * @typedef {object} Surroundings
 * @property {() => string} home of a new cell
 * @property {number} place a number that no other install under way has
 * @property {BuildNotes} notes for the author of the upload
 * @property {(stored: boolean) => void} onDependencies told whether npm is needed
 */
export class Installs {
  #settings;
  #sandbox;
  #steps;
  #surroundings;
  #trees;

  /**
   * @param {Configure} settings
   * @param {Sandbox} sandbox
   * @param {Steps} steps
   * @param {Surroundings} surroundings
   */
  constructor(settings, sandbox, steps, surroundings) {
    this.#settings = settings;
    this.#sandbox = sandbox;
    this.#steps = steps;
    this.#surroundings = surroundings;
    this.#trees = new TreeStore(join(settings.dataDirectory, 'dependencies'), {
      limitMiB: settings.packageCacheMiB,
      maxAgeMs: settings.unlockedMaxAgeMs,
      copies: sandbox.kind === 'process',
    });
  }

  /** @param {string} root the upload @param {string} tenant */
  async install(root, tenant) {
    const dependencies = new Dependencies(root);
    const target = join(root, 'node_modules');
    dependencies.warnings.forEach((warning) => this.#surroundings.notes.warn(warning));
    if (!dependencies.empty) {
      rmSync(target, { recursive: true, force: true });
      await this.#fill(target, dependencies, tenant);
    }
    provide(target);
    if (!dependencies.empty) {
      this.#note(root);
    }
  }

  /** @param {string} root */
  #note(root) {
    const { notes } = this.#surroundings;
    const packages = installedIn(join(root, 'node_modules')).filter(
      ({ manifest }) => !PROVIDED.includes(manifest.name),
    );
    notes.log(`Installed ${packages.length} packages`);
    const unrun = packages.filter(hasInstallScript).map(({ manifest }) => titleOf(manifest));
    if (unrun.length > 0) {
      notes.warn(
        `Install scripts do not run here, and these packages have one: ${listed(unrun)}. Packages that bring their programs with them work without it`,
      );
    }
    peerConflicts(packages, root).forEach((warning) => notes.warn(warning));
  }

  /** @param {string} target @param {Dependencies} dependencies @param {string} tenant */
  async #fill(target, dependencies, tenant) {
    const key = await dependencies.key(machine());
    const stored = key !== null && (await this.#trees.take(key, dependencies.lock !== null, target));
    this.#surroundings.onDependencies(stored);
    if (!stored) {
      const bytes = await this.#byNpm(target, dependencies, tenant);
      if (key !== null) {
        await this.#trees
          .keep(key, target, bytes)
          .catch((error) => console.error(`Installed packages are not kept: ${error.message}`));
        await this.#trees.trim();
      }
    }
  }

  /** @param {string} target @param {Dependencies} dependencies @param {string} tenant @returns {Promise<number>} bytes */
  async #byNpm(target, dependencies, tenant) {
    // A user that no workflow has, one for each place, so that two installs can be told apart.
    const uid = (userIds()?.installs.first ?? 0) + this.#surroundings.place;
    const folder = this.#surroundings.home();
    const [tree, userconfig] = [join(folder, 'tree'), join(folder, 'npmrc')];
    try {
      mkdirSync(tree, { recursive: true, mode: 0o700 });
      writeFileSync(userconfig, operatorNpmrc(), { mode: 0o600 });
      await dependencies.layOut(tree);
      this.#give(folder, uid);
      const cell = this.#cell(tree, userconfig, this.#cache(dependencies, tenant, uid), uid);
      const argv = [
        '/bin/sh',
        '-c',
        'cd "$1" && shift && exec "$@"',
        'sh',
        this.#sandbox.treePath(cell, tree),
        ...npmCommand(dependencies.lock !== null),
      ];
      const redact = secretsTakenOut(dependencies.npmrc);
      const onLine = (/** @type {string} */ line) => this.#surroundings.notes.log(redact(line));
      const what = 'Installing the dependencies';
      const step = await this.#steps.run({ cell, argv, directory: tree, what, onLine });
      if (!step.ok) {
        throw new BuildProblem(`The dependencies could not be installed:\n${redact(step.output)}`);
      }
      return this.#takeOver(tree, target);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** @param {string} tree @param {string} target @returns {number} bytes */
  #takeOver(tree, target) {
    this.#give(tree, 0);
    const made = join(tree, 'node_modules');
    mkdirSync(made, { recursive: true });
    const out = linkOut(tree);
    if (out !== null) {
      throw new BuildProblem(`A dependency has a link that leads out of the archive: ${out}`);
    }
    replaceProvided(made);
    makeReadable(made);
    renameSync(made, target);
    return sizeOf(target);
  }

  /**
   * What npm has downloaded. An upload with registries or tokens of its own has a cache of its
   * tenant's: npm gives out what it has without asking who may have it.
   *
   * @param {Dependencies} dependencies
   * @param {string} tenant
   * @param {number} uid
   */
  #cache(dependencies, tenant, uid) {
    const owner =
      dependencies.npmrc === '' ? 'shared' : `tenant-${createHash('sha256').update(tenant).digest('hex').slice(0, 16)}`;
    // Two builds at once have one each: they may be two users, and either may clear its own.
    const cache = join(this.#settings.dataDirectory, 'package-cache', `${owner}-${this.#surroundings.place}`);
    if (this.#isFull(cache)) {
      rmSync(cache, { recursive: true, force: true, maxRetries: 3 });
    }
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    chmodSync(cache, 0o700);
    if (this.#sandbox.ownUser && statSync(cache).uid !== uid) {
      giveTo(cache, uid);
    }
    return cache;
  }

  /** @param {string} cache */
  #isFull(cache) {
    try {
      return existsSync(cache) && sizeOf(cache) > this.#settings.packageCacheMiB * 1024 * 1024;
    } catch {
      return true; // too many files to count
    }
  }

  /** @param {string} path @param {number} uid */
  #give(path, uid) {
    if (this.#sandbox.ownUser) {
      giveTo(path, uid);
    }
  }

  /**
   * @param {string} tree
   * @param {string} userconfig
   * @param {string} cache
   * @param {number} uid
   * @returns {Cell}
   */
  #cell(tree, userconfig, cache, uid) {
    const inside = this.#sandbox.kind === 'bubblewrap';
    const certificates = process.env.NODE_EXTRA_CA_CERTS;
    return {
      uid,
      home: this.#surroundings.home(),
      tree,
      tmpMiB: this.#settings.tmpLimitMiB,
      maxProcesses: this.#settings.maxProcesses,
      writable: true,
      readOnly: [
        [userconfig, '/run/npm/npmrc'],
        ...(certificates && existsSync(certificates) && !certificates.startsWith('/etc/ssl/certs/')
          ? [/** @type {[string, string]} */ ([certificates, certificates])]
          : []),
      ],
      readWrite: [[cache, '/cache']],
      env: {
        ...npmEnvironment(),
        npm_config_cache: inside ? '/cache' : cache,
        npm_config_userconfig: inside ? '/run/npm/npmrc' : userconfig,
      },
    };
  }
}

/** Puts the stand-ins among the packages of an upload, whatever is there of their names. @param {string} modules */
function provide(modules) {
  for (const name of PROVIDED) {
    const place = join(modules, name);
    rmSync(place, { recursive: true, force: true });
    cpSync(join(EXECUTOR, 'provided', name), place, { recursive: true });
  }
}

/** Some packages bring a Playwright of their own below themselves. @param {string} modules @param {string} [scope] of the names in it */
function replaceProvided(modules, scope = '') {
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    const place = join(modules, entry.name);
    if (!entry.isDirectory()) {
      continue;
    }
    if (PROVIDED.includes(scope + entry.name)) {
      rmSync(place, { recursive: true });
      cpSync(join(EXECUTOR, 'provided', entry.name), place, { recursive: true });
    } else if (entry.name.startsWith('@')) {
      replaceProvided(place, `${entry.name}/`);
    } else if (existsSync(join(place, 'node_modules'))) {
      replaceProvided(join(place, 'node_modules'));
    }
  }
}
