import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as rules from '../protocol/rules.mjs';
import { checked, normalised } from '../protocol/workflows.mjs';
import { bundledEntry } from '../protocol/entry.mjs';
import { Conversation } from './conversation.mjs';
import { Installs } from './installs.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import { nodeCommand } from './slot.mjs';
import { Steps } from './steps.mjs';
import { fileWithin, makeReadable, writeWithin } from './tree.mjs';

/**
 * @import {BuildOrder, Configure, HostOutput} from '../protocol/types.mjs'
 * @import {Cell, Sandbox} from './sandbox.mjs'
 */

/** How much an author gets to see of what an entry point throws. */
const ERROR_LIMIT = 16 * 1024;

/** The builds under way and waiting: a few at a time, one of a tenant. */
export class Builds {
  #settings;
  #sandbox;
  #nextUid;
  #emit;
  #steps;
  #installs;
  /** @type {BuildOrder[]} */
  #waiting = [];
  /** @type {Set<BuildOrder>} */
  #active = new Set();
  #closed = false;

  /**
   * @param {Configure} settings
   * @param {Sandbox} sandbox
   * @param {() => number} nextUid
   * @param {(message: HostOutput) => void} emit
   */
  constructor(settings, sandbox, nextUid, emit) {
    this.#settings = settings;
    this.#sandbox = sandbox;
    this.#nextUid = nextUid;
    this.#emit = emit;
    this.#steps = new Steps(settings, sandbox);
    this.#installs = new Installs(settings, sandbox, this.#steps, emit);
  }

  /** @param {BuildOrder} message */
  add(message) {
    this.#waiting.push(message);
    this.#next();
  }

  async close() {
    this.#closed = true;
    await this.#steps.close();
  }

  #next() {
    const free = this.#waiting.findIndex(
      (message) => ![...this.#active].some(({ tenant }) => tenant === message.tenant),
    );
    if (this.#closed || this.#active.size >= this.#settings.buildConcurrency || free < 0) {
      return;
    }
    const [message] = this.#waiting.splice(free, 1);
    this.#active.add(message);
    void this.#build(message)
      .then((result) => this.#emit({ type: 'built', build: message.build, ...result }))
      .catch((error) =>
        this.#emit({
          type: 'rejected',
          build: message.build,
          error: sayProblem(error).slice(0, rules.LIMITS.Rejected.error),
        }),
      )
      .finally(() => {
        this.#active.delete(message);
        this.#next();
      });
    this.#next();
  }

  /** @param {BuildOrder} message */
  async #build({ directory, entryPoint, tenant }) {
    const entry = fileWithin(directory, entryPoint);
    if (entry === null) {
      throw new BuildProblem(`The entry point ${JSON.stringify(entryPoint)} is not in the archive`);
    }
    await this.#installs.install(directory, tenant);
    makeReadable(directory);
    return this.#inspect(directory, entry);
  }

  /**
   * Bundles and loads the entry where there is nothing to reach.
   *
   * @param {string} directory
   * @param {string} entry
   */
  async #inspect(directory, entry) {
    const cell = this.#inspectionCell(directory);
    const bundle = bundledEntry(entry);
    /** @type {any} */ let last = null;
    const conversation = new Conversation(rules.InspectionInput, rules.InspectionOutput, 'inspecting');
    const step = await this.#steps.run({
      cell,
      argv: [...nodeCommand('worker/inspect.mjs', 1024), this.#sandbox.treePath(cell, directory), entry],
      directory,
      what: 'Loading the entry point',
      onMessage: (message, process) => {
        if (conversation.over) {
          return;
        }
        const objection = conversation.hear(message);
        if (objection !== null) {
          void process.end();
          throw new BuildProblem(`Loading the entry point sent ${objection} to the executor's channel`);
        }
        // The upload's own code may speak here too: no path of its choice is ever used.
        if (message.type === 'bundled') {
          rmSync(join(directory, bundle), { force: true });
          writeWithin(directory, bundle, message.text);
          conversation.say('written');
          process.send({ type: 'written' });
        } else {
          last = message;
        }
      },
    });
    if (last?.type === 'failed') {
      throw new BuildProblem(last.error.slice(0, ERROR_LIMIT));
    }
    if (last?.type !== 'workflows') {
      throw new BuildProblem(`Loading the entry point ended its process:\n${step.output}`);
    }
    return { entry: last.entry === bundle ? bundle : entry, workflows: checked(last.workflows.map(normalised)) };
  }

  /** @param {string} tree @returns {Cell} */
  #inspectionCell(tree) {
    const home = join(this.#settings.dataDirectory, 'cells', `${process.pid}-${randomBytes(6).toString('hex')}`);
    const { tmpLimitMiB: tmpMiB, maxProcesses } = this.#settings;
    return {
      uid: this.#nextUid(),
      home,
      tree,
      tmpMiB,
      maxProcesses,
      offline: true,
      env: { NODE_ENV: 'production', LIBRETTO_HOSTED_RUNTIME: '1' },
    };
  }
}

/** @param {unknown} error */
function sayProblem(error) {
  if (error instanceof BuildProblem) {
    return error.message;
  }
  console.error(error);
  return `The build failed: ${/** @type {Error} */ (error).message}`;
}
