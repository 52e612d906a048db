import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, extname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Becomes part of a bundle that imports by expression: see dynamic-imports.mjs. */

const TEXT = /\.(csv|css|gql|graphql|html|md|sql|tsv|txt|xml|ya?ml)$/;
const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];

/** @param {Record<string, () => Promise<unknown>>} modules of the author, by their place in the root */
export function loader(modules) {
  /** @param {string} here @param {unknown} asked @param {any} [options] */
  return async function load(here, asked, options) {
    const { root, view } = /** @type {any} */ (globalThis)[Symbol.for('impresario.places')];
    const text = String(asked);
    if (!/^(\.{0,2}\/|file:|\.{1,2}$)/.test(text)) {
      return bare(here, text, options);
    }
    const url = new URL(text, here);
    const path = fileURLToPath(new URL(url.pathname, url));
    // Code that looks into its working directory finds the copies of what is in the bundle.
    const real = path.startsWith(view + sep) ? join(root, relative(view, path)) : path;
    for (const candidate of candidates(real)) {
      const place = relative(root, candidate).split(sep).join('/');
      if (Object.hasOwn(modules, place)) {
        return modules[place]();
      }
      if (existsSync(candidate) && extname(candidate) === '.json') {
        const value = JSON.parse(readFileSync(candidate, 'utf8'));
        return { ...value, default: value };
      }
    }
    if (basename(real).startsWith('._')) {
      return {}; // what macOS puts beside each file of an archive
    }
    return TEXT.test(real)
      ? { default: readFileSync(real, 'utf8') }
      : import(pathToFileURL(real).href + url.search, options);
  };
}

/** The files that a path may mean: itself, the TypeScript that its JavaScript is made of, without an extension, a folder. @param {string} path */
function candidates(path) {
  const source = /\.([cm]?)js(x?)$/.exec(path);
  return [
    path,
    ...(source ? ['ts', 'tsx'].map((name) => path.replace(/\.[cm]?jsx?$/, `.${source[1]}${name}`)) : []),
    ...EXTENSIONS.map((extension) => path + extension),
    ...EXTENSIONS.map((extension) => join(path, `index${extension}`)),
  ];
}

/** @param {string} here @param {string} name @param {any} options */
async function bare(here, name, options) {
  if (/^(node|data):/.test(name)) {
    return import(name, options);
  }
  try {
    return await import(name, options);
  } catch (error) {
    if (/** @type {any} */ (error)?.code !== 'ERR_MODULE_NOT_FOUND') {
      throw error;
    }
    let file;
    try {
      file = createRequire(here).resolve(name);
    } catch {
      throw error;
    }
    return import(pathToFileURL(realpathSync(file)).href, options);
  }
}
