import { RESULT_LIMIT } from '../protocol/messages.mjs';
import { LongNumbers } from './numbers.mjs';
import { describe } from './outcome.mjs';

/** @import {WorkerFailed} from '../protocol/types.mjs' */

/** How many places a warning names. */
const PLACES = 5;

/** Of how many values at most: a warning must not cost as much as the result. */
const LOOKED = 100_000;

/**
 * What JSON has no form for is written as what comes closest: a Map as an object, or as pairs if a key of it is no text; a
 * Set as an array; an Error by its name and message; a number that is none as null. Anything of these is named in a warning,
 * as is an object that JSON finds empty although it is not, such as a Promise that nobody awaited.
 *
 * @param {unknown} value what a handler returned
 * @param {LongNumbers} [numbers] of its input
 * @returns {{json: string, warning: string | null} | {kind: WorkerFailed['kind'], error: string}}
 */
export function serialise(value, numbers = new LongNumbers()) {
  let json;
  let odd = false;
  try {
    const text = JSON.stringify(value === undefined ? null : value, (_key, inner) => {
      const written = nearest(inner);
      odd ||= written !== inner || isHollow(inner);
      return numbers.mark(written);
    });
    json = numbers.unmark(text);
  } catch (error) {
    const where = refused(value);
    const why = where ?? describe(error).split('\n')[0];
    return { kind: 'user_error', error: `The workflow's result cannot be written as JSON: ${why}` };
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > RESULT_LIMIT) {
    return {
      kind: 'result_too_large',
      error: `The workflow's result has ${bytes} bytes as JSON; at most ${RESULT_LIMIT} (10 MiB) are kept`,
    };
  }
  return { json, warning: odd ? warning(value) : null };
}

/** @param {unknown} value @returns {unknown} */
function nearest(value) {
  const name = unwritable(value);
  if (name !== null) {
    throw new TypeError(`it contains ${name}`);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return null;
  }
  if (value instanceof Map) {
    const textual = [...value.keys()].every((key) => typeof key === 'string');
    return textual ? Object.fromEntries(value) : [...value];
  }
  if (value instanceof Set) {
    return [...value];
  }
  return value instanceof Error ? { ...value, name: value.name, message: value.message } : value;
}

/** @param {unknown} value */
function unwritable(value) {
  const type = typeof value;
  return type === 'bigint' ? 'a BigInt' : type === 'function' || type === 'symbol' ? `a ${type}` : null;
}

/** An object of a class whose content JSON does not see. @param {unknown} value */
function isHollow(value) {
  return isObject(value) && !isPlain(value) && Object.keys(value).length === 0;
}

/** @param {object} value */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Where the result has what JSON refuses. @param {unknown} result @returns {string | null} */
function refused(result) {
  try {
    for (const { path, value, above } of places(result)) {
      const name = unwritable(value);
      if (name !== null || above.includes(value)) {
        return name === null ? `${path} is circular` : `${path} is ${name}`;
      }
    }
  } catch {
    // It does not let itself be looked at; JSON's own words say more.
  }
  return null;
}

/** @param {unknown} result @returns {string | null} */
function warning(result) {
  /** @type {string[]} */
  const found = [];
  let [looked, odd] = [0, 0];
  try {
    for (const { path, value } of places(result)) {
      const written = nearest(value);
      if ((written !== value || isHollow(value)) && ++odd <= PLACES) {
        found.push(`${path} is ${kind(value)} and became ${form(written)}`);
      }
      if (++looked === LOOKED) {
        break;
      }
    }
  } catch {
    // It was written; that it does not let itself be looked at again must not fail the run.
  }
  const more = odd > PLACES ? `; and ${odd - PLACES} more` : '';
  const named = found.length > 0 ? found.join('; ') : 'something JSON has no form for was changed';
  return `In the workflow's result, ${named}${more}`;
}

/** @param {unknown} value */
function kind(value) {
  if (typeof value === 'number') {
    return String(value);
  }
  const name = /** @type {any} */ (value).constructor?.name ?? 'object';
  const missed = value instanceof Promise ? ' that was not awaited' : '';
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}${missed}`;
}

/** @param {unknown} written */
function form(written) {
  return written === null ? 'null' : Array.isArray(written) ? 'an array' : 'an object';
}

/**
 * Every value of a result as JSON comes to it, with the objects above it.
 *
 * @param {unknown} value
 * @param {string} [path]
 * @param {string} [key]
 * @param {unknown[]} [above]
 * @returns {Generator<{path: string, value: unknown, above: unknown[]}>}
 */
function* places(value, path = 'result', key = '', above = []) {
  const own = isObject(value) && typeof value.toJSON === 'function' ? value.toJSON(key) : value;
  yield { path, value: own, above };
  if (!isObject(own) || above.includes(own)) {
    return;
  }
  const written = /** @type {Record<string, unknown>} */ (nearest(own));
  for (const [name, inner] of Object.entries(written)) {
    yield* places(inner, step(path, name, Array.isArray(written)), name, [...above, own]);
  }
}

/** @param {string} path @param {string} name @param {boolean} index */
function step(path, name, index) {
  return index ? `${path}[${name}]` : /^[\w$]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return value !== null && typeof value === 'object';
}
