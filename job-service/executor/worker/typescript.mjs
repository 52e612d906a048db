import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/**
 * @import {CompilerOptions} from 'typescript'
 * @typedef {{folder: string, options: CompilerOptions}} Project
 */

const CONFIG = /^tsconfig(\..+)?\.json$/;
const DECORATOR = /^\s*@\w|[({,]\s*@\w/m;

/** Takes a quarter of a second to load, and few need it. @returns {typeof import('typescript')} */
function compiler() {
  return createRequire(import.meta.url)('typescript');
}

/**
 * Decorators with the types of what they decorate (emitDecoratorMetadata), which the bundler does not write.
 *
 * @param {string} root
 * @param {string} path
 * @param {string} source
 * @returns {string | null} null when the file has none
 */
export function withMetadata(root, path, source) {
  if (!/\.[cm]?tsx?$/.test(path) || path.includes('/node_modules/') || !DECORATOR.test(source)) {
    return null;
  }
  const project = projectsOf(root, dirname(path)).find(({ options }) => options.emitDecoratorMetadata);
  if (!project) {
    return null;
  }
  const { ModuleKind, ModuleResolutionKind, ScriptTarget, JsxEmit } = compiler();
  return emitted(path, {
    ...project.options,
    experimentalDecorators: true,
    useDefineForClassFields:
      project.options.useDefineForClassFields ?? (project.options.target ?? 0) >= ScriptTarget.ES2022,
    module: ModuleKind.ESNext,
    moduleResolution: ModuleResolutionKind.Bundler,
    target: ScriptTarget.ES2022,
    jsx: JsxEmit.Preserve,
    inlineSourceMap: true,
    ...PLAIN,
  });
}

/** Whatever else a project says of its output. */
const PLAIN = {
  noLib: true,
  types: [],
  noEmit: false,
  noEmitOnError: false,
  emitDeclarationOnly: false,
  composite: false,
  incremental: false,
  declaration: false,
  sourceMap: false,
  isolatedModules: false,
  verbatimModuleSyntax: false,
  allowImportingTsExtensions: false,
  outDir: undefined,
  rootDir: undefined,
  tsBuildInfoFile: undefined,
};

/** Which imports are types is known only with the files that they come from; those of packages are not looked at. @param {string} path @param {CompilerOptions} options */
function emitted(path, options) {
  const { createCompilerHost, createProgram, resolveModuleName } = compiler();
  const host = createCompilerHost(options);
  host.resolveModuleNameLiterals = (names, file) =>
    names.map(({ text }) => {
      const found = resolveModuleName(text, file, options, host);
      return found.resolvedModule?.resolvedFileName.includes('/node_modules/') ? { resolvedModule: undefined } : found;
    });
  const program = createProgram([path], options, host);
  /** @type {string | null} */
  let output = null;
  program.emit(program.getSourceFile(path), (_, text) => (output = text));
  return output;
}

/**
 * Finds what only TypeScript's configuration explains: aliases of a project that the nearest tsconfig.json refers to,
 * and packages of the upload whose compiled files are not there, but their sources.
 *
 * @param {string} root
 * @param {string} name
 * @param {string} importer
 * @returns {string | null}
 */
export function resolveByProjects(root, name, importer) {
  if (importer.includes('/node_modules/')) {
    return null;
  }
  const { ModuleResolutionKind, ModuleKind, resolveModuleName, sys } = compiler();
  for (const { options } of projectsOf(root, dirname(importer))) {
    const found = resolveModuleName(
      name,
      importer,
      { ...options, module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler },
      sys,
    ).resolvedModule?.resolvedFileName;
    if (found && !found.endsWith('.d.ts')) {
      return realpathSync(found);
    }
  }
  return (
    compiledFiles(name, importer)
      .map((file) => sourceOf(root, file))
      .find((file) => file !== null) ?? null
  );
}

/** The files that a package of the upload or a relative path would have if it had been compiled. @param {string} name @param {string} importer */
function compiledFiles(name, importer) {
  if (name.startsWith('.')) {
    return [join(dirname(importer), name)];
  }
  const parts = name.split('/');
  const length = name.startsWith('@') ? 2 : 1;
  const subpath = `.${parts
    .slice(length)
    .map((part) => `/${part}`)
    .join('')}`;
  for (let folder = dirname(importer); ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', ...parts.slice(0, length));
    if (existsSync(join(place, 'package.json'))) {
      const real = realpathSync(place);
      const manifest = JSON.parse(readFileSync(join(real, 'package.json'), 'utf8'));
      const exported =
        typeof manifest.exports === 'string' && subpath === '.' ? manifest.exports : manifest.exports?.[subpath];
      const named = [
        ...leaves(exported),
        ...(subpath === '.' ? [manifest.module, manifest.main ?? 'index.js'] : [subpath]),
      ];
      return named.filter((file) => typeof file === 'string').map((file) => join(real, file));
    }
    if (dirname(folder) === folder) {
      return [];
    }
  }
}

/** @param {any} exported @returns {string[]} */
function leaves(exported) {
  return exported !== null && typeof exported === 'object' ? Object.values(exported).flatMap(leaves) : [exported];
}

/** The source of a compiled file, by outDir and rootDir of its project. @param {string} root @param {string} file */
function sourceOf(root, file) {
  for (const { folder, options } of projectsOf(root, dirname(file))) {
    const out = options.outDir ?? join(folder, 'dist');
    const place = relative(out, file).replace(/(\.d)?\.([cm]?)[jt]s$/, '');
    if (place.startsWith('..')) {
      continue;
    }
    const folders = [options.rootDir, join(folder, 'src'), folder].filter((from) => from !== undefined);
    const sources = folders.flatMap((from) =>
      ['.ts', '.tsx', '.mts', '.cts']
        .flatMap((extension) => [`${place}${extension}`, join(place, `index${extension}`)])
        .map((end) => join(from, end)),
    );
    const found = sources.find((source) => existsSync(source));
    if (found) {
      return realpathSync(found);
    }
  }
  return null;
}

/** @type {Map<string, Project[]>} */
const known = new Map();

/** The projects of the nearest folder with a tsconfig.json, that file first. @param {string} root @param {string} folder @returns {Project[]} */
function projectsOf(root, folder) {
  const found = known.get(folder) ?? readProjects(root, folder);
  known.set(folder, found);
  return found;
}

/** @param {string} root @param {string} folder @returns {Project[]} */
function readProjects(root, folder) {
  const inside = relative(root, folder);
  if (inside.startsWith('..')) {
    return [];
  }
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => CONFIG.test(name)) : [];
  if (!names.includes('tsconfig.json')) {
    return inside === '' ? [] : projectsOf(root, dirname(folder));
  }
  const { readConfigFile, parseJsonConfigFileContent, sys } = compiler();
  // The files of a project are of no interest, and may be many.
  const host = { ...sys, readDirectory: () => [] };
  return names
    .sort((a, b) => Number(b === 'tsconfig.json') - Number(a === 'tsconfig.json'))
    .map((name) => {
      const { config } = readConfigFile(join(folder, name), sys.readFile);
      return { folder, options: parseJsonConfigFileContent(config ?? {}, host, folder).options };
    });
}
