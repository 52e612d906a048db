import { setImmediate as nextTurn } from 'node:timers/promises';
import { LIMITS } from './rules.mjs';

/** A result has at most this many bytes of UTF-8: the API's promise. */
export const RESULT_LIMIT = LIMITS.RunCompleted.json;

/** One message of a worker: a result of quotes only doubles when it is quoted once more. */
export const MESSAGE_LIMIT = 2 * RESULT_LIMIT + 4 * 1024 * 1024;

/** A line in the parts in which it came: to put together a long one takes as long as hundreds of messages. */
export class Line {
  /**
   * @param {Buffer[]} parts
   * @param {number} length
   * @param {boolean} cut whether it has lost its end
   */
  constructor(parts, length, cut) {
    this.parts = parts;
    this.length = length;
    this.cut = cut;
  }

  toString() {
    return (this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts)).toString('utf8');
  }
}

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

  /** @param {number} limit bytes */
  constructor(limit) {
    this.#limit = limit;
  }

  /** @param {Buffer} chunk @returns {Generator<Line>} */
  *push(chunk) {
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(10, from);
      yield* this.#append(at < 0 ? chunk.subarray(from) : chunk.subarray(from, at));
      if (at < 0) {
        return;
      }
      yield* this.end();
      from = at + 1;
    }
  }

  /** Hands over what stands without a line feed at the end. @returns {Generator<Line>} */
  *end() {
    if (!this.#skipping && this.#parts.length > 0) {
      yield this.#take(false);
    }
    this.#skipping = false;
  }

  /** @param {Buffer} part @returns {Generator<Line>} */
  *#append(part) {
    if (this.#skipping) {
      return;
    }
    const fits = part.subarray(0, this.#limit - this.#length);
    this.#parts.push(fits);
    this.#length += fits.length;
    if (fits.length < part.length) {
      this.#skipping = true;
      yield this.#take(true);
    }
  }

  /** @param {boolean} cut */
  #take(cut) {
    const line = new Line(this.#parts, this.#length, cut);
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}

/**
 * Reads JSON messages from a stream, one chunk in a turn of the event loop: whoever writes without end holds up nobody
 * else.
 *
 * @param {import('node:stream').Readable} stream
 * @param {number} limit bytes of one message
 * @param {(message: any) => void} onMessage
 * @param {(problem: string) => void} onProblem what arrived instead of a message
 * @param {(line: Line) => Promise<void> | null} [onLine] takes what is better not parsed; null: it did not
 * @returns {Promise<void>} until all that will ever arrive has been handed over
 */
export async function readMessages(stream, limit, onMessage, onProblem, onLine = () => null) {
  const splitter = new LineSplitter(limit);
  const read = (/** @type {Line} */ line) => {
    if (line.cut) {
      onProblem(`a message longer than ${limit} bytes`);
      return null;
    }
    const taken = onLine(line);
    if (taken === null && line.length > 0) {
      parse(line, onMessage, onProblem);
    }
    return taken;
  };
  for await (const chunk of chunksOf(stream)) {
    for (const line of splitter.push(chunk)) {
      const taken = read(line);
      if (taken !== null) {
        await taken;
      }
    }
  }
  for (const line of splitter.end()) {
    await read(line);
  }
}

/** What stood in a stream before it ended or broke. @param {import('node:stream').Readable} stream @returns {AsyncGenerator<Buffer>} */
async function* chunksOf(stream) {
  const chunks = stream[Symbol.asyncIterator]();
  const next = () => chunks.next().catch(() => ({ done: true, value: null }));
  for (let chunk = await next(); !chunk.done; chunk = await next()) {
    yield chunk.value;
    await nextTurn();
  }
}

/**
 * @param {Line} line
 * @param {(message: any) => void} onMessage
 * @param {(problem: string) => void} onProblem
 */
function parse(line, onMessage, onProblem) {
  /** @type {unknown} */
  let message;
  try {
    message = JSON.parse(line.toString());
  } catch {
    message = null;
  }
  if (message === null || typeof message !== 'object') {
    onProblem('a line that is not a message');
    return;
  }
  onMessage(message);
}
