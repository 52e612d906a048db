import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, formatMessages, transform } from 'esbuild';
import { bundledEntry } from '../protocol/entry.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import { LIMITS } from '../protocol/rules.mjs';
import { dynamicImports, ownModules } from './dynamic-imports.mjs';
import { packages } from './packages.mjs';
import { BANNER, PLACES, sources } from './sources.mjs';

/** @import {Message} from 'esbuild' */

/** Data that a source may import: its text, as other bundlers give it. */
const TEXTS = ['.csv', '.css', '.gql', '.graphql', '.html', '.md', '.sql', '.tsv', '.txt', '.xml', '.yaml', '.yml'];

/** Modules that only an import by expression reaches are tried without those that do not compile, this often. */
const ROUNDS = 20;

/**
 * Bundles the author's own files, and ES modules of packages, into one module beside the entry. CommonJS packages
 * stay where they are (see packages.mjs); every module goes on knowing its own place (see sources.mjs).
 *
 * @param {string} directory
 * @param {string} entry
 * @returns {Promise<{entry: string, text: string}>}
 */
export async function bundleEntry(directory, entry) {
  const root = realpathSync(directory);
  try {
    const { text, inputs } = await bundle(root, entry, null);
    const expressions = inputs.includes(dynamicImports.file);
    return { entry: bundledEntry(entry), text: checkedSize(expressions ? await withOwnModules(root, entry) : text) };
  } catch (error) {
    throw await syntaxProblem(error);
  }
}

/** Whether an import's target is known only when it runs, so that any file may be meant. @param {string} root @param {string} entry */
async function withOwnModules(root, entry) {
  let modules = ownModules(root, entry);
  for (let round = 0; ; round++) {
    try {
      return (await bundle(root, entry, modules)).text;
    } catch (error) {
      const { errors = [] } = /** @type {{errors?: Message[]}} */ (error);
      const failed = new Set(errors.map(({ location }) => location?.file ?? ''));
      const left = modules.filter((module) => !failed.has(module));
      if (left.length === modules.length || round === ROUNDS) {
        throw error;
      }
      modules = left;
    }
  }
}

/**
 * @param {string} root
 * @param {string} entry
 * @param {string[] | null} modules that an import by expression may mean; null: not looked for
 */
async function bundle(root, entry, modules) {
  const outfile = join(root, bundledEntry(entry));
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    outfile,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: `node${process.versions.node.split('.')[0]}`,
    sourcemap: 'inline',
    sourcesContent: false,
    metafile: true,
    keepNames: true,
    logLevel: 'silent',
    banner: { js: BANNER },
    define: PLACES,
    loader: { '.js': 'jsx', ...Object.fromEntries(TEXTS.map((name) => [name, /** @type {const} */ ('text')])) },
    plugins: [
      packages({ root, from: dirname(outfile), lenient: modules !== null }),
      dynamicImports.plugin(root, modules ?? []),
      sources({ root, from: dirname(outfile) }),
    ],
  });
  return { text: result.outputFiles[0].text, inputs: Object.keys(result.metafile.inputs) };
}

/** @param {string} text */
function checkedSize(text) {
  const most = LIMITS.InspectionBundled.text;
  if (text.length > most) {
    throw new BuildProblem(
      `The sources and the ES modules that they import have ${text.length} characters as one module; at most ${most} may be: import less of the packages, or of a CommonJS variant of them`,
    );
  }
  return text;
}

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
