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
    const splitter = new LineSplitter(LINE_LIMIT, (line, cut) => {
      const text = line.toString('utf8');
      if (source === 'stderr') {
        this.#stderrTail = (this.#stderrTail + text).slice(-8192);
      }
      if (!this.#closed) {
        this.#log.add(level, source, text, cut);
      }
    });
    stream.on('data', (chunk) => splitter.push(chunk));
    stream.on('end', () => splitter.end());
    stream.on('error', () => {});
  }

  /** What comes from now on is no line of the run any more. */
  close() {
    this.#closed = true;
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
