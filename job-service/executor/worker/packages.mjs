import { readFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { parse } from 'es-module-lexer/js';
import { resolveByProjects } from './typescript.mjs';

/** @import {Plugin} from 'esbuild' */

const PACKAGES = '/node_modules/';

/**
 * Where the modules of packages go. ES modules become part of the bundle, because bundlers find and link them by
 * more lenient rules than Node. CommonJS modules stay outside, because they read files beside themselves, load native
 * code and compute what they require; the bundle requires them, so that any of their properties is a named import.
 *
 * @param {{root: string, from: string, lenient: boolean}} options from: the bundle's folder; lenient: what is not found is left to the run
 * @returns {Plugin}
 */
export function packages({ root, from, lenient }) {
  return {
    name: 'packages',
    setup(builder) {
      builder.onResolve({ filter: /./ }, async ({ path, importer, kind, resolveDir, pluginData, ...rest }) => {
        if (pluginData === 'resolving' || kind === 'entry-point' || /^(node|impresario):/.test(path)) {
          return null;
        }
        const found = await builder.resolve(path, {
          importer,
          kind,
          resolveDir,
          with: rest.with,
          pluginData: 'resolving',
        });
        if (found.errors.length > 0) {
          const source = resolveByProjects(root, path, importer);
          if (source !== null) {
            return { path: source };
          }
          return lenient || importer.includes(PACKAGES) ? { path, namespace: 'missing' } : found;
        }
        return !found.external && found.namespace === 'file' && staysOutside(found.path)
          ? { path: found.path, namespace: 'outside' }
          : found;
      });
      builder.onLoad({ filter: /./, namespace: 'outside' }, ({ path }) => ({
        contents: `module.exports = __impresario_require(${JSON.stringify(`./${relative(from, path)}`)});`,
      }));
      builder.onLoad({ filter: /./, namespace: 'missing' }, ({ path }) => ({
        contents: `throw Object.assign(new Error(${JSON.stringify(`Cannot find package '${path}'`)}), { code: 'MODULE_NOT_FOUND' }); module.exports = {};`,
      }));
    },
  };
}

/** @param {string} file */
function staysOutside(file) {
  switch (extname(file)) {
    case '.node':
      return true;
    case '.cjs':
      return file.includes(PACKAGES);
    case '.js':
      return file.includes(PACKAGES) && isCommonJs(file);
    default:
      return false;
  }
}

/** @type {Map<string, boolean>} folders to whether their package.json says "module" */
const modules = new Map();

/** As Node sees it, but for what Node could not load at all. @param {string} file */
function isCommonJs(file) {
  if (saysModule(dirname(file))) {
    return false;
  }
  try {
    return !parse(readFileSync(file, 'utf8'))[3];
  } catch {
    return true;
  }
}

/** @param {string} folder @returns {boolean} */
function saysModule(folder) {
  const known = modules.get(folder);
  if (known !== undefined) {
    return known;
  }
  let answer;
  try {
    answer = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type === 'module';
  } catch {
    answer = dirname(folder) !== folder && saysModule(dirname(folder));
  }
  modules.set(folder, answer);
  return answer;
}
