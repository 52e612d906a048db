import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { EXECUTOR } from '../protocol/folder.mjs';
import { endCells, HOST_ID } from './data-directory.mjs';

/**
 * @import {ChildProcess} from 'node:child_process'
 * @import {BuildOrder, Configure, HostOutput} from '../protocol/types.mjs'
 * @import {Sandbox} from './sandbox.mjs'
 * @typedef {Buffer[] | {type: 'rejected', build: string, error: string, log: string, warnings: string[]}} Answer bytes: as the build wrote it
 * @typedef {{child: ChildProcess, place: number, cells: string}} Worker
 */

/** What reading an upload may take of memory. */
const HEAP_MIB = 512;

/** A build has two steps with a limit each; this is for everything around them. */
const MARGIN_MS = 60_000;

/** What a build that is given up may take to end its steps. */
const CLOSING_MS = 5000;

/** Builds give way to runs, and to this process. */
const NICENESS = 10;

/** The builds under way and waiting: a few at a time, one of a tenant, each in a process of its own. */
export class Builds {
  #settings;
  #sandbox;
  #nextUid;
  #emit;
  /** @type {BuildOrder[]} */
  #waiting = [];
  /** @type {Map<BuildOrder, Worker>} */
  #active = new Map();
  #closed = false;

  /**
   * @param {Configure} settings
   * @param {Sandbox} sandbox
   * @param {() => number} nextUid
   * @param {(message: HostOutput | Buffer[]) => void} emit
   */
  constructor(settings, sandbox, nextUid, emit) {
    this.#settings = settings;
    this.#sandbox = sandbox;
    this.#nextUid = nextUid;
    this.#emit = emit;
  }

  /** @param {BuildOrder} order */
  add(order) {
    this.#waiting.push(order);
    this.#next();
  }

  async close() {
    this.#closed = true;
    await Promise.all([...this.#active.values()].map((worker) => this.#end(worker)));
  }

  #next() {
    const free = this.#waiting.findIndex(
      (order) => ![...this.#active.keys()].some(({ tenant }) => tenant === order.tenant),
    );
    if (this.#closed || this.#active.size >= this.#settings.buildConcurrency || free < 0) {
      return;
    }
    const [order] = this.#waiting.splice(free, 1);
    void this.#build(order).then((answer) => {
      this.#active.delete(order);
      if (!this.#closed) {
        this.#emit(answer);
        this.#next();
      }
    });
    this.#next();
  }

  /** @param {BuildOrder} order @returns {Promise<Answer>} */
  async #build(order) {
    const worker = this.#start(order);
    const { child } = worker;
    const rejected = (/** @type {string} */ error) => ({
      type: /** @type {const} */ ('rejected'),
      build: order.build,
      error,
      log: '',
      warnings: [],
    });
    const seconds = (2 * this.#settings.buildTimeoutMs + MARGIN_MS) / 1000;
    /** @type {NodeJS.Timeout | undefined} */ let timer;
    try {
      return await Promise.race([
        this.#answer(child, rejected),
        new Promise((/** @type {(answer: Answer) => void} */ late) => {
          timer = setTimeout(() => late(rejected(`The build took longer than ${seconds} s`)), seconds * 1000);
        }),
      ]);
    } finally {
      clearTimeout(timer);
      await this.#end(worker);
    }
  }

  /** @param {BuildOrder} order @returns {Worker} */
  #start(order) {
    const cells = `${HOST_ID}-${randomBytes(6).toString('hex')}`;
    const place = this.#freePlace();
    const child = fork(join(EXECUTOR, 'host/build-worker.mjs'), {
      execArgv: [`--max-old-space-size=${HEAP_MIB}`],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const worker = { child, place, cells };
    this.#active.set(order, worker);
    child.on('spawn', () => beNice(child));
    const { kind, facts } = this.#sandbox;
    const job = { order, settings: this.#settings, sandbox: { kind, facts }, cells, uid: this.#nextUid(), place };
    child.send(job, () => {}); // one that has died already says so by its exit
    return worker;
  }

  /**
   * What a build finds may be large: it goes through this process unread.
   *
   * @param {ChildProcess} child
   * @param {(error: string) => Answer} rejected
   * @returns {Promise<Answer>}
   */
  #answer(child, rejected) {
    /** @type {Buffer[]} */ const written = [];
    child.stdout?.on('data', (chunk) => written.push(chunk));
    return new Promise((done) => {
      child.on('message', (/** @type {HostOutput} */ dependencies) => this.#emit(dependencies));
      child.on('error', (error) => done(rejected(`The build did not start: ${error.message}`)));
      child.on('close', (code, signal) =>
        done(code === 0 && written.length > 0 ? written : rejected(sayDeath(code, signal))),
      );
    });
  }

  /** Leaves no process and no folder of it, however it ended. @param {Worker} worker */
  async #end({ child, cells }) {
    if (child.connected) {
      child.disconnect();
    }
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((done) => child.once('exit', done));
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSING_MS);
      await exited;
      clearTimeout(timer);
    }
    await endCells(this.#settings.dataDirectory, (name) => name.startsWith(`${cells}-`));
  }

  /** The lowest number that no build has. */
  #freePlace() {
    const taken = new Set([...this.#active.values()].map(({ place }) => place));
    let place = 0;
    while (taken.has(place)) {
      place++;
    }
    return place;
  }
}

/** @param {ChildProcess} child */
function beNice(child) {
  try {
    setPriority(/** @type {number} */ (child.pid), NICENESS);
  } catch {
    // gone, or not allowed: it builds as it is
  }
}

/** @param {number | null} code @param {string | null} signal */
function sayDeath(code, signal) {
  // V8 aborts a process whose heap is full.
  return signal === 'SIGABRT' || code === 134
    ? `Reading the upload takes more than ${HEAP_MIB} MiB of memory`
    : `The build's process ended unexpectedly (${signal ?? `exit code ${code}`})`;
}
