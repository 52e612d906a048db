import { setImmediate as nextTurn } from 'node:timers/promises';
import { TextDecoder } from 'node:util';
import { LIMITS } from '../protocol/rules.mjs';

/**
 * Messages of a worker that are too long to be made objects at once: they have one long field each, which goes through
 * this process in the parts in which it came. Whatever else a worker writes at such length is refused unread.
 *
 * @import {Line} from '../protocol/messages.mjs'
 * @typedef {{type: 'result', json: Buffer[]}} LongResult json: what stands between the quotes
 * @typedef {{type: 'screenshot' | 'page_html', data: Buffer[]}} LongPicture data: base64
 * @typedef {LongResult | LongPicture} LongMessage
 */

/** Longer than any other message of a worker, however it is escaped. */
export const LONG = 1024 * 1024;

/** @type {[LongMessage['type'], string, number][]} each type, how its message begins, and the most bytes of its field */
const FORMS = [
  ['result', '{"type":"result","json":"', LIMITS.WorkerResult.json],
  ['screenshot', '{"type":"screenshot","data":"', LIMITS.WorkerScreenshot.data],
  ['page_html', '{"type":"page_html","data":"', LIMITS.WorkerPageHtml.data],
];
const END = '"}';

/** More than any form begins with. */
const START = 100;

const [QUOTE, BACKSLASH, SPACE, U] = [...'"\\ u'].map((character) => character.charCodeAt(0));
const AFTER_BACKSLASH = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));

/** The longest that stands for one unit of a string: a backslash, u and four digits. */
const ESCAPE = 6;

/**
 * @param {Line} line
 * @returns {Promise<LongMessage | string>} text: what is wrong with it
 */
export async function readLong({ parts, length }) {
  const start = Buffer.concat(slice(parts, 0, START)).toString('latin1');
  const form = FORMS.find(([, begin]) => start.startsWith(begin));
  const end = Buffer.concat(slice(parts, length - END.length, length)).toString('latin1');
  if (form === undefined || end !== END) {
    const [, type = ''] = /^{"type":"(\w*)"/.exec(start) ?? [];
    return `a "${type}" message that is not valid: it has ${length} bytes`;
  }
  const [type, begin, most] = form;
  const field = slice(parts, begin.length, length - END.length);
  const bytes = type === 'result' ? await bytesOfString(field) : length - begin.length - END.length;
  if (bytes === null || bytes > most) {
    return `a "${type}" message that is not valid: it ${bytes === null ? 'is not JSON' : `has more than ${most} bytes`}`;
  }
  return type === 'result' ? { type, json: field } : { type, data: field };
}

/** The same message to the job service, written out. @param {string} run @param {Buffer[]} json */
export function writeCompleted(run, json) {
  return [Buffer.from(`{"type":"completed","run":${JSON.stringify(run)},"json":"`), ...json, Buffer.from(END)];
}

/** @param {Buffer[]} parts @param {number} from @param {number} to @returns {Buffer[]} */
function slice(parts, from, to) {
  let at = 0;
  return parts
    .map((part) => {
      const cut = part.subarray(Math.max(from - at, 0), Math.max(to - at, 0));
      at += part.length;
      return cut;
    })
    .filter((part) => part.length > 0);
}

/**
 * @param {Buffer[]} parts of what stands between the quotes of a JSON string
 * @returns {Promise<number | null>} how long the string is, in bytes of UTF-8; null: it is no string
 */
async function bytesOfString(parts) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  /** @type {Buffer} */ let rest = Buffer.alloc(0);
  try {
    for (const [i, part] of parts.entries()) {
      decoder.decode(part, { stream: true });
      const text = rest.length === 0 ? part : Buffer.concat([rest, part]);
      const last = i === parts.length - 1;
      const scanned = scan(text, last ? text.length : text.length - ESCAPE);
      if (scanned === null || (last && scanned.at !== text.length)) {
        return null;
      }
      bytes += scanned.bytes;
      rest = text.subarray(scanned.at);
      await nextTurn();
    }
    decoder.decode();
  } catch {
    return null; // it is no UTF-8
  }
  return bytes;
}

/** Reads at least up to the end. @param {Buffer} text @param {number} end */
function scan(text, end) {
  let at = 0;
  let bytes = 0;
  while (at < end) {
    const byte = text[at];
    if (byte < SPACE || byte === QUOTE) {
      return null;
    }
    const unit = byte === BACKSLASH ? escaped(text, at) : PLAIN;
    if (unit === null) {
      return null;
    }
    at += unit.length;
    bytes += unit.bytes;
  }
  return { at, bytes };
}

const PLAIN = { length: 1, bytes: 1 };
const SHORT = { length: 2, bytes: 1 };

/** What begins with a backslash, and what it stands for. @param {Buffer} text @param {number} at */
function escaped(text, at) {
  if (text[at + 1] !== U) {
    return AFTER_BACKSLASH.has(text[at + 1]) ? SHORT : null;
  }
  const digits = text.toString('latin1', at + 2, at + ESCAPE);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
    return null;
  }
  const unit = Number.parseInt(digits, 16);
  return { length: ESCAPE, bytes: unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3 };
}
