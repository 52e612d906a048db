import { join, relative } from 'node:path';
import { CellProcess } from './cell-process.mjs';
import { Conversation } from './conversation.mjs';
import { EXECUTOR } from '../protocol/folder.mjs';
import { LONG, readLong } from './long-message.mjs';
import { MESSAGE_LIMIT, readMessages } from '../protocol/messages.mjs';
import * as rules from '../protocol/rules.mjs';

/**
 * @import {Cell, Sandbox} from './sandbox.mjs'
 * @import {Configure, LaunchOptions, RunOrder, WorkerInput, WorkerOutput} from '../protocol/types.mjs'
 * @import {LongMessage} from './long-message.mjs'
 */

/**
 * A worker process with a browser of its own, for one run. A warm one is started before there is a
 * run for it and sees no bundle until it is used; it is used once.
 */
export class Slot {
  /** Resolves when the browser is open; false when it never will be. @type {Promise<boolean>} */
  launched;
  /** Resolves when the worker has said all that it will. @type {Promise<void>} */
  heard;
  /** @type {(message: WorkerOutput | LongMessage) => void} */
  onMessage = () => {};
  /** @type {(problem: string) => void} */
  onProblem = () => {};
  #sandbox;
  #cell;
  #store;
  /** @type {(WorkerOutput | LongMessage)[]} what a warm worker said before there was a listener */
  #early = [];
  #listening = false;
  #conversation = new Conversation(rules.WorkerInput, rules.WorkerOutput, 'created');
  /** @type {string | null} what the worker did that no worker may */
  #problem = null;

  /**
   * @param {Sandbox} sandbox
   * @param {Configure} settings
   * @param {{name: string, uid: number, chromium: string, launch: LaunchOptions, tree: string | null, offer: ReturnType<typeof import('./browsers-path.mjs').offerBrowsers>}} options tree null: a warm slot
   */
  constructor(sandbox, settings, options) {
    const { chromium, launch } = options;
    this.#sandbox = sandbox;
    this.#store = settings.dataDirectory;
    this.#cell = this.#makeCell(settings, options);
    this.process = new CellProcess(sandbox, this.#cell, nodeCommand('worker/main.mjs', settings.memoryLimitMiB));
    /** @type {(open: boolean) => void} */ let done = () => {};
    this.launched = new Promise((resolve) => (done = resolve));
    void this.process.exited.then(() => done(false));
    this.heard = readMessages(
      this.process.output,
      MESSAGE_LIMIT,
      (message) => {
        this.#judge(message);
        if (message.type === 'launched' || message.type === 'launch_failed') {
          done(message.type === 'launched' && this.#problem === null);
        }
      },
      (problem) => this.#refuse(`wrote ${problem} to`),
      (line) => (line.length > LONG ? this.#judgeLong(line) : null),
    );
    this.process.output.on('error', () => {});
    this.#say({ type: 'launch', chromium, sandbox: sandbox.facts.browserSandbox, options: launch });
  }

  /**
   * Whether a bundle can be shown to this slot although it was started without one.
   *
   * @param {string} directory
   */
  canReveal(directory) {
    const path = relative(this.#store, directory);
    return this.#sandbox.kind !== 'bubblewrap' || (path !== '' && !path.startsWith('..'));
  }

  /** @param {RunOrder} run @param {boolean} warm */
  async begin(run, warm) {
    if (warm && this.#sandbox.kind === 'bubblewrap') {
      // The worker speaks only when the sandbox around it stands.
      await this.launched;
      await this.#sandbox.reveal(
        /** @type {number} */ (this.process.innerPid),
        relative(this.#store, run.bundle.directory),
      );
    }
    const { workflow, input, session, browser } = run;
    const root = this.#sandbox.treePath(this.#cell, run.bundle.directory);
    this.#say({ type: 'run', root, entry: run.bundle.entry, workflow, input, session, browser });
  }

  /** From now on messages go to onMessage, those already said first. */
  listen() {
    this.#listening = true;
    this.#early.splice(0).forEach((message) => this.onMessage(message));
    if (this.#problem !== null) {
      this.onProblem(this.#problem);
    }
  }

  /** The time of the run is up: its worker may show its page. */
  expire() {
    this.#say({ type: 'expire' });
  }

  /** @param {WorkerInput} message */
  #say(message) {
    this.#conversation.say(message.type);
    this.process.send(message);
  }

  /** @param {import('../protocol/messages.mjs').Line} line */
  async #judgeLong(line) {
    if (this.#problem === null && !this.#conversation.over) {
      const message = await readLong(line);
      if (typeof message === 'string') {
        this.#refuse(`sent ${message} to`);
      } else {
        this.#judge(message, true);
      }
    }
  }

  /** @param {any} message of a process that foreign code may have taken over @param {boolean} [read] whether its form is right */
  #judge(message, read = false) {
    if (this.#problem !== null || this.#conversation.over) {
      return;
    }
    const objection = this.#conversation.hear(message, read);
    if (objection !== null) {
      this.#refuse(`sent ${objection} to`);
    } else if (this.#listening) {
      this.onMessage(message);
    } else {
      this.#early.push(message);
    }
  }

  /** Hears no more of this worker, and ends it. @param {string} problem */
  #refuse(problem) {
    if (this.#problem === null) {
      this.#problem = problem;
      if (this.#listening) {
        this.onProblem(problem);
      }
      void this.process.end();
    }
  }

  /**
   * @param {Configure} settings
   * @param {ConstructorParameters<typeof Slot>[2]} options
   * @returns {Cell}
   */
  #makeCell(settings, { name, uid, tree, launch, offer }) {
    const display = launch.headless ? undefined : process.env.DISPLAY;
    return {
      uid,
      home: join(settings.dataDirectory, 'cells', name),
      tree,
      store: tree === null ? settings.dataDirectory : null,
      tmpMiB: settings.tmpLimitMiB,
      maxProcesses: settings.maxProcesses,
      browser: true,
      readOnly: [...offer.readOnly, ...(display ? [DISPLAYS] : [])],
      env: {
        NODE_ENV: 'production',
        LIBRETTO_HOSTED_RUNTIME: '1',
        ...offer.env,
        ...(display ? { DISPLAY: display } : {}),
      },
    };
  }
}

/** The sockets of the machine's displays. @type {[string, string]} */
const DISPLAYS = ['/tmp/.X11-unix', '/tmp/.X11-unix'];

/** What a run may use unless the operator says otherwise (impresario.executor.memory-limit-mib). */
export const DEFAULT_MEMORY_MIB = 2048;

/**
 * @param {string} script
 * @param {number} memoryMiB
 */
export function nodeCommand(script, memoryMiB) {
  // The heap's limit stays below the cell's, so that JavaScript's own "out of memory" comes first.
  const heap = Math.max(64, Math.floor(memoryMiB * 0.6));
  return [
    process.execPath,
    `--max-old-space-size=${heap}`,
    '--enable-source-maps',
    '--disable-warning=ExperimentalWarning',
    join(EXECUTOR, script),
  ];
}
