import { chownSync, mkdirSync, statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IN_MEMORY } from './bubblewrap.mjs';
import { start } from './sandbox.mjs';
import { descendants, endNow, hasHome, hasUser, isAlive, matching, processTable } from './processes.mjs';

/**
 * @import {ChildProcess} from 'node:child_process'
 * @import {Readable, Writable} from 'node:stream'
 * @import {Cell, Sandbox} from './sandbox.mjs'
 */

const IN = 3;
const OUT = 4;
const INFO = 5;

/**
 * One program in one cell: its own process group, killed as a whole with everything that descends
 * from it, its directories removed after it.
 */
export class CellProcess {
  /** The first process inside a bubblewrap sandbox, as seen from outside. @type {number | null} */
  innerPid = null;
  #sandbox;
  #cell;
  #child;
  /** @type {Promise<{code: number | null, signal: string | null, error?: Error}>} */
  exited;
  /** @type {Promise<void>} */
  entered;
  /** @type {Promise<void> | null} */
  #ending = null;

  /**
   * @param {Sandbox} sandbox
   * @param {Cell} cell
   * @param {string[]} argv
   */
  constructor(sandbox, cell, argv) {
    this.#sandbox = sandbox;
    this.#cell = cell;
    if (sandbox.kind !== 'bubblewrap') {
      makeHome(cell, sandbox.ownUser && sandbox.kind === 'user');
    }
    const inside = sandbox.kind === 'bubblewrap';
    const command = sandbox.command(cell, argv, inside ? INFO : null);
    this.#child = start(
      command,
      ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', ...(inside ? /** @type {'pipe'[]} */ (['pipe']) : [])],
      {
        detached: true,
      },
    );
    this.exited = new Promise((done) => {
      this.#child.on('error', (error) => done({ code: null, signal: null, error }));
      this.#child.on('exit', (code, signal) => done({ code, signal }));
    });
    this.entered = inside ? this.#readInnerPid() : Promise.resolve();
    this.input.on('error', () => {}); // the other side may be gone
  }

  get pid() {
    return this.#child.pid ?? -1;
  }

  /** @returns {Readable} */
  get stdout() {
    return /** @type {Readable} */ (this.#child.stdout);
  }

  /** @returns {Readable} */
  get stderr() {
    return /** @type {Readable} */ (this.#child.stderr);
  }

  /** @returns {Writable} */
  get input() {
    return /** @type {Writable} */ (this.#child.stdio[IN]);
  }

  /** @returns {Readable} */
  get output() {
    return /** @type {Readable} */ (/** @type {unknown} */ (this.#child.stdio[OUT]));
  }

  /** @param {object} message */
  send(message) {
    if (this.input.writable) {
      this.input.write(`${JSON.stringify(message)}\n`);
    }
  }

  /**
   * Every process of this cell.
   *
   * @param {ReturnType<typeof processTable>} [table]
   */
  processes(table = processTable()) {
    const tree = descendants(table, this.pid);
    if (this.#sandbox.kind === 'bubblewrap') {
      return tree;
    }
    const { uid, home } = this.#cell;
    const own =
      this.#sandbox.kind === 'user'
        ? matching(table, (pid) => hasUser(pid, uid))
        : matching(table, (pid) => hasHome(pid, join(home, 'home')));
    return [...new Map([...tree, ...own].map((entry) => [entry.pid, entry])).values()];
  }

  /** What the files of this cell take of memory, in MiB. Also open ones without a name: those count as long as they are open. */
  filesMiB() {
    if (this.innerPid === null) {
      return 0;
    }
    try {
      const used = IN_MEMORY.map((path) => statfsSync(`/proc/${this.innerPid}/root${path}`));
      return used.reduce((sum, { blocks, bfree, bsize }) => sum + (blocks - bfree) * bsize, 0) / 1024 / 1024;
    } catch {
      return 0; // it is being made, or gone
    }
  }

  /** Kills everything in the cell and removes what it left. Done when nothing is there any more. */
  end() {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end() {
    if (this.#sandbox.kind === 'bubblewrap') {
      await this.#endSandbox();
    } else {
      await this.#endGroup();
    }
    await rm(this.#cell.home, { recursive: true, force: true, maxRetries: 3 });
    for (const stream of this.#child.stdio) {
      stream?.destroy();
    }
  }

  /**
   * The death of its first process ends a process namespace as a whole, and that process is not gone
   * before all others are. The waiter outside may be gone sooner.
   */
  async #endSandbox() {
    await Promise.race([this.entered, this.exited]);
    endNow(this.innerPid ?? this.pid);
    while (this.innerPid !== null && isAlive(this.innerPid)) {
      endNow(this.innerPid);
      await pause();
    }
    // It ends by itself now, unless somebody has stopped it.
    endNow(this.pid);
    await this.exited;
  }

  /** Without a namespace: until looks at the process table find nobody, thrice, for one may miss a process between fork and exec. */
  async #endGroup() {
    for (let clean = 0; clean < 3;) {
      endNow(-this.pid);
      const left = this.processes();
      left.forEach((entry) => endNow(entry.pid));
      clean = left.length === 0 ? clean + 1 : 0;
      await pause();
    }
    await this.exited;
  }

  /** Reads on to the end: bubblewrap dies of a pipe that is closed while it writes. */
  #readInnerPid() {
    const stream = /** @type {Readable} */ (/** @type {unknown[]} */ (this.#child.stdio)[INFO]);
    let text = '';
    return new Promise((/** @type {(value: void) => void} */ done) => {
      stream.on('data', (chunk) => {
        text += chunk;
        const pid = /"child-pid":\s*(\d+)/.exec(text);
        if (pid) {
          this.innerPid = Number(pid[1]);
          done();
        }
      });
      stream.on('error', () => {}).on('close', () => done());
    });
  }
}

function pause() {
  return new Promise((next) => setTimeout(next, 10));
}

/** @param {Cell} cell @param {boolean} give */
function makeHome(cell, give) {
  for (const directory of [cell.home, join(cell.home, 'home'), join(cell.home, 'tmp')]) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (give) {
      chownSync(directory, cell.uid, cell.uid);
    }
  }
}
