import { createRequire, Module } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const MARKER = Symbol.for('libretto.workflow');

/**
 * @typedef {object} Workflow
 * @property {string} name
 * @property {(ctx: {session: string, page: import('playwright-core').Page}, input: unknown) => unknown} run
 */

/**
 * Loads a bundle.
 *
 * @param {string} root
 * @param {string} entry relative to the root
 * @returns {Promise<Record<string, unknown>>} its exports
 */
export async function loadBundle(root, entry) {
  resolveFromBundle(root);
  return import(pathToFileURL(join(root, entry)).href);
}

/**
 * Finds the workflows among a module's exports: marked objects, and those of `export const
 * workflows`. The same object under two names is one workflow.
 *
 * @param {Record<string, unknown>} exports
 * @returns {Workflow[]}
 */
export function findWorkflows(exports) {
  /** @type {Set<Workflow>} */
  const found = new Set();
  const spaces = [exports, ...(isObject(exports.default) ? [exports.default] : [])];
  for (const space of spaces) {
    for (const [key, value] of Object.entries(space)) {
      if (isWorkflow(value)) {
        found.add(value);
      } else if (key === 'workflows' && (isObject(value) || Array.isArray(value))) {
        Object.entries(/** @type {object} */ (value)).forEach(([name, listed]) => addListed(found, name, listed));
      }
    }
  }
  if (isWorkflow(exports.default)) {
    found.add(exports.default);
  }
  return [...found];
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
