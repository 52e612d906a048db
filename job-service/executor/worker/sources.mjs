import { readFileSync } from 'node:fs';
import { basename, extname, relative, sep } from 'node:path';
import { rewriteDynamicImports } from './dynamic-imports.mjs';
import { withMetadata } from './typescript.mjs';

/** @import {Loader, Plugin} from 'esbuild' */

/** What a module says of its own place, unless it declares such a name itself. */
export const PLACES = {
  'import.meta.url': '__impresario_url',
  'import.meta.filename': '__impresario_filename',
  'import.meta.dirname': '__impresario_dirname',
  __filename: '__impresario_filename',
  __dirname: '__impresario_dirname',
};

const USES_PLACE = /\bimport\.meta\b|\b__(?:file|dir)name\b/;

/** The types of Node do not have it. */
const { Module } = /** @type {any} */ (globalThis).WebAssembly;

/** The beginning of a bundle: its names are none that a source would choose. */
export const BANNER = [
  "import { createRequire as __impresario_createRequire } from 'node:module';",
  "import { fileURLToPath as __impresario_toPath } from 'node:url';",
  'const __impresario_require = __impresario_createRequire(import.meta.url);',
  'globalThis.require ??= __impresario_require;',
  'const __impresario_at = (place) => new URL(place, import.meta.url).href;',
  "const __impresario_folder = (place) => __impresario_toPath(new URL('.', __impresario_at(place))).replace(/(?<=.)[\\\\/]$/, '');",
].join(' ');

/** @type {Record<string, Loader>} */
const LOADERS = {
  '.js': 'jsx',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
};

/**
 * How modules are read: each keeps its own place although all become one file, and imports by expression, WebAssembly
 * and decorators with metadata are made to work.
 *
 * @param {{root: string, from: string}} options from: the bundle's folder
 * @returns {Plugin}
 */
export function sources({ root, from }) {
  return {
    name: 'sources',
    setup(builder) {
      builder.onLoad({ filter: /\.wasm$/ }, ({ path }) => ({ contents: webAssembly(path), loader: 'js' }));
      builder.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, ({ path }) => {
        // macOS puts such a file beside each of an archive: it is no source.
        if (basename(path).startsWith('._')) {
          return { contents: '', loader: 'js' };
        }
        const source = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
        const typed = withMetadata(root, path, source) ?? source;
        const [text, dynamic] = rewriteDynamicImports(path, typed);
        const place = JSON.stringify(placeFrom(from, path));
        const known = dynamic || USES_PLACE.test(text) ? placeOf(place) : '';
        if (known === '' && text === source) {
          return null;
        }
        return { contents: afterHashbang(text, `${known}${dynamic}`), loader: LOADERS[extname(path)] };
      });
    },
  };
}

/** @param {string} place */
function placeOf(place) {
  const parts = { url: `__impresario_at(${place})`, filename: `__impresario_toPath(__impresario_at(${place}))` };
  return [...Object.entries(parts), ['dirname', `__impresario_folder(${place})`]]
    .map(([name, value]) => `const __impresario_${name} = /* @__PURE__ */ ${value};`)
    .join(' ');
}

/** @param {string} text @param {string} prefix stays on the first line, for the source map */
function afterHashbang(text, prefix) {
  return text.replace(/^(#!.*\n)?/, (line) => `${line}${prefix} `);
}

/** A file's address relative to the bundle's. @param {string} from @param {string} path */
export function placeFrom(from, path) {
  const place = relative(from, path).split(sep).map(encodeURIComponent).join('/');
  return place.startsWith('.') ? place : `./${place}`;
}

/**
 * The default export is the file's bytes, as bundlers give them. What the module exports is exported too, as by
 * Node, if it can be instantiated alone.
 *
 * @param {string} path
 */
function webAssembly(path) {
  const bytes = readFileSync(path);
  const lines = [
    `const bytes = Buffer.from(${JSON.stringify(bytes.toString('base64'))}, 'base64');`,
    'export default bytes;',
  ];
  try {
    const module = new Module(bytes);
    if (Module.imports(module).length === 0) {
      lines.push(
        'const { exports } = /* @__PURE__ */ new WebAssembly.Instance(/* @__PURE__ */ new WebAssembly.Module(bytes));',
        ...Module.exports(module)
          .map((/** @type {{name: string}} */ { name }) => JSON.stringify(name))
          .filter((/** @type {string} */ name) => name !== '"default"')
          .map(
            (/** @type {string} */ name, /** @type {number} */ i) =>
              `const export${i} = exports[${name}]; export { export${i} as ${name} };`,
          ),
      );
    }
  } catch {
    // Its bytes are all that can be given.
  }
  return lines.join('\n');
}
