import { setImmediate } from 'node:timers';
import { LineSplitter } from '../protocol/messages.mjs';
import { LINE_LIMIT } from './run-log.mjs';

/**
 * @import {Level} from '../protocol/types.mjs'
 * @import {RunLog} from './run-log.mjs'
 */

/** What a run's processes print past its channel, and what that tells about their end. */
export class RunOutput {
  #log;
  #stderrTail = '';
  #closed = false;

  /** @param {RunLog} log */
  constructor(log) {
    this.#log = log;
  }

  /**
   * @param {import('node:stream').Readable} stream
   * @param {'stdout' | 'stderr'} source
   * @param {Level} level
   */
  capture(stream, source, level) {
    const splitter = new LineSplitter(LINE_LIMIT);
    const take = (/** @type {Iterable<import('../protocol/messages.mjs').Line>} */ lines) => {
      for (const line of lines) {
        this.#take(level, source, line.toString(), line.cut);
      }
    };
    stream.on('data', (chunk) => {
      take(splitter.push(chunk));
      // Others get their turn between two chunks.
      stream.pause();
      setImmediate(() => stream.resume());
    });
    stream.on('end', () => take(splitter.end()));
    stream.on('error', () => {});
  }

  /** What comes from now on is no line of the run any more. */
  close() {
    this.#closed = true;
  }

  /** @param {Level} level @param {'stdout' | 'stderr'} source @param {string} text @param {boolean} cut */
  #take(level, source, text, cut) {
    if (source === 'stderr') {
      this.#stderrTail = (this.#stderrTail + text).slice(-8192);
    }
    if (!this.#closed) {
      this.#log.add(level, source, text, cut);
    }
  }

  /** @param {number | null} code @param {string | null} signal */
  sayExit(code, signal) {
    if (/heap out of memory|Allocation failed/.test(this.#stderrTail)) {
      return 'The workflow ran out of memory: its JavaScript heap is full';
    }
    if (signal !== null || (code ?? 0) > 128) {
      return `The workflow's process was ended by a signal (${signal ?? (code ?? 0) - 128})`;
    }
    return `The workflow ended its process (exit code ${code}) before it returned`;
  }
}
