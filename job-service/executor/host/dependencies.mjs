import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import npa from 'npm-package-arg';
import { ignoredFields, ignoredFiles, registrySettings } from './ignored.mjs';
import { readLock } from './lock-file.mjs';
import { isObject, readManifest } from './manifest-file.mjs';
import { Specifiers } from './specifiers.mjs';
import { LIBRETTO, PROVIDED, standIn } from './stand-ins.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import { fileWithin, hashTree, placeWithin, readWithin } from './tree.mjs';
import { isMember, workspacePatterns } from './workspaces.mjs';

const NPMRC_LIMIT = 64 * 1024; // bytes

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
  #folder;
  #specifiers;
  /** @type {Record<string, any>} */
  #uploaded;
  /** @type {Set<string>} folders and archives of the upload, relative */
  #own = new Set();
  /** @type {Map<string, string>} the package.json of folders of the upload, in npm's words */
  #rewritten = new Map();

  /**
   * Reads and checks; npm is not asked about anything that leads out of the upload.
   *
   * @param {string} root the upload
   * @param {string} [place] the folder in it whose package.json counts
   */
  constructor(root, place = '') {
    this.#root = root;
    this.place = place;
    this.#folder = join(root, place);
    this.#specifiers = new Specifiers(root);
    /** Whether the bundle contains the client's library: so is it with all that the client makes. */
    this.carriesLibretto = fileWithin(root, '.libretto-workflows.json') !== null;
    const uploaded = readManifest(root, place);
    this.wantsLibretto = LISTS.some((list) => isObject(uploaded[list]) && uploaded[list][LIBRETTO] !== undefined);
    this.#uploaded = this.#leniently(uploaded);
    /** For the author: what has no say in the installation. */
    this.warnings = ignoredFields(this.#uploaded);
    this.manifest = this.#manifest(this.#uploaded);
    /** The folders of workspaces. */
    this.members = this.#members();
    this.lock = this.empty ? null : readLock(root, this.carriesLibretto ? [...PROVIDED, LIBRETTO] : PROVIDED, place);
    const settings = [...new Set(['', place])].map((folder) =>
      registrySettings(readWithin(root, join(folder, '.npmrc'), NPMRC_LIMIT) ?? ''),
    );
    this.npmrc = settings.flatMap(({ lines }) => lines).join('\n');
    this.warnings.push(...settings.flatMap(({ warnings }) => warnings));
    if (!this.empty) {
      this.warnings.push(...ignoredFiles(this.#folder, this.lock !== null));
    }
  }

  /** Whether the tree is another with every folder that changes. */
  get hasWorkspaces() {
    return this.manifest.workspaces !== undefined;
  }

  /** Whether there is nothing to install. */
  get empty() {
    return (
      this.members.length === 0 &&
      LISTS.every((list) => Object.keys(this.manifest[list] ?? {}).every((name) => PROVIDED.includes(name)))
    );
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
    if (this.place !== '' || this.#rewritten.size > 0) {
      hash.update(JSON.stringify([this.place, ...this.#rewritten]));
    }
    for (const place of [...this.#own].sort()) {
      await hashTree(hash, this.#root, place);
    }
    return hash.digest('hex');
  }

  /** Lays out what npm may see, at the places that it has in the upload. @param {string} root empty */
  async layOut(root) {
    const folder = join(root, this.place);
    await mkdir(folder, { recursive: true });
    const below = this.hasWorkspaces ? await foldersOf(this.#root, this.place) : [];
    for (const place of new Set([...below, ...this.#own])) {
      await mkdir(dirname(join(root, place)), { recursive: true });
      await cp(join(this.#root, place), join(root, place), { recursive: true, verbatimSymlinks: true });
    }
    for (const [place, text] of this.#rewritten) {
      await writeFile(join(root, place, 'package.json'), text);
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify(this.manifest));
    if (this.npmrc !== '') {
      await writeFile(join(folder, '.npmrc'), this.npmrc, { mode: 0o600 });
    }
    if (this.lock !== null) {
      await writeFile(join(folder, 'package-lock.json'), this.lock);
    }
  }

  /** @returns {string[]} relative to the upload */
  #members() {
    const { workspaces } = this.manifest;
    if (workspaces === undefined) {
      return [];
    }
    const within = (/** @type {string} */ folder) => (this.place === '' ? folder : folder.slice(this.place.length + 1));
    const members = this.#specifiers.folders(this.place).filter((folder) => isMember(workspaces, within(folder)));
    members.forEach((member) => this.#rewrite(member));
    return members;
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
    const patterns = uploaded.workspaces ?? (this.place === '' ? this.#specifiers.workspaces : undefined);
    if (patterns !== undefined && !(isObject(patterns) && patterns.packages === undefined)) {
      manifest.workspaces = workspacePatterns(patterns);
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
      Object.entries(entries).map(([name, spec]) => [name, this.#admitted(name, spec, this.#folder)]),
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
              : this.#admitted(name, value, this.#folder),
        ]),
    );
  }

  /**
   * Checks where a dependency comes from.
   *
   * @param {string} name
   * @param {string} written
   * @param {string} from the folder whose package.json says so
   * @returns {string} what npm is told instead
   */
  #admitted(name, written, from) {
    const spec = this.#specifiers.translated(name, written, from, this.#uploaded);
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
    const lists = this.#rewrite(place);
    lists.forEach((list) =>
      Object.entries(list).forEach(([inner, innerSpec]) => this.#admitted(inner, innerSpec, path)),
    );
  }

  /**
   * An installation does not fail for the client's library: it is left out where the bundle contains it, and else
   * may be missing.
   *
   * @param {Record<string, any>} manifest
   * @returns {Record<string, any>}
   */
  #leniently(manifest) {
    const listing = LISTS.filter((list) => isObject(manifest[list]) && manifest[list][LIBRETTO] !== undefined);
    if (listing.length === 0) {
      return manifest;
    }
    const lists = listing.map((list) => [list, { ...manifest[list], [LIBRETTO]: undefined }]);
    const without = JSON.parse(JSON.stringify({ ...manifest, ...Object.fromEntries(lists) }));
    return this.carriesLibretto
      ? without
      : {
          ...without,
          optionalDependencies: { ...without.optionalDependencies, [LIBRETTO]: manifest[listing[0]][LIBRETTO] },
        };
  }

  /**
   * Puts the package.json of a folder into npm's words.
   *
   * @param {string} place
   * @returns {Record<string, string>[]} its lists as they are then
   */
  #rewrite(place) {
    const manifest = this.#leniently(readManifest(this.#root, place));
    const from = join(this.#root, place);
    const lists = LISTS.filter((list) => isObject(manifest[list])).map((list) => {
      const entries = Object.entries(manifest[list]).map(([name, spec]) => [
        name,
        this.#specifiers.translated(name, String(spec), from, this.#uploaded),
      ]);
      return /** @type {[string, Record<string, string>]} */ ([list, Object.fromEntries(entries)]);
    });
    // What is for development is not installed, but npm would look at where it comes from.
    const told = { ...manifest, ...Object.fromEntries(lists), devDependencies: undefined };
    if (JSON.stringify(told) !== JSON.stringify(manifest)) {
      this.#rewritten.set(place, JSON.stringify(told));
    }
    return lists.map(([, list]) => list);
  }
}

/** @param {string} name @param {string} spec @param {string} from @returns {any} */
function parsed(name, spec, from) {
  try {
    return npa.resolve(name, spec, from);
  } catch (error) {
    throw new BuildProblem(`The dependency ${name} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {string} root @param {string} place @returns {Promise<string[]>} relative to the root */
async function foldersOf(root, place) {
  const entries = await readdir(join(root, place), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map((entry) => join(place, entry.name));
}
