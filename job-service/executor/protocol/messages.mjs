import { LIMITS } from './rules.mjs';

/** A result has at most this many bytes of UTF-8: the API's promise. */
export const RESULT_LIMIT = LIMITS.RunCompleted.json;

/** One message of a worker: a result of quotes only doubles when it is quoted once more. */
export const MESSAGE_LIMIT = 2 * RESULT_LIMIT + 4 * 1024 * 1024;

/**
 * Cuts a byte stream into lines. A line longer than the limit is handed over cut, once, and its
 * rest is skipped, so that memory stays bounded whatever is sent.
 */
export class LineSplitter {
  /** @type {Buffer[]} */
  #parts = [];
  #length = 0;
  #skipping = false;
  #limit;
  #onLine;

  /**
   * @param {number} limit bytes
   * @param {(line: Buffer, cut: boolean) => void} onLine
   */
  constructor(limit, onLine) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  /** @param {Buffer} chunk */
  push(chunk) {
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(10, from);
      if (at < 0) {
        this.#append(chunk.subarray(from));
        return;
      }
      this.#append(chunk.subarray(from, at));
      this.end();
      from = at + 1;
    }
  }

  /** Hands over what stands without a line feed at the end. */
  end() {
    if (!this.#skipping && this.#parts.length > 0) {
      this.#emit(false);
    }
    this.#skipping = false;
  }

  /** @param {Buffer} part */
  #append(part) {
    if (this.#skipping) {
      return;
    }
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length > this.#limit) {
      this.#emit(true);
      this.#skipping = true;
    }
  }

  /** @param {boolean} cut */
  #emit(cut) {
    const line = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    this.#onLine(cut ? line.subarray(0, this.#limit) : line, cut);
  }
}

/**
 * Reads JSON messages from a stream.
 *
 * @param {import('node:stream').Readable} stream
 * @param {number} limit bytes of one message
 * @param {(message: any) => void} onMessage
 * @param {(problem: string) => void} onProblem what arrived instead of a message
 */
export function readMessages(stream, limit, onMessage, onProblem) {
  const splitter = new LineSplitter(limit, (line, cut) => {
    if (line.length === 0) {
      return;
    }
    /** @type {unknown} */
    let message;
    try {
      message = cut ? null : JSON.parse(line.toString('utf8'));
    } catch {
      message = null;
    }
    if (message === null || typeof message !== 'object') {
      onProblem(cut ? `a message longer than ${limit} bytes` : 'a line that is not a message');
      return;
    }
    onMessage(message);
  });
  stream.on('data', (chunk) => splitter.push(chunk));
  stream.on('end', () => splitter.end());
}
