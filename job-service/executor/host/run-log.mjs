import { LIMITS } from '../protocol/rules.mjs';
import { Redaction } from './redaction.mjs';

/**
 * @import {Level, Source} from '../protocol/types.mjs'
 * @import {Paths} from './paths.mjs'
 */

/** The API's promises, in bytes: a line, a job. */
export const LINE_LIMIT = LIMITS.RunLogged.message;
export const JOB_LIMIT = 10 * 1024 * 1024;

/** Short and empty lines cost their envelope too: ours, so that a job's log is bounded in number. */
export const JOB_LINES_LIMIT = 200_000;

/**
 * The lines of one run: numbers them, cuts them and takes out secrets and this machine's paths.
 *
 * @typedef {{seq: number, level: Level, source: Source, message: string, at: number}} Line
 */
export class RunLog {
  #seq = 0;
  #bytes = 0;
  #lines = 0;
  #full = false;
  #emit;
  #redaction = new Redaction([]);
  #paths;
  #lineLimit;
  #jobLimit;
  #linesLimit;

  /**
   * @param {(line: Line) => void} emit
   * @param {Paths} paths
   * @param {{line?: number, job?: number, lines?: number}} [limits]
   */
  constructor(emit, paths, limits = {}) {
    this.#emit = emit;
    this.#paths = paths;
    this.#lineLimit = limits.line ?? LINE_LIMIT;
    this.#jobLimit = limits.job ?? JOB_LIMIT;
    this.#linesLimit = limits.lines ?? JOB_LINES_LIMIT;
  }

  /** @param {string[]} secrets values that never leave the run */
  conceal(secrets) {
    this.#redaction = new Redaction(secrets);
  }

  /**
   * @param {string} text
   * @param {boolean} [cut] whether the text has lost its end: what is left there may be a part of a secret
   * @returns {string} the text without secrets, without paths of ours, and without characters that a database refuses
   */
  clean(text, cut = false) {
    // The decoder's sign for half a character stands at the cut.
    const whole = cut ? text.replace(/\uFFFD$/, '') : text;
    return printable(this.#paths.hide(this.#redaction.apply(whole, cut)));
  }

  /** A text of any length without secrets, piece by piece, with pauses. @param {string} text */
  cleanLong(text) {
    return this.#redaction.applySlowly(text);
  }

  /**
   * @param {Level} level
   * @param {Source} source
   * @param {string} message
   * @param {boolean} [cut] the message has lost its end already
   */
  add(level, source, message, cut = false) {
    if (this.#full) {
      return;
    }
    const whole = this.clean(message, cut || message.length >= LIMITS.WorkerLog.message);
    const text = cutToBytes(whole, this.#lineLimit);
    this.#bytes += Buffer.byteLength(text);
    const most =
      this.#bytes > this.#jobLimit
        ? size(this.#jobLimit)
        : ++this.#lines > this.#linesLimit
          ? `${this.#linesLimit} lines`
          : null;
    if (most !== null) {
      this.#full = true;
      this.#put('warn', 'executor', `[the log of this job is cut here: it is longer than ${most}]`);
      return;
    }
    this.#put(level, source, text);
    if (cut || text.length < whole.length) {
      this.#put('warn', 'executor', `[the line above is cut: it is longer than ${size(this.#lineLimit)}]`);
    }
  }

  /**
   * A line of the executor's own, which even a full log takes.
   *
   * @param {Level} level
   * @param {string} message
   */
  note(level, message) {
    this.#put(level, 'executor', cutToBytes(this.clean(message), this.#lineLimit));
  }

  /**
   * @param {Level} level
   * @param {Source} source
   * @param {string} message
   */
  #put(level, source, message) {
    this.#emit({ seq: ++this.#seq, level, source, message, at: Date.now() });
  }
}

/** The values under `credentials` of an input. @param {any} input @returns {string[]} */
export function secretsOf(input) {
  const credentials = input?.credentials;
  return credentials !== null && typeof credentials === 'object'
    ? Object.values(credentials).filter((value) => typeof value === 'string')
    : [];
}

/** Without characters that a database refuses. @param {string} text */
function printable(text) {
  return Buffer.from(text.replaceAll('\0', '\uFFFD'), 'utf8').toString('utf8');
}

/**
 * @param {string} text
 * @param {number} limit
 */
function cutToBytes(text, limit) {
  if (text.length <= limit / 3 || Buffer.byteLength(text) <= limit) {
    return text;
  }
  const bytes = Buffer.from(text, 'utf8');
  let end = limit;
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) {
    end--;
  }
  return bytes.toString('utf8', 0, end);
}

/** @param {number} bytes */
function size(bytes) {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`;
}
