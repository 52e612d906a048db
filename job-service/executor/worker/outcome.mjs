import { EXECUTOR } from '../protocol/folder.mjs';
import { RESULT_LIMIT } from '../protocol/messages.mjs';
import { LongNumbers } from './numbers.mjs';

/** @import {WorkerFailed} from '../protocol/types.mjs' */

/**
 * @param {unknown} value what a handler returned
 * @param {LongNumbers} [numbers] of its input
 * @returns {{json: string} | {kind: WorkerFailed['kind'], error: string}}
 */
export function serialise(value, numbers = new LongNumbers()) {
  let json;
  try {
    json = numbers.unmark(
      JSON.stringify(value === undefined ? null : value, (key, inner) => numbers.mark(refuseWhatJsonDrops(key, inner))),
    );
  } catch (error) {
    return { kind: 'user_error', error: `The workflow's result cannot be written as JSON: ${firstLine(error)}` };
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > RESULT_LIMIT) {
    return {
      kind: 'result_too_large',
      error: `The workflow's result has ${bytes} bytes as JSON; at most ${RESULT_LIMIT} (10 MiB) are kept`,
    };
  }
  return { json };
}

/** @param {string} key @param {unknown} value */
function refuseWhatJsonDrops(key, value) {
  const type = typeof value;
  if (type === 'function' || type === 'symbol' || type === 'bigint') {
    const name = type === 'bigint' ? 'a BigInt' : `a ${type}`;
    throw new TypeError(key === '' ? `it is ${name}` : `it contains ${name} (at ${JSON.stringify(key)})`);
  }
  return value;
}

/** @param {unknown} error */
function firstLine(error) {
  return describe(error).split('\n')[0];
}

/** The message of whatever was thrown. @param {unknown} thrown @returns {string} */
export function describe(thrown) {
  try {
    if (thrown instanceof Error || (isObject(thrown) && typeof thrown.message === 'string')) {
      const { name, message } = /** @type {Error} */ (thrown);
      return message || name || 'Error without a message';
    }
    if (isObject(thrown)) {
      return `The workflow threw a value that is not an Error: ${JSON.stringify(thrown)}`;
    }
    return `The workflow threw a value that is not an Error: ${String(thrown)}`;
  } catch {
    return 'The workflow threw a value that cannot be shown';
  }
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
    const stack = isObject(thrown) && typeof thrown.stack === 'string' ? thrown.stack : null;
    if (stack === null) {
      return null;
    }
    const kept = stack
      .split('\n')
      .filter(
        (line) => !/^\s+at .*(node:|\bnative\b)/.test(line) && !(/^\s+at /.test(line) && line.includes(EXECUTOR)),
      );
    const relative = kept.map((line) => line.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, ''));
    return [...relative, ...causes(thrown, root)].join('\n');
  } catch {
    return null;
  }
}

/** @param {any} thrown @param {string} root @returns {string[]} */
function causes(thrown, root) {
  const cause = isObject(thrown.cause) && thrown.cause !== thrown ? { stack: thrown.cause.stack } : null;
  const stack = cause ? mappedStack(cause, root) : null;
  return stack ? [`Caused by: ${stack}`] : [];
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}
