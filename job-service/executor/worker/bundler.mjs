import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, formatMessages, transform } from 'esbuild';
import { bundledEntry } from '../protocol/entry.mjs';
import { BuildProblem } from '../protocol/problem.mjs';

/** @import {Message, Plugin} from 'esbuild' */

const TYPESCRIPT = /\.(ts|tsx|mts|cts|jsx)$/;
const PROVIDED = ['playwright', 'playwright-core'];

/** CommonJS habits go on working in the module that comes out. */
const BANNER =
  "import { createRequire as __impresarioRequire } from 'node:module'; import { fileURLToPath as __impresarioPath } from 'node:url'; globalThis.require ??= __impresarioRequire(import.meta.url); const __filename = __impresarioPath(import.meta.url); const __dirname = __impresarioPath(new URL('.', import.meta.url));";

/**
 * Bundles the author's own files into one module beside the entry, so that paths relative to
 * import.meta.url go on meaning the same; packages stay where they are.
 *
 * @param {string} root
 * @param {string} entry
 * @returns {Promise<{entry: string, text: string}>}
 */
export async function bundleEntry(root, entry) {
  const output = bundledEntry(entry);
  try {
    const result = await build({
      absWorkingDir: root,
      entryPoints: [join(root, entry)],
      outfile: join(root, output),
      write: false,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: `node${process.versions.node.split('.')[0]}`,
      sourcemap: 'inline',
      sourcesContent: false,
      keepNames: true,
      logLevel: 'silent',
      banner: { js: BANNER },
      plugins: [packagesStayOutside],
    });
    return { entry: output, text: result.outputFiles[0].text };
  } catch (error) {
    throw await syntaxProblem(error);
  }
}

/** A package is loaded by Node when it runs, unless it is TypeScript, which Node does not run. @type {Plugin} */
const packagesStayOutside = {
  name: 'packages-stay-outside',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === 'resolving' || kind === 'entry-point') {
        return null;
      }
      const name = path.startsWith('@') ? path.split('/').slice(0, 2).join('/') : path.split('/')[0];
      if (path.startsWith('node:') || builtinModules.includes(path) || PROVIDED.includes(name)) {
        return { path, external: true };
      }
      const found = await builder.resolve(path, { importer, kind, resolveDir, pluginData: 'resolving' });
      if (found.errors.length > 0 || TYPESCRIPT.test(found.path) || !found.path.includes('/node_modules/')) {
        return found;
      }
      return { path, external: true };
    });
  },
};

/**
 * @param {string} root
 * @param {string} entry
 */
export async function checkSyntax(root, entry) {
  try {
    await transform(readFileSync(join(root, entry), 'utf8'), { sourcefile: entry, loader: 'js', logLevel: 'silent' });
  } catch (error) {
    throw await syntaxProblem(error);
  }
}

/** @param {unknown} error */
async function syntaxProblem(error) {
  const errors = /** @type {{errors?: Message[]}} */ (error).errors;
  if (!errors) {
    return error;
  }
  const lines = await formatMessages(errors.slice(0, 10), { kind: 'error', color: false });
  return new BuildProblem(`The source does not compile:\n${lines.join('').trim()}`);
}
