import { BuildProblem } from './problem.mjs';
import { LIMITS } from './rules.mjs';

/** @import {Workflow} from './types.mjs' */

const LONGEST_CREDENTIAL_NAME = 200;

/** @param {any} entry @returns {Workflow} */
export function normalised(entry) {
  const text = (/** @type {unknown} */ value) => (typeof value === 'string' && value !== '' ? value : null);
  return {
    name: typeof entry?.name === 'string' ? entry.name : '',
    credentialNames: names(entry?.credentialNames),
    inputSchema: schema(entry?.inputSchema),
    outputSchema: schema(entry?.outputSchema),
    authProfileName: text(entry?.authProfileName),
    startUrl: text(entry?.startUrl),
    gpu: typeof entry?.gpu === 'boolean' ? entry.gpu : null,
    viewport: viewport(entry?.viewport),
    sourceFile: text(entry?.sourceFile),
  };
}

/** @param {Workflow[]} workflows */
export function checked(workflows) {
  if (workflows.length === 0) {
    throw new BuildProblem(
      "No workflow is exported: a workflow is an exported object with [Symbol.for('libretto.workflow')]: true, a name and a function run(ctx, input)",
    );
  }
  if (workflows.length > LIMITS.Built.workflows) {
    throw new BuildProblem(`More than ${LIMITS.Built.workflows} workflows are declared`);
  }
  const seen = new Set();
  for (const workflow of workflows) {
    const { name } = workflow;
    if (name.trim() === '' || name.length > LIMITS.Workflow.name) {
      throw new BuildProblem(`A workflow's name must have 1 to 200 characters: ${JSON.stringify(name.slice(0, 220))}`);
    }
    if (seen.has(name)) {
      throw new BuildProblem(`Two workflows have the name ${JSON.stringify(name)}`);
    }
    seen.add(name);
    checkSizes(workflow);
  }
  return workflows;
}

/** @param {Workflow} workflow */
function checkSizes(workflow) {
  for (const [field, most] of Object.entries(LIMITS.Workflow)) {
    if (sizeOf(/** @type {any} */ (workflow)[field]) > most) {
      throw new BuildProblem(`The ${field} of the workflow ${JSON.stringify(workflow.name)} is larger than ${most}`);
    }
  }
  if (workflow.credentialNames.some((name) => name.length > LONGEST_CREDENTIAL_NAME)) {
    throw new BuildProblem(
      `A credential name of the workflow ${JSON.stringify(workflow.name)} has more than ${LONGEST_CREDENTIAL_NAME} characters`,
    );
  }
}

/** @param {unknown} value @returns {number} characters of a text or of JSON, entries of a list */
function sizeOf(value) {
  return typeof value === 'string' || Array.isArray(value) ? value.length : JSON.stringify(value).length;
}

/** @param {any} size @returns {Workflow['viewport']} */
function viewport(size) {
  const fits = (/** @type {any} */ pixels, /** @type {number} */ most) =>
    Number.isInteger(pixels) && pixels >= 1 && pixels <= most;
  return fits(size?.width, LIMITS.Viewport.width) && fits(size?.height, LIMITS.Viewport.height)
    ? { width: size.width, height: size.height }
    : null;
}

/** @param {unknown} value */
function names(value) {
  const list = Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
  return [...new Set(list.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))];
}

/** @param {unknown} value @returns {Workflow['inputSchema']} */
function schema(value) {
  return (value !== null && typeof value === 'object' && !Array.isArray(value)) || typeof value === 'boolean'
    ? value
    : null;
}
