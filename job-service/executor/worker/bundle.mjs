import { createRequire, Module } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { types } from 'node:util';
import { enterWorkingDirectory } from './working-directory.mjs';

const MARKER = Symbol.for('libretto.workflow');

/**
 * @typedef {object} Workflow
 * @property {string} name
 * @property {(ctx: {session: string, page: import('playwright-core').Page}, input: unknown) => unknown} run
 */

/** How deep namespaces (`export * as name from`) may lie in each other. */
const DEPTH = 4;

/** Lets code of a bundle find its working directory and its packages. @param {string} root */
export function enterBundle(root) {
  enterWorkingDirectory(root);
  resolveFromBundle(root);
}

/**
 * Loads a bundle.
 *
 * @param {string} root
 * @param {string} entry relative to the root
 * @returns {Promise<Record<string, unknown>>} its exports
 */
export async function loadBundle(root, entry) {
  return import(pathToFileURL(join(root, entry)).href);
}

/**
 * Finds the workflows among a module's exports: marked objects, those of `export const workflows`, and those of
 * namespaces that are exported. The same object under two names is one workflow.
 *
 * @param {Record<string, unknown>} exports
 * @returns {Workflow[]}
 */
export function findWorkflows(exports) {
  /** @type {Set<Workflow>} */
  const found = new Set();
  search(found, exports, DEPTH);
  return [...found];
}

/** @param {Set<Workflow>} found @param {Record<string, unknown>} space @param {number} depth */
function search(found, space, depth) {
  for (const [key, value] of Object.entries(space)) {
    if (isWorkflow(value)) {
      found.add(value);
    } else if (key === 'workflows' && (isObject(value) || Array.isArray(value))) {
      Object.entries(/** @type {object} */ (value)).forEach(([name, listed]) => addListed(found, name, listed));
    } else if (depth > 0 && (isNamespace(value) || (key === 'default' && isObject(value)))) {
      search(found, value, depth - 1);
    }
  }
}

/** What `export * as name` makes, of Node or of a bundler: nothing but getters. @param {unknown} value @returns {value is Record<string, unknown>} */
function isNamespace(value) {
  return (
    isObject(value) &&
    (types.isModuleNamespaceObject(value) ||
      (Object.getPrototypeOf(value) === Object.prototype &&
        Object.values(Object.getOwnPropertyDescriptors(value)).every(({ get, set }) => get && !set)))
  );
}

/**
 * @param {Set<Workflow>} found
 * @param {string} name
 * @param {unknown} value
 */
function addListed(found, name, value) {
  if (isWorkflow(value)) {
    found.add(value);
  } else if (isObject(value) && typeof value.run === 'function') {
    found.add(
      typeof value.name === 'string' ? /** @type {any} */ (value) : Object.assign(Object.create(value), { name }),
    );
  }
}

/** @param {unknown} value @returns {value is Workflow} */
function isWorkflow(value) {
  return (
    isObject(value) &&
    /** @type {any} */ (value)[MARKER] === true &&
    typeof value.name === 'string' &&
    typeof value.run === 'function'
  );
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}

/**
 * CommonJS code that a bundle unpacks elsewhere (into the temp directory, say) still finds the
 * bundle's dependencies.
 *
 * @param {string} root
 */
function resolveFromBundle(root) {
  const anchor = createRequire(join(root, 'package.json'));
  const internals = /** @type {any} */ (Module);
  const original = internals._resolveFilename;
  internals._resolveFilename = function (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) {
    try {
      return original.call(this, request, ...rest);
    } catch (error) {
      if (/^[./]/.test(request)) {
        throw error;
      }
      try {
        return anchor.resolve(request);
      } catch {
        throw error;
      }
    }
  };
}
