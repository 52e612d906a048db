import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import npa from 'npm-package-arg';
import { ignoredFields, registrySettings } from './ignored.mjs';
import { readLock } from './lock-file.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import { EXECUTOR } from '../protocol/folder.mjs';
import { placeWithin, readWithin } from './tree.mjs';

/** What a bundle gets from the executor, not from the registry. */
export const PROVIDED = ['playwright', 'playwright-core'];

/** In bytes; what people write by hand has a hundredth of it. */
const MANIFEST_LIMIT = 1024 * 1024;
const NPMRC_LIMIT = 64 * 1024;

const LISTS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/** Raised when the same input makes another tree. */
const FORMAT = 1;

/**
 * What an upload depends on, and all that npm is shown of it: the lists of its package.json, its
 * lock file, its registries, the folders and archives of its own that it names. Nothing else in an
 * upload has a say in what is installed, so two uploads with one key have one tree.
 */
export class Dependencies {
  #root;
  /** @type {Set<string>} folders and archives of the upload, relative */
  #own = new Set();

  /**
   * Reads and checks; npm is not asked about anything that leads out of the upload.
   *
   * @param {string} root the upload
   */
  constructor(root) {
    this.#root = root;
    const uploaded = readManifest(root);
    /** For the author: what has no say in the installation. */
    this.warnings = ignoredFields(uploaded);
    this.manifest = this.#manifest(uploaded);
    /** Whether the tree is another with every folder that changes. */
    this.hasWorkspaces = this.manifest.workspaces !== undefined;
    this.lock = this.empty ? null : readLock(root, PROVIDED);
    const settings = registrySettings(readWithin(root, '.npmrc', NPMRC_LIMIT) ?? '');
    this.npmrc = settings.lines.join('\n');
    this.warnings.push(...settings.warnings);
    if (!this.empty && existsSync(join(root, 'node_modules'))) {
      this.warnings.push('The uploaded node_modules was replaced by what package.json lists');
    }
  }

  /** Whether there is nothing to install. */
  get empty() {
    return LISTS.every((list) => Object.keys(this.manifest[list] ?? {}).every((name) => PROVIDED.includes(name)));
  }

  /**
   * The name of the tree that npm makes of this.
   *
   * @param {string} machine what else npm goes by
   * @returns {Promise<string | null>} null when there is none
   */
  async key(machine) {
    if (this.hasWorkspaces) {
      return null;
    }
    const hash = createHash('sha256').update(JSON.stringify([FORMAT, machine, this.manifest, this.lock, this.npmrc]));
    for (const place of [...this.#own].sort()) {
      await hashTree(hash, this.#root, place);
    }
    return hash.digest('hex');
  }

  /** Lays out what npm may see. @param {string} folder empty */
  async layOut(folder) {
    await writeFile(join(folder, 'package.json'), JSON.stringify(this.manifest));
    if (this.npmrc !== '') {
      await writeFile(join(folder, '.npmrc'), this.npmrc, { mode: 0o600 });
    }
    if (this.lock !== null) {
      await writeFile(join(folder, 'package-lock.json'), this.lock);
    }
    for (const place of this.hasWorkspaces ? await foldersOf(this.#root) : this.#own) {
      await mkdir(dirname(join(folder, place)), { recursive: true });
      await cp(join(this.#root, place), join(folder, place), { recursive: true, verbatimSymlinks: true });
    }
  }

  /** @param {Record<string, any>} uploaded */
  #manifest(uploaded) {
    /** @type {Record<string, any>} */
    const manifest = { name: 'upload', version: '0.0.0', private: true };
    for (const list of LISTS.filter((name) => uploaded[name] !== undefined)) {
      manifest[list] = this.#list(list, uploaded[list]);
    }
    if (isObject(uploaded.peerDependenciesMeta)) {
      manifest.peerDependenciesMeta = uploaded.peerDependenciesMeta;
    }
    if (uploaded.workspaces !== undefined) {
      manifest.workspaces = workspaces(uploaded.workspaces);
    }
    const standIns = Object.fromEntries(PROVIDED.map((name) => [name, standIn(name)]));
    manifest.overrides = { ...this.#overrides(uploaded.overrides ?? {}), ...standIns };
    return manifest;
  }

  /** @param {string} list @param {unknown} entries */
  #list(list, entries) {
    if (!isObject(entries) || Object.values(entries).some((spec) => typeof spec !== 'string')) {
      throw new BuildProblem(`package.json: "${list}" is not an object of names and versions`);
    }
    return Object.fromEntries(
      Object.entries(entries).map(([name, spec]) => [name, this.#admitted(name, spec, this.#root)]),
    );
  }

  /**
   * @param {any} overrides
   * @param {string} [parent] whose they are
   * @returns {Record<string, any>}
   */
  #overrides(overrides, parent = '') {
    if (!isObject(overrides)) {
      throw new BuildProblem('package.json: "overrides" is not an object');
    }
    const entries = Object.entries(overrides).map(([key, value]) => ({
      key,
      value,
      name: key === '.' ? parent : key.replace(/(?<=.)@.*$/, ''),
    }));
    return Object.fromEntries(
      entries
        .filter(({ name }) => !PROVIDED.includes(name))
        .map(({ key, value, name }) => [
          key,
          typeof value !== 'string'
            ? this.#overrides(value, name)
            : value.startsWith('$')
              ? value
              : this.#admitted(name, value, this.#root),
        ]),
    );
  }

  /**
   * Checks where a dependency comes from.
   *
   * @param {string} name
   * @param {string} spec
   * @param {string} from the folder whose package.json says so
   * @returns {string} what npm is told instead
   */
  #admitted(name, spec, from) {
    const asked = parsed(name, spec, from);
    const wanted = asked.type === 'alias' ? asked.subSpec : asked;
    if (PROVIDED.includes(wanted.name ?? name)) {
      return standIn(wanted.name ?? name);
    }
    if (wanted.type === 'git') {
      throw new BuildProblem(
        `The dependency ${name} is a git repository (${spec}): packages come from a registry, from an archive at an https address, or from a folder of the upload`,
      );
    }
    if (wanted.type === 'directory' || wanted.type === 'file') {
      this.#addOwn(name, spec, String(wanted.fetchSpec));
    }
    return spec;
  }

  /** @param {string} name @param {string} spec @param {string} path absolute */
  #addOwn(name, spec, path) {
    const place = placeWithin(this.#root, path);
    if (place === null || place === '') {
      throw new BuildProblem(`The dependency ${name} leads out of the archive, or through a link: ${spec}`);
    }
    if (!existsSync(path)) {
      throw new BuildProblem(`The dependency ${name} is not in the archive: ${spec}`);
    }
    if (this.#own.has(place)) {
      return;
    }
    this.#own.add(place);
    const own = /** @type {Record<string, any>} */ (readManifest(this.#root, place));
    for (const list of LISTS) {
      Object.entries(isObject(own[list]) ? own[list] : {}).forEach(([inner, innerSpec]) =>
        this.#admitted(inner, String(innerSpec), path),
      );
    }
  }
}

/** @param {string} name */
function standIn(name) {
  return `file:${join(EXECUTOR, 'provided', name)}`;
}

/** @param {string} name @param {string} spec @param {string} from @returns {any} */
function parsed(name, spec, from) {
  try {
    return npa.resolve(name, spec, from);
  } catch (error) {
    throw new BuildProblem(`The dependency ${name} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {any} value @returns {string[]} */
function workspaces(value) {
  const patterns = Array.isArray(value) ? value : value?.packages;
  if (!Array.isArray(patterns) || patterns.some((pattern) => typeof pattern !== 'string')) {
    throw new BuildProblem('package.json: "workspaces" is not a list of folders');
  }
  const outside = patterns.find(
    (pattern) =>
      /^!*([/~\\]|[A-Za-z]:)/.test(pattern) || /[{},]/.test(pattern) || pattern.split(/[/\\]/).includes('..'),
  );
  if (outside !== undefined) {
    throw new BuildProblem(`package.json: the workspace ${outside} leads out of the archive`);
  }
  return patterns;
}

/** @param {string} root @param {string} [place] a folder in it, or an archive, which has none @returns {Record<string, any>} */
function readManifest(root, place = '') {
  const name = join(place, 'package.json');
  const text = readWithin(root, name, MANIFEST_LIMIT);
  if (text === null) {
    return {};
  }
  try {
    const manifest = JSON.parse(text);
    if (!isObject(manifest)) {
      throw new Error('it is not a JSON object');
    }
    return manifest;
  } catch (error) {
    throw new BuildProblem(`${name} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {string} root @returns {Promise<string[]>} */
async function foldersOf(root) {
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules').map((entry) => entry.name);
}

/** @param {import('node:crypto').Hash} hash @param {string} root @param {string} place */
async function hashTree(hash, root, place) {
  const path = join(root, place);
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) {
    hash.update(
      JSON.stringify([
        place,
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ]),
    );
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isSymbolicLink()) {
      hash.update(JSON.stringify([join(place, entry.name), 'link', await readlink(join(path, entry.name))]));
    } else {
      await hashTree(hash, root, join(place, entry.name));
    }
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
