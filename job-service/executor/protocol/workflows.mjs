import { BuildProblem } from './problem.mjs';

/**
 * @typedef {object} Found
 * @property {string} name
 * @property {string[]} credentialNames
 * @property {unknown} inputSchema
 * @property {unknown} outputSchema
 * @property {string | null} authProfileName
 * @property {string | null} startUrl
 * @property {boolean | null} gpu
 * @property {{width: number, height: number} | null} viewport
 * @property {string | null} sourceFile
 */

/** @param {any} entry @returns {Found} */
export function normalised(entry) {
  const text = (/** @type {unknown} */ value) => (typeof value === 'string' && value !== '' ? value : null);
  const size = entry?.viewport;
  return {
    name: typeof entry?.name === 'string' ? entry.name : '',
    credentialNames: names(entry?.credentialNames),
    inputSchema: schema(entry?.inputSchema),
    outputSchema: schema(entry?.outputSchema),
    authProfileName: text(entry?.authProfileName),
    startUrl: text(entry?.startUrl),
    gpu: typeof entry?.gpu === 'boolean' ? entry.gpu : null,
    viewport:
      Number.isInteger(size?.width) && Number.isInteger(size?.height)
        ? { width: size.width, height: size.height }
        : null,
    sourceFile: text(entry?.sourceFile),
  };
}

/** @param {Found[]} workflows */
export function checked(workflows) {
  if (workflows.length === 0) {
    throw new BuildProblem(
      "No workflow is exported: a workflow is an exported object with [Symbol.for('libretto.workflow')]: true, a name and a function run(ctx, input)",
    );
  }
  const seen = new Set();
  for (const { name } of workflows) {
    if (name.trim() === '' || name.length > 200) {
      throw new BuildProblem(`A workflow's name must have 1 to 200 characters: ${JSON.stringify(name.slice(0, 220))}`);
    }
    if (seen.has(name)) {
      throw new BuildProblem(`Two workflows have the name ${JSON.stringify(name)}`);
    }
    seen.add(name);
  }
  return workflows;
}

/** @param {unknown} value */
function names(value) {
  const list = Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
  return [...new Set(list.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))];
}

/** @param {unknown} value */
function schema(value) {
  return (value !== null && typeof value === 'object' && !Array.isArray(value)) || typeof value === 'boolean'
    ? value
    : null;
}
