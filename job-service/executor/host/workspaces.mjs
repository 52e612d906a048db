import { BuildProblem } from '../protocol/problem.mjs';

/** @param {any} value of package.json or pnpm-workspace.yaml @returns {string[]} patterns of folders */
export function workspacePatterns(value) {
  const patterns = Array.isArray(value) ? value : value?.packages;
  if (!Array.isArray(patterns) || patterns.some((pattern) => typeof pattern !== 'string')) {
    throw new BuildProblem('package.json: "workspaces" is not a list of folders');
  }
  const outside = patterns.find(
    (pattern) =>
      /^!*([/~\\]|[A-Za-z]:)/.test(pattern) || /[{},]/.test(pattern) || pattern.split(/[/\\]/).includes('..'),
  );
  if (outside !== undefined) {
    throw new BuildProblem(`package.json: the workspace ${outside} leads out of the archive`);
  }
  return patterns;
}

/** @param {string[]} patterns @param {string} folder relative to where the patterns are written */
export function isMember(patterns, folder) {
  // The last that fits decides, as with npm.
  const last = patterns.findLast((pattern) => expression(pattern).test(folder));
  return last !== undefined && !last.startsWith('!');
}

/** @param {string} pattern */
function expression(pattern) {
  const plain = pattern.replace(/^!+/, '').replace(/^\.\//, '').replace(/\/+$/, '');
  const parts = plain.split(/(\*\*\/|\*\*|\*|\?)/).map((part) => {
    const wild = { '**/': '(?:[^/]+/)*', '**': '.*', '*': '[^/]*', '?': '[^/]' };
    return wild[/** @type {'*'} */ (part)] ?? part.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
