import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildProblem } from '../protocol/problem.mjs';
import { checked, normalised } from '../protocol/workflows.mjs';

/** @import {Workflow} from '../protocol/types.mjs' */

const FILE = '.libretto-workflows.json';

/**
 * The workflows that an upload itself declares.
 *
 * @param {string} root
 * @returns {Workflow[] | null} null when it does not
 */
export function readManifest(root) {
  if (!existsSync(join(root, FILE))) {
    return null;
  }
  let content;
  try {
    content = JSON.parse(readFileSync(join(root, FILE), 'utf8'));
  } catch (error) {
    throw new BuildProblem(`${FILE} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
  if (!Array.isArray(content?.workflows)) {
    throw new BuildProblem(`${FILE} has no list "workflows"`);
  }
  return checked(content.workflows.map((/** @type {unknown} */ entry) => normalised(entry)));
}
