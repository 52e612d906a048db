import { Console } from 'node:console';
import { StringDecoder } from 'node:string_decoder';
import { Writable } from 'node:stream';
import { LIMITS } from '../protocol/rules.mjs';
import { send } from './channel.mjs';

/** @import {Level, Source} from '../protocol/types.mjs' */

/** More than a line may have, so that the host sees that it is cut, but not without bound. */
const LIMIT = LIMITS.WorkerLog.message;

/**
 * Sends everything that JavaScript code prints in the order in which it was printed: a console call
 * is one entry, other output an entry per line. (What child processes print arrives beside it.)
 */
export function captureOutput() {
  const levels = /** @type {const} */ ({
    log: 'info',
    info: 'info',
    debug: 'info',
    dir: 'info',
    table: 'info',
    warn: 'warn',
    trace: 'warn',
    error: 'error',
  });
  const out = entryStream('info');
  const err = entryStream('error');
  const plain = new Console({ stdout: out.stream, stderr: err.stream });
  for (const name of /** @type {(keyof Console)[]} */ (Object.keys(plain))) {
    const original = plain[name];
    if (typeof original !== 'function') {
      continue;
    }
    const level = levels[/** @type {keyof typeof levels} */ (name)];
    // @ts-ignore the console's methods are writable
    console[name] = (/** @type {unknown[]} */ ...args) => {
      out.level = level ?? 'info';
      err.level = level ?? 'warn';
      /** @type {Function} */ (original).apply(plain, args);
    };
  }
  replaceWrite(process.stdout, 'stdout', 'info');
  replaceWrite(process.stderr, 'stderr', 'warn');
}

/** @param {Level} level @param {Source} source @param {string} message */
function entry(level, source, message) {
  send({ type: 'log', level, source, message: message.slice(0, LIMIT) });
}

/** @param {Level} initial */
function entryStream(initial) {
  const printed = { level: initial, stream: /** @type {Writable} */ (/** @type {unknown} */ (null)) };
  printed.stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      const text = String(chunk);
      entry(printed.level, 'console', text.endsWith('\n') ? text.slice(0, -1) : text);
      done();
    },
  });
  return printed;
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {Source} source
 * @param {Level} level
 */
function replaceWrite(stream, source, level) {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  /** Whether the rest of a line is left out whose beginning was too long already. */
  let skipping = false;
  const flush = () => {
    if (pending !== '') {
      entry(level, source, pending);
      pending = '';
    }
  };
  /** @type {(chunk: string | Uint8Array, encoding?: any, callback?: any) => boolean} */
  const write = (chunk, encoding, callback) => {
    pending += typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const message of lines) {
      if (!skipping) {
        entry(level, source, message);
      }
      skipping = false;
    }
    if (skipping) {
      pending = '';
    } else if (pending.length > LIMIT) {
      flush();
      skipping = true;
    }
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') {
      process.nextTick(done);
    }
    return true;
  };
  stream.write = write;
  flushes.push(flush);
}

/** @type {(() => void)[]} */
const flushes = [];

/** Sends what was printed without a line feed at its end. */
export function flushOutput() {
  flushes.forEach((flush) => flush());
}
