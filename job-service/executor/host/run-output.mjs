import { setImmediate } from 'node:timers';
import { LineSplitter } from '../protocol/messages.mjs';
import { LINE_LIMIT } from './run-log.mjs';

/**
 * @import {Level} from '../protocol/types.mjs'
 * @import {RunLog} from './run-log.mjs'
 */

/**
 * What is read in one turn of the event loop: all that can stand in a pipe when a run ends, so that no line is lost, and
 * little more, so that others get their turn.
 */
const BYTES_A_TURN = 512 * 1024;

/** What a run's processes print past its channel, and what that tells about their end. */
export class RunOutput {
  #log;
  #stderrTail = '';
  #closed = false;
  /** @type {import('node:stream').Readable[]} */
  #streams = [];

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
    this.#streams.push(stream);
    const splitter = new LineSplitter(LINE_LIMIT);
    const take = (/** @type {Iterable<import('../protocol/messages.mjs').Line>} */ lines) => {
      for (const line of lines) {
        this.#take(level, source, line.toString(), line.cut);
      }
    };
    let bytes = 0;
    stream.on('data', (chunk) => {
      take(splitter.push(chunk));
      if (bytes === 0) {
        setImmediate(() => {
          bytes = 0;
          stream.resume();
        });
      }
      bytes += chunk.length;
      if (bytes >= BYTES_A_TURN) {
        stream.pause();
      }
    });
    stream.on('end', () => take(splitter.end()));
    stream.on('error', () => {});
  }

  /** What comes from now on is no line of the run any more. */
  close() {
    this.#streams.forEach((stream) => void readArrived(stream));
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

/** Lets a stream that was paused hand over what it holds. @param {import('node:stream').Readable} stream */
function readArrived(stream) {
  while (stream.isPaused() && stream.read() !== null) {
    // Whoever listens has it.
  }
}
