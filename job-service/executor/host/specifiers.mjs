import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parse } from 'yaml';
import { isObject, readManifest } from './manifest-file.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import { readWithin } from './tree.mjs';

const WORKSPACE_FILE = 'pnpm-workspace.yaml';

/** In bytes. */
const WORKSPACE_LIMIT = 1024 * 1024;

/**
 * What pnpm and yarn write beside npm's own words for where a dependency comes from, in npm's words: `workspace:`,
 * `catalog:`, `link:`, `portal:` and `npm:` before a range.
 */
export class Specifiers {
  #root;
  /** @type {Map<string, string[]> | undefined} the folders of the upload that are packages, by their names */
  #packages;
  /** @type {Record<string, any>} */
  #workspace;

  /** @param {string} root the upload */
  constructor(root) {
    this.#root = root;
    this.#workspace = readWorkspace(root);
  }

  /** The workspaces' patterns that pnpm goes by. @returns {unknown} undefined when there are none */
  get workspaces() {
    const { packages } = this.#workspace;
    return Array.isArray(packages) ? packages.filter((pattern) => pattern !== '.') : packages;
  }

  /** The folders of the upload that have a package.json, below a folder. @param {string} place @returns {string[]} */
  folders(place) {
    const all = [...this.#scanned().values()].flat();
    return all.filter((folder) => folder !== place && (place === '' || folder.startsWith(`${place}/`)));
  }

  /**
   * @param {string} name
   * @param {string} spec
   * @param {string} from the folder whose package.json says so, absolute
   * @param {Record<string, any>} manifest of the installation, which may have catalogs too
   * @returns {string}
   */
  translated(name, spec, from, manifest) {
    const [, scheme, rest] = /^(workspace|catalog|link|portal|patch|npm):(.*)$/s.exec(spec) ?? [];
    switch (scheme) {
      case 'workspace':
        return this.#ofWorkspace(name, rest, from);
      case 'catalog':
        return this.#ofCatalog(name, rest.trim(), manifest);
      case 'link':
      case 'portal':
        return `file:${rest}`;
      case 'npm':
        return /^[\^~<>=*\d]/.test(rest) && !rest.includes('@') ? rest : spec;
      case 'patch':
        throw new BuildProblem(
          `The dependency ${name} is patched by yarn (${spec}): upload the patched package as a folder and name it with "file:"`,
        );
      default:
        return spec;
    }
  }

  /** @param {string} name @param {string} range @param {string} from */
  #ofWorkspace(name, range, from) {
    if (/^\.\.?\//.test(range)) {
      return `file:${range}`;
    }
    const wanted = /^(.+)@/.exec(range)?.[1] ?? name;
    const [place] = this.#scanned().get(wanted) ?? [];
    if (place === undefined) {
      throw new BuildProblem(
        `The dependency ${name} is a package of a workspace (workspace:${range}), but no folder of the upload has a package.json with the name ${wanted}: upload the whole workspace, or name a version that the registry has`,
      );
    }
    return `file:${relative(from, join(this.#root, place)).split(sep).join('/')}`;
  }

  /** @param {string} name @param {string} catalog @param {Record<string, any>} manifest */
  #ofCatalog(name, catalog, manifest) {
    const sources = [this.#workspace, manifest.workspaces, manifest].filter(isObject);
    const spec = sources
      .map(
        (source) =>
          (catalog === '' || catalog === 'default' ? source.catalog?.[name] : undefined) ??
          source.catalogs?.[catalog || 'default']?.[name],
      )
      .find((found) => typeof found === 'string');
    if (spec === undefined) {
      throw new BuildProblem(
        `The dependency ${name} asks for "catalog:${catalog}", which has no such entry in ${WORKSPACE_FILE} at the root of the upload: upload that file too, or name a version`,
      );
    }
    return spec;
  }

  #scanned() {
    this.#packages ??= this.#scan();
    return this.#packages;
  }

  #scan() {
    /** @type {Map<string, string[]>} */
    const packages = new Map();
    const visit = (/** @type {string} */ place) => {
      for (const entry of readdirSync(join(this.#root, place), { withFileTypes: true })) {
        const path = place === '' ? entry.name : `${place}/${entry.name}`;
        if (entry.isDirectory() && entry.name !== 'node_modules') {
          visit(path);
        } else if (entry.isFile() && entry.name === 'package.json' && place !== '') {
          const { name } = manifestOf(this.#root, place);
          const key = typeof name === 'string' ? name : '';
          packages.set(key, [...(packages.get(key) ?? []), place]);
        }
      }
    };
    visit('');
    return packages;
  }
}

/** Of a folder that may be no package of the upload's, a template say. @param {string} root @param {string} place */
function manifestOf(root, place) {
  try {
    return readManifest(root, place);
  } catch {
    return {};
  }
}

/** @param {string} root @returns {Record<string, any>} */
function readWorkspace(root) {
  const text = readWithin(root, WORKSPACE_FILE, WORKSPACE_LIMIT);
  try {
    const content = text === null ? {} : (parse(text) ?? {});
    if (!isObject(content)) {
      throw new Error('it is not a mapping');
    }
    return content;
  } catch (error) {
    throw new BuildProblem(`${WORKSPACE_FILE} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
}
