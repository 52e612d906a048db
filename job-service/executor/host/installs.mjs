import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dependencies } from './dependencies.mjs';
import { InstallScripts } from './install-scripts.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import { inFolder, machine, npmCommand, npmEnvironment, operatorNpmrc, secretsTakenOut } from './npm.mjs';
import { installedIn, peerConflicts } from './package-notes.mjs';
import { PROVIDED, provide, provideLibretto, replaceProvided } from './stand-ins.mjs';
import { TreeStore } from './tree-store.mjs';
import { fileWithin, giveTo, linkOut, makeReadable, sizeOf } from './tree.mjs';
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
 * @property {number} uid of the user of the build's load
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
    this.scripts = new InstallScripts(settings, sandbox, steps, surroundings);
    this.#trees = new TreeStore(join(settings.dataDirectory, 'dependencies'), {
      limitMiB: settings.packageCacheMiB,
      maxAgeMs: settings.unlockedMaxAgeMs,
      copies: sandbox.kind === 'process',
    });
  }

  /**
   * Installs what the package.json of the upload lists, and those of the folders between it and the entry that are no
   * workspaces of one above.
   *
   * @param {string} root the upload
   * @param {string} entry relative to it
   * @param {string} tenant
   */
  async install(root, entry, tenant) {
    /** @type {string[]} */
    const members = [];
    for (const place of foldersDownTo(entry)) {
      if (place === '' || (!members.includes(place) && fileWithin(root, join(place, 'package.json')) !== null)) {
        const dependencies = new Dependencies(root, place);
        members.push(...dependencies.members);
        await this.#installOne(root, dependencies, tenant);
      }
    }
    provide(join(root, 'node_modules'));
  }

  /** @param {string} root @param {Dependencies} dependencies @param {string} tenant */
  async #installOne(root, dependencies, tenant) {
    const { notes } = this.#surroundings;
    const target = join(root, dependencies.place, 'node_modules');
    dependencies.warnings.forEach((warning) => notes.warn(warning));
    if (!dependencies.empty) {
      rmSync(target, { recursive: true, force: true });
      await this.#fill(root, dependencies, tenant);
      this.#note(root, target);
    }
    if (dependencies.wantsLibretto && provideLibretto(target) && !dependencies.carriesLibretto) {
      notes.warn(
        'The registry has no libretto that fits: a stand-in that has only workflow() and pause() was put in its place',
      );
    }
  }

  /** @param {string} root @param {string} modules */
  #note(root, modules) {
    const { notes } = this.#surroundings;
    const packages = installedIn(modules).filter(({ manifest }) => !PROVIDED.includes(manifest.name));
    notes.log(`Installed ${packages.length} packages`);
    this.scripts.note(packages);
    peerConflicts(packages, root).forEach((warning) => notes.warn(warning));
  }

  /** @param {string} root @param {Dependencies} dependencies @param {string} tenant */
  async #fill(root, dependencies, tenant) {
    const target = join(root, dependencies.place, 'node_modules');
    const key = await dependencies.key(machine() + this.scripts.allowed.join());
    const stored = key !== null && (await this.#trees.take(key, dependencies.lock !== null, target));
    this.#surroundings.onDependencies(stored);
    if (!stored) {
      const { bytes, whole } = await this.#byNpm(root, dependencies, tenant);
      if (key !== null && whole) {
        await this.#trees
          .keep(key, target, bytes)
          .catch((error) => console.error(`Installed packages are not kept: ${error.message}`));
        await this.#trees.trim();
      }
    }
  }

  /** @param {string} root @param {Dependencies} dependencies @param {string} tenant @returns {Promise<{bytes: number, whole: boolean}>} */
  async #byNpm(root, dependencies, tenant) {
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
      const argv = inFolder(
        join(this.#sandbox.treePath(cell, tree), dependencies.place),
        npmCommand(dependencies.lock !== null),
      );
      const redact = secretsTakenOut(dependencies.npmrc);
      const onLine = (/** @type {string} */ line) => this.#surroundings.notes.log(redact(line));
      const what = 'Installing the dependencies';
      const step = await this.#steps.run({ cell, argv, directory: tree, what, onLine });
      if (!step.ok) {
        throw new BuildProblem(`The dependencies could not be installed:\n${redact(step.output)}`);
      }
      const whole = await this.scripts.run(tree, dependencies);
      return { bytes: this.#takeOver(tree, root, dependencies), whole };
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** @param {string} tree @param {string} root @param {Dependencies} dependencies @returns {number} bytes */
  #takeOver(tree, root, { place, members }) {
    this.#give(tree, 0);
    mkdirSync(join(tree, place, 'node_modules'), { recursive: true });
    const out = linkOut(tree);
    if (out !== null) {
      throw new BuildProblem(`A dependency has a link that leads out of the archive: ${out}`);
    }
    let bytes = 0;
    // A workspace has packages of its own when it needs other versions than the others.
    for (const folder of [place, ...members]) {
      const [made, target] = [join(tree, folder, 'node_modules'), join(root, folder, 'node_modules')];
      if (existsSync(made)) {
        replaceProvided(made);
        makeReadable(made);
        rmSync(target, { recursive: true, force: true });
        renameSync(made, target);
        bytes += sizeOf(target);
      }
    }
    return bytes;
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

/** @param {string} file @returns {string[]} the folders that it lies in, from the root on */
function foldersDownTo(file) {
  const names = file.split('/').slice(0, -1);
  return ['', ...names.map((_, i) => names.slice(0, i + 1).join('/'))];
}
