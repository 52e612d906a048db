import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import { EXECUTOR } from '../protocol/folder.mjs';

/**
 * Playwright, compiled before (see tools/compile.mjs): its seven megabytes of source take more processor time
 * than all else that a run does before its browser opens. It is required, because an import would
 * search them once more, for the names that they export.
 */

const COMPILED = join(EXECUTOR, 'node_modules', '.compiled');
const BUNDLE = /playwright-core[\\/]lib[\\/]\w+Bundle\.js$/;

/** Its large files, as far as this module was the first to load them. @type {Map<string, Script>} */
export const bundles = new Map();

/** @type {typeof import('playwright-core')} */
export const playwright = load();

/** Where V8's code of a file is kept. V8 itself refuses that of another version or with other flags. @param {string} file */
export function compiledPath(file) {
  return join(COMPILED, `${basename(file)}.v8`);
}

function load() {
  const require = createRequire(import.meta.url);
  const plain = require.extensions['.js'];
  require.extensions['.js'] = (module, file) => (BUNDLE.test(file) ? loadBundle(module, file) : plain(module, file));
  try {
    return require('playwright-core');
  } finally {
    require.extensions['.js'] = plain;
  }
}

/** @param {NodeJS.Module} module @param {string} file */
function loadBundle(module, file) {
  const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'utf8')}\n})`;
  const script = new Script(source, {
    filename: file,
    cachedData: compiled(file),
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  bundles.set(file, script);
  script.runInThisContext().call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
}

/** @param {string} file */
function compiled(file) {
  try {
    return readFileSync(compiledPath(file));
  } catch {
    return undefined;
  }
}
