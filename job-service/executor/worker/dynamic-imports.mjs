import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'es-module-lexer/js';
import { bundledEntry } from '../protocol/entry.mjs';

/** @import {Plugin} from 'esbuild' */

/** What serves them in the author's modules, and in those of packages, which do not mean the author's. */
const NAME = 'impresario:import';
const NAME_IN_PACKAGES = 'impresario:package-import';
const SOURCE = /(?<!\.d)\.[cm]?[jt]sx?$/;

/** More files than a project has that looks for its modules itself. */
const MODULES_LIMIT = 5000;

/** Imports whose target is computed: `import(expression)`. */
export const dynamicImports = {
  /** The name of the module that serves them, among a bundle's inputs. */
  file: `${NAME}:${NAME}`,

  /**
   * Serves them in the bundle: from the modules that are part of it, so that a module exists once, else by Node.
   *
   * @param {string} root
   * @param {string[]} modules relative to the root
   * @returns {Plugin}
   */
  plugin(root, modules) {
    return {
      name: 'dynamic-imports',
      setup(builder) {
        builder.onResolve({ filter: /^impresario:/ }, ({ path }) => ({ path, namespace: NAME }));
        builder.onLoad({ filter: /./, namespace: NAME }, ({ path: name }) => {
          const table = (name === NAME ? modules : []).map(
            (path) => `${JSON.stringify(path)}: () => import(${JSON.stringify(`./${path}`)})`,
          );
          const runtime = readFileSync(new URL('./dynamic-import-runtime.mjs', import.meta.url), 'utf8');
          return {
            contents: `${runtime}\nexport const load = loader({ ${table.join(', ')} });`,
            loader: 'js',
            resolveDir: root,
          };
        });
      },
    };
  },
};

/**
 * @param {string} path
 * @param {string} text of a module
 * @returns {[text: string, prefix: string]} the prefix is empty when nothing is computed
 */
export function rewriteDynamicImports(path, text) {
  const found = computed(path, text);
  if (found.length === 0) {
    return [text, ''];
  }
  const parts = [];
  let end = 0;
  for (const { ss, s } of found) {
    parts.push(text.slice(end, ss), '__impresario_import(__impresario_url, ');
    end = s;
  }
  const name = path.includes('/node_modules/') ? NAME_IN_PACKAGES : NAME;
  return [parts.join('') + text.slice(end), `const { load: __impresario_import } = require('${name}');`];
}

/** @param {string} path @param {string} text */
function computed(path, text) {
  if (!/\bimport\s*\(/.test(text)) {
    return [];
  }
  try {
    return parse(text, path)[0].filter(({ d, n }) => d >= 0 && n === undefined);
  } catch {
    return []; // The lexer knows no JSX; what no bundler can read is reported by it.
  }
}

/** Whether a script looks for modules by an expression, which may be TypeScript. @param {string} root @param {string} entry */
export function importsByExpression(root, entry) {
  const path = join(root, entry);
  return computed(path, readFileSync(path, 'utf8')).length > 0;
}

/** The author's modules, relative to the root. @param {string} root @param {string} entry @returns {string[]} */
export function ownModules(root, entry) {
  const bundle = bundledEntry(entry);
  /** @type {string[]} */
  const found = [];
  const walk = (/** @type {string} */ folder) => {
    for (const item of readdirSync(join(root, folder), { withFileTypes: true })) {
      const place = folder === '' ? item.name : `${folder}/${item.name}`;
      if (item.name.startsWith('.') || item.name === 'node_modules' || found.length >= MODULES_LIMIT) {
        continue;
      }
      if (item.isDirectory()) {
        walk(place);
      } else if (item.isFile() && SOURCE.test(item.name) && place !== bundle) {
        found.push(place);
      }
    }
  };
  walk('');
  return found;
}
