import { join } from 'node:path';
import { inFolder, scriptEnvironment, scriptsCommand } from './npm.mjs';
import { hasInstallScript, installedIn, listed, titleOf } from './package-notes.mjs';
import { giveTo } from './tree.mjs';

/**
 * @import {Configure} from '../protocol/types.mjs'
 * @import {Dependencies} from './dependencies.mjs'
 * @import {Surroundings} from './installs.mjs'
 * @import {Installed} from './package-notes.mjs'
 * @import {Sandbox} from './sandbox.mjs'
 * @import {Steps} from './steps.mjs'
 */

/** What packages would run on their installation: only that of packages that the operator names, without a network. */
export class InstallScripts {
  #settings;
  #sandbox;
  #steps;
  #surroundings;
  /** @type {Set<string>} */
  #unrun = new Set();

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
    /** Names of packages. */
    this.allowed = [...(settings.installScripts ?? [])].sort();
  }

  /**
   * Runs what is allowed, by the user of the build's load: who has no part in what npm downloads.
   *
   * @param {string} tree
   * @param {Dependencies} dependencies
   * @returns {Promise<boolean>} whether nothing went wrong
   */
  async run(tree, { place, members }) {
    const { notes, uid } = this.#surroundings;
    const names = [place, ...members]
      .flatMap((folder) => installedIn(join(tree, folder, 'node_modules')))
      .filter((installed) => hasInstallScript(installed) && this.allowed.includes(installed.manifest.name))
      .map(({ manifest }) => manifest.name);
    if (names.length === 0) {
      return true;
    }
    if (this.#sandbox.ownUser) {
      giveTo(tree, uid);
    }
    const { tmpLimitMiB: tmpMiB, maxProcesses } = this.#settings;
    const home = this.#surroundings.home();
    const cell = { uid, home, tree, tmpMiB, maxProcesses, writable: true, offline: true, env: scriptEnvironment() };
    const argv = inFolder(join(this.#sandbox.treePath(cell, tree), place), scriptsCommand([...new Set(names)]));
    notes.log(`Running the install scripts of ${listed(names)}`);
    const onLine = (/** @type {string} */ line) => notes.log(line);
    const step = await this.#steps.run({ cell, argv, directory: tree, what: 'Running install scripts', onLine });
    if (!step.ok) {
      notes.warn(
        `The install scripts of ${listed(names)} failed, without a network; what they wrote is in the build log. A version that brings its program with it needs none`,
      );
    }
    return step.ok;
  }

  /** Warns of what did not run. @param {Installed[]} packages */
  note(packages) {
    const unrun = packages
      .filter((installed) => hasInstallScript(installed) && !this.allowed.includes(installed.manifest.name))
      .map(({ manifest }) => manifest);
    unrun.forEach(({ name }) => this.#unrun.add(name));
    if (unrun.length > 0) {
      this.#surroundings.notes.warn(
        `Install scripts do not run here unless the operator allows a package's, and these have one: ${listed(unrun.map(titleOf))}. Packages that bring their programs with them work without it`,
      );
    }
  }

  /** What an error may come from that names a package whose install script did not run. @param {string} error */
  suspicion(error) {
    const named = [...this.#unrun].filter((name) => error.includes(name));
    return named.length === 0
      ? ''
      : `\nThe install scripts of ${named.join(', ')} did not run: an operator can allow them (impresario.executor.build.install-scripts)`;
  }
}
