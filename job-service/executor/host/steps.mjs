import { CellProcess } from './cell-process.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import { LineSplitter, MESSAGE_LIMIT, readMessages } from '../protocol/messages.mjs';
import { sizeOf } from './tree.mjs';

/**
 * @import {Configure} from '../protocol/types.mjs'
 * @import {Cell, Sandbox} from './sandbox.mjs'
 * @typedef {{ok: boolean, output: string}} StepEnd
 * @typedef {object} Step
 * @property {Cell} cell
 * @property {string[]} argv
 * @property {string} directory what it fills, whose size is watched
 * @property {string} what for its author, e.g. "Installing the dependencies"
 * @property {(message: any, process: CellProcess) => void} [onMessage]
 * @property {(line: string) => void} [onLine] of its output
 */

/** How much of a tool's output an author gets to see. */
const TAIL_LINES = 20;

/** How often size and memory are looked at. */
const CHECK_MS = 2000;

/** Runs the programs of builds, each in a cell, within the limits of time and size. */
export class Steps {
  #settings;
  #sandbox;
  /** @type {Set<CellProcess>} */
  #processes = new Set();

  /** @param {Configure} settings @param {Sandbox} sandbox */
  constructor(settings, sandbox) {
    this.#settings = settings;
    this.#sandbox = sandbox;
  }

  async close() {
    await Promise.all([...this.#processes].map((process) => process.end()));
  }

  /** @param {Step} step @returns {Promise<StepEnd>} */
  async run({ cell, argv, directory, what, onMessage = () => {}, onLine = () => {} }) {
    const process = new CellProcess(this.#sandbox, cell, argv);
    this.#processes.add(process);
    /** @type {string[]} */
    const lines = [];
    const keep = (/** @type {Iterable<import('../protocol/messages.mjs').Line>} */ more) => {
      for (const each of more) {
        const line = each.toString();
        onLine(line);
        void (lines.push(line) > TAIL_LINES && lines.shift());
      }
    };
    for (const stream of [process.stdout, process.stderr]) {
      const splitter = new LineSplitter(4096);
      stream
        .on('data', (chunk) => keep(splitter.push(chunk)))
        .on('end', () => keep(splitter.end()))
        .on('error', () => {});
    }
    /** @type {unknown} */ let failure = null;
    const attempt = (/** @type {() => void} */ act) => {
      try {
        act();
      } catch (error) {
        failure ??= error;
      }
    };
    const drained = readMessages(
      process.output,
      MESSAGE_LIMIT,
      (message) => attempt(() => onMessage(message, process)),
      (problem) =>
        attempt(() => {
          throw new BuildProblem(`${what} wrote ${problem} to the executor's channel`);
        }),
    );
    try {
      const end = await this.#within(process, directory, what);
      await Promise.race([drained, new Promise((late) => setTimeout(late, 2000))]);
      if (failure !== null) {
        throw failure;
      }
      return { ok: end.code === 0, output: lines.join('\n') };
    } finally {
      await process.end();
      this.#processes.delete(process);
    }
  }

  /**
   * @param {CellProcess} process
   * @param {string} directory
   * @param {string} what
   * @returns {Promise<{code: number | null}>}
   */
  async #within(process, directory, what) {
    /** @type {NodeJS.Timeout | undefined} */ let timer;
    /** @type {NodeJS.Timeout | undefined} */ let checks;
    const { buildTimeoutMs } = this.#settings;
    const limit = new Promise((_, reject) => {
      timer = setTimeout(
        () => reject(new BuildProblem(`${what} took longer than ${buildTimeoutMs / 1000} s`)),
        buildTimeoutMs,
      );
      checks = setInterval(() => {
        const problem = this.#tooLarge(directory) ?? this.#tooMuchMemory(process, what);
        if (problem) {
          reject(problem);
        }
      }, CHECK_MS);
    });
    try {
      const end = await Promise.race([process.exited, limit]);
      const problem = this.#tooLarge(directory);
      if (problem) {
        throw problem;
      }
      return /** @type {{code: number | null}} */ (end);
    } finally {
      clearTimeout(timer);
      clearInterval(checks);
    }
  }

  /** @param {string} directory @returns {BuildProblem | null} */
  #tooLarge(directory) {
    const { bundleLimitMiB } = this.#settings;
    try {
      return sizeOf(directory) > bundleLimitMiB * 1024 * 1024
        ? new BuildProblem(`The bundle with its dependencies is larger than ${bundleLimitMiB} MiB`)
        : null;
    } catch (error) {
      return /** @type {BuildProblem} */ (error);
    }
  }

  /** @param {CellProcess} process @param {string} what */
  #tooMuchMemory(process, what) {
    const { memoryLimitMiB } = this.#settings;
    const used = process.processes().reduce((sum, entry) => sum + entry.residentKiB, 0) / 1024;
    return used > memoryLimitMiB ? new BuildProblem(`${what} used more than ${memoryLimitMiB} MiB of memory`) : null;
  }
}
