/**
 * @import {HostOutput} from '../protocol/types.mjs'
 * @import {Line} from './run-log.mjs'
 * @typedef {{message: Extract<HostOutput, {type: 'log'}>, bytes: number}} Weighed
 * @typedef {object} Queue the lines of one run
 * @property {string} run
 * @property {Weighed[]} sent not taken yet
 * @property {number} sentBytes
 * @property {Weighed[]} lines those not sent yet, from `next` on
 * @property {number} next
 * @property {number} heldBytes
 * @property {(() => void) | null} closed what to call when nothing is left; null: more may come
 */

/** What a line costs beside its text. */
const OVERHEAD = 200;

/** Enough for a run that is being read as fast as it talks. */
const RUN_WINDOW = 512 * 1024;

/** What all runs together may have on the way: the job service keeps it in memory beside its own buffer. */
const WINDOW = 8 * 1024 * 1024;

/** What ended runs may leave: as much as six of them that say all that a job may say. */
const LEFT_LIMIT = 64 * 1024 * 1024;

/**
 * Log lines on their way to the job service, which takes them as the broker does. A few are sent before they are
 * taken, bounded in bytes for each run and for all. The others wait here, also when their run has ended: a run never
 * waits for its lines, because its result would wait too. What waits is bounded by the size of a job's log, and, of
 * ended runs, by a limit for all of them; past it the lines of the one that ended first are given up.
 */
export class LineFlow {
  /** @type {Map<string, Queue>} in the order in which it is their turn */
  #queues = new Map();
  #emit;
  #limits;
  #sentBytes = 0;

  /**
   * @param {(message: HostOutput) => void} emit
   * @param {{run: number, all: number, left: number}} [limits] bytes
   */
  constructor(emit, limits = { run: RUN_WINDOW, all: WINDOW, left: LEFT_LIMIT }) {
    this.#emit = emit;
    this.#limits = limits;
  }

  /** @param {string} run @param {Line} line */
  add(run, line) {
    const queue = this.#queues.get(run) ?? newQueue(run);
    this.#queues.set(run, queue);
    const bytes = OVERHEAD + Buffer.byteLength(line.message);
    queue.lines.push({ message: { type: 'log', run, ...line }, bytes });
    queue.heldBytes += bytes;
    this.#pump(queue);
  }

  /** The job service has taken a run's lines up to this number. @param {string} run @param {number} seq */
  taken(run, seq) {
    const queue = this.#queues.get(run);
    if (!queue) {
      return;
    }
    const left = queue.sent.findIndex(({ message }) => message.seq > seq);
    for (const { bytes } of queue.sent.splice(0, left < 0 ? queue.sent.length : left)) {
      queue.sentBytes -= bytes;
      this.#sentBytes -= bytes;
    }
    [...this.#queues.values()].filter(waits).forEach((other) => this.#pump(other));
    this.#endIfDone(queue);
  }

  /** No more lines of this run will come. @param {string} run @returns {Promise<void>} until all are taken or given up */
  close(run) {
    const queue = this.#queues.get(run) ?? newQueue(run);
    this.#queues.set(run, queue);
    return new Promise((done) => {
      queue.closed = done;
      this.#endIfDone(queue);
      this.#giveUpWhatIsTooMuch();
    });
  }

  /** @param {Queue} queue */
  #pump(queue) {
    let next = queue.lines[queue.next];
    while (
      next &&
      fits(queue.sentBytes, next.bytes, this.#limits.run) &&
      fits(this.#sentBytes, next.bytes, this.#limits.all)
    ) {
      queue.sentBytes += next.bytes;
      queue.heldBytes -= next.bytes;
      this.#sentBytes += next.bytes;
      queue.sent.push(next);
      this.#emit(next.message);
      next = queue.lines[++queue.next];
      // The next turn is somebody else's.
      this.#queues.delete(queue.run);
      this.#queues.set(queue.run, queue);
    }
    if (queue.next > queue.lines.length / 2) {
      queue.lines.splice(0, queue.next);
      queue.next = 0;
    }
  }

  /** @param {Queue} queue */
  #endIfDone(queue) {
    if (queue.closed && queue.sent.length === 0 && !waits(queue)) {
      this.#queues.delete(queue.run);
      queue.closed();
    }
  }

  #giveUpWhatIsTooMuch() {
    const ended = [...this.#queues.values()].filter((queue) => queue.closed && waits(queue));
    let bytes = ended.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
    for (const queue of ended) {
      if (bytes <= this.#limits.left) {
        return;
      }
      bytes -= queue.heldBytes;
      const last = /** @type {Weighed} */ (queue.lines.at(-1)).message;
      const message = `[${queue.lines.length - queue.next} lines were dropped here because they could not be stored in time]`;
      queue.heldBytes = OVERHEAD + message.length;
      queue.lines = [{ message: { ...last, level: 'warn', source: 'executor', message }, bytes: queue.heldBytes }];
      queue.next = 0;
    }
  }
}

/** One line always fits, however long. @param {number} used @param {number} bytes @param {number} limit */
function fits(used, bytes, limit) {
  return used === 0 || used + bytes <= limit;
}

/** @param {Queue} queue whether lines of it were not sent yet */
function waits({ lines, next }) {
  return next < lines.length;
}

/** @param {string} run @returns {Queue} */
function newQueue(run) {
  return { run, sent: [], sentBytes: 0, lines: [], next: 0, heldBytes: 0, closed: null };
}
