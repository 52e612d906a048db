import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundledEntry } from '../protocol/entry.mjs';
import { BuildProblem } from '../protocol/problem.mjs';
import * as rules from '../protocol/rules.mjs';
import { checked, normalised } from '../protocol/workflows.mjs';
import { BuildNotes } from './build-notes.mjs';
import { Conversation } from './conversation.mjs';
import { Installs } from './installs.mjs';
import { Paths } from './paths.mjs';
import { Sandbox } from './sandbox.mjs';
import { nodeCommand } from './slot.mjs';
import { Steps } from './steps.mjs';
import { fileWithin, makePlain, makeReadable, writeWithin } from './tree.mjs';

/**
 * @import {BuildOrder, Configure} from '../protocol/types.mjs'
 * @import {Cell, Kind} from './sandbox.mjs'
 *
 * @typedef {object} BuildJob what the host tells this process
 * @property {BuildOrder} order
 * @property {Configure} settings
 * @property {{kind: Kind, facts: Sandbox['facts']}} sandbox
 * @property {string} cells how the names of its cells begin
 * @property {number} uid of the inspection
 * @property {number} place a number that no other build under way has
 */

/** How much an author gets to see of what an entry point throws. */
const ERROR_LIMIT = 16 * 1024;

/**
 * Builds one upload in a process of its own. Reading what a stranger sends may take long and much
 * memory; here nobody but its author waits for it. It ends with the host.
 */
class Build {
  #job;
  #sandbox;
  #steps;
  #installs;
  notes = new BuildNotes();

  /** @param {BuildJob} job */
  constructor(job) {
    this.#job = job;
    this.#sandbox = new Sandbox(job.sandbox.kind, job.sandbox.facts);
    this.#steps = new Steps(job.settings, this.#sandbox);
    this.#installs = new Installs(job.settings, this.#sandbox, this.#steps, {
      home: () => this.#newHome(),
      place: job.place,
      uid: job.uid,
      notes: this.notes,
      onDependencies: (stored) => process.send?.({ type: 'dependencies', stored }),
    });
  }

  async run() {
    const { directory, entryPoint, tenant } = this.#job.order;
    makePlain(directory);
    const entry = fileWithin(directory, entryPoint);
    if (entry === null) {
      throw new BuildProblem(`The entry point ${JSON.stringify(entryPoint)} is not in the archive`);
    }
    await this.#installs.install(directory, entry, tenant);
    makeReadable(directory);
    return this.#inspect(directory, entry);
  }

  close() {
    return this.#steps.close();
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
      onLine: (line) => this.notes.log(line),
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
      throw new BuildProblem(last.error.slice(0, ERROR_LIMIT) + this.#installs.scripts.suspicion(last.error));
    }
    if (last?.type !== 'workflows') {
      throw new BuildProblem(`Loading the entry point ended its process:\n${step.output}`);
    }
    return { entry: last.entry === bundle ? bundle : entry, workflows: checked(last.workflows.map(normalised)) };
  }

  /** @param {string} tree @returns {Cell} */
  #inspectionCell(tree) {
    const { tmpLimitMiB: tmpMiB, maxProcesses } = this.#job.settings;
    return {
      uid: this.#job.uid,
      home: this.#newHome(),
      tree,
      tmpMiB,
      maxProcesses,
      offline: true,
      env: { NODE_ENV: 'production', LIBRETTO_HOSTED_RUNTIME: '1' },
    };
  }

  #newHome() {
    return join(this.#job.settings.dataDirectory, 'cells', `${this.#job.cells}-${randomBytes(6).toString('hex')}`);
  }
}

/** @param {BuildJob} job */
async function work(job) {
  const build = new Build(job);
  // The host is gone, or has given this build up.
  process.once('disconnect', () => void build.close().finally(() => process.exit(1)));
  const answer = await answerOf(build, job);
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
}

/** @param {Build} build @param {BuildJob} job */
async function answerOf(build, { order, settings }) {
  const paths = new Paths(order.directory, settings.dataDirectory);
  const told = () => build.notes.told((text) => paths.hide(text));
  try {
    return { type: 'built', build: order.build, ...(await build.run()), ...told() };
  } catch (error) {
    const problem = paths.hide(sayProblem(error)).slice(0, rules.LIMITS.Rejected.error);
    return { type: 'rejected', build: order.build, error: problem, ...told() };
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

process.once('message', (job) => void work(/** @type {BuildJob} */ (job)));
