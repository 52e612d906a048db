import { inspect } from 'node:util';
import { EXECUTOR } from '../protocol/folder.mjs';

/** How far a chain of causes is followed, and how many parts of an AggregateError are shown. */
const MOST = 5;

/** The message of whatever was thrown, with those of its causes and parts. @param {unknown} thrown @returns {string} */
export function describe(thrown) {
  try {
    const told = [message(thrown), ...parts(thrown).map((part) => `- ${message(part)}`)];
    return [...told, ...causes(thrown).map((cause) => `Caused by: ${message(cause)}`)].join('\n');
  } catch {
    return 'The workflow threw a value that cannot be shown';
  }
}

/** @param {unknown} thrown @returns {string} */
function message(thrown) {
  if (thrown instanceof Error || (isObject(thrown) && typeof thrown.message === 'string')) {
    const { name, message: text } = /** @type {Error} */ (thrown);
    return text || name || 'Error without a message';
  }
  return `The workflow threw a value that is not an Error: ${isObject(thrown) ? shown(thrown) : String(thrown)}`;
}

/** @param {object} value */
function shown(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return inspect(value, { depth: 3, breakLength: Infinity });
  }
}

/** The errors that an error comes from, the nearest first. @param {unknown} thrown @returns {unknown[]} */
function causes(thrown) {
  /** @type {unknown[]} */
  const found = [];
  for (let at = thrown; isObject(at) && (at.cause ?? null) !== null && found.length < MOST; at = at.cause) {
    if (at.cause === thrown || found.includes(at.cause)) {
      break;
    }
    found.push(at.cause);
  }
  return found;
}

/** @param {any} thrown @returns {unknown[]} of an AggregateError */
function parts(thrown) {
  return thrown instanceof AggregateError ? thrown.errors.slice(0, MOST) : [];
}

/**
 * The stack with source-mapped positions and paths relative to the bundle; frames of Node and of
 * this program are left out.
 *
 * @param {unknown} thrown
 * @param {string} root
 * @returns {string | null}
 */
export function mappedStack(thrown, root) {
  try {
    const own = stackOf(thrown, root);
    const further = [
      ...parts(thrown).map((part) => [`- `, part]),
      ...causes(thrown).map((cause) => ['Caused by: ', cause]),
    ].flatMap(([before, error]) => (stackOf(error, root) === null ? [] : [`${before}${stackOf(error, root)}`]));
    return own === null ? null : [own, ...further].join('\n');
  } catch {
    return null;
  }
}

/** @param {unknown} thrown @param {string} root @returns {string | null} */
function stackOf(thrown, root) {
  const stack = isObject(thrown) && typeof thrown.stack === 'string' ? thrown.stack : null;
  const kept = stack
    ?.split('\n')
    .filter((line) => !/^\s+at .*(node:|\bnative\b)/.test(line) && !(/^\s+at /.test(line) && line.includes(EXECUTOR)))
    .map((line) => line.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, ''));
  return kept?.join('\n') ?? null;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}
