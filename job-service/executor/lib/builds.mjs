import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CellProcess } from './cell-process.mjs';
import { BuildProblem, npmCommand, npmEnvironment, operatorNpmrc, Project } from './dependencies.mjs';
import { LineSplitter, MESSAGE_LIMIT, readMessages } from './protocol.mjs';
import { nodeCommand } from './slot.mjs';
import { fileWithin, giveTo, makeReadable, sizeOf, writeWithin } from './tree.mjs';

/**
 * @import {BuildMessage, Configure} from './protocol.mjs'
 * @import {Cell, Sandbox} from './sandbox.mjs'
 * @typedef {{ok: boolean, output: string, messages: any[]}} StepEnd
 */

/** Owns the package cache and nothing else; installs run as this user, workflows never. */
const INSTALLER_UID = 999_999;

/** How much of a tool's output an author gets to see. */
const TAIL_LINES = 20;

const SIZE_CHECK_MS = 2000;

/** The builds under way and waiting: a few at a time, one of a tenant. */
export class Builds {
  #settings;
  #sandbox;
  #nextUid;
  #emit;
  /** @type {BuildMessage[]} */
  #waiting = [];
  /** @type {Set<BuildMessage>} */
  #active = new Set();
  /** @type {Set<CellProcess>} */
  #processes = new Set();
  #closed = false;
  #cache;

  /**
   * @param {Configure} settings
   * @param {Sandbox} sandbox
   * @param {() => number} nextUid
   * @param {(message: object) => void} emit
   */
  constructor(settings, sandbox, nextUid, emit) {
    this.#settings = settings;
    this.#sandbox = sandbox;
    this.#nextUid = nextUid;
    this.#emit = emit;
    this.#cache = join(settings.dataDirectory, 'package-cache');
  }

  /** @param {BuildMessage} message */
  add(message) {
    this.#waiting.push(message);
    this.#next();
  }

  async close() {
    this.#closed = true;
    await Promise.all([...this.#processes].map((process) => process.end()));
  }

  #next() {
    // Without namespaces the installer's processes are told apart by their user alone.
    const limit = this.#sandbox.kind === 'user' ? 1 : this.#settings.buildConcurrency;
    const free = this.#waiting.findIndex((message) => ![...this.#active].some(({ tenant }) => tenant === message.tenant));
    if (this.#closed || this.#active.size >= limit || free < 0) {
      return;
    }
    const [message] = this.#waiting.splice(free, 1);
    this.#active.add(message);
    void this.#build(message)
      .then((result) => this.#emit({ type: 'built', build: message.build, ...result }))
      .catch((error) => this.#emit({ type: 'rejected', build: message.build, error: sayProblem(error) }))
      .finally(() => {
        this.#active.delete(message);
        this.#next();
      });
    this.#next();
  }

  /** @param {BuildMessage} message */
  async #build({ directory, entryPoint }) {
    const entry = fileWithin(directory, entryPoint);
    if (entry === null) {
      throw new BuildProblem(`The entry point ${JSON.stringify(entryPoint)} is not in the archive`);
    }
    makeReadable(directory);
    await this.#install(directory);
    makeReadable(directory);
    return this.#inspect(directory, entry);
  }

  /** @param {string} directory */
  async #install(directory) {
    const project = new Project(directory);
    if (!project.hasDependencies) {
      project.restore();
      return;
    }
    project.prepare();
    if (this.#sandbox.ownUser) {
      giveTo(directory, INSTALLER_UID);
    }
    const secrets = this.#privateFolder();
    try {
      const cell = this.#installCell(directory, secrets);
      const tree = this.#sandbox.treePath(cell, directory);
      const step = await this.#step(cell, ['/bin/sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', tree, ...npmCommand(project.hasLock)], directory, 'Installing the dependencies');
      if (!step.ok) {
        throw new BuildProblem(`The dependencies could not be installed:\n${step.output}`);
      }
    } finally {
      rmSync(secrets, { recursive: true, force: true });
      if (this.#sandbox.ownUser) {
        giveTo(directory, 0);
      }
      project.restore();
    }
  }

  /** @returns {string} a folder that only the installer reads, with the operator's npm settings */
  #privateFolder() {
    const folder = join(this.#settings.dataDirectory, 'cells', `${process.pid}-${randomBytes(6).toString('hex')}`);
    mkdirSync(folder, { mode: 0o700 });
    mkdirSync(this.#cache, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'npmrc'), operatorNpmrc(), { mode: 0o600 });
    if (this.#sandbox.ownUser) {
      [folder, join(folder, 'npmrc')].forEach((path) => chownSync(path, INSTALLER_UID, INSTALLER_UID));
      if (statSync(this.#cache).uid !== INSTALLER_UID) {
        giveTo(this.#cache, INSTALLER_UID);
      }
    }
    chmodSync(this.#cache, 0o700);
    return folder;
  }

  /**
   * @param {string} directory
   * @param {string} secrets
   * @returns {Cell}
   */
  #installCell(directory, secrets) {
    const inside = this.#sandbox.kind === 'bubblewrap';
    const certificates = process.env.NODE_EXTRA_CA_CERTS;
    return {
      ...this.#cell(INSTALLER_UID, directory),
      writable: true,
      readOnly: [[secrets, '/run/npm'], ...(certificates && existsSync(certificates) && !certificates.startsWith('/etc/ssl/certs/') ? [/** @type {[string, string]} */ ([certificates, certificates])] : [])],
      readWrite: [[this.#cache, '/cache']],
      env: { ...npmEnvironment(), npm_config_cache: inside ? '/cache' : this.#cache, npm_config_userconfig: inside ? '/run/npm/npmrc' : join(secrets, 'npmrc') },
    };
  }

  /**
   * Bundles and loads the entry where there is nothing to reach.
   *
   * @param {string} directory
   * @param {string} entry
   */
  async #inspect(directory, entry) {
    const cell = { ...this.#cell(this.#nextUid(), directory), offline: true, env: { NODE_ENV: 'production', LIBRETTO_HOSTED_RUNTIME: '1' } };
    const command = [...nodeCommand('inspect.mjs', 1024), this.#sandbox.treePath(cell, directory), entry];
    const step = await this.#step(cell, command, directory, 'Loading the entry point', (message, process) => {
      if (message.type === 'bundled') {
        rmSync(join(directory, message.entry), { force: true });
        writeWithin(directory, message.entry, message.text);
        process.send({ type: 'written' });
      }
    });
    const failed = step.messages.find((message) => message.type === 'failed');
    const found = step.messages.find((message) => message.type === 'workflows');
    if (failed) {
      throw new BuildProblem(String(failed.error).slice(0, 16384));
    }
    if (!found) {
      throw new BuildProblem(`Loading the entry point ended its process:\n${step.output}`);
    }
    return { entry: found.entry, workflows: found.workflows };
  }

  /** @param {number} uid @param {string} tree @returns {Cell} */
  #cell(uid, tree) {
    const home = join(this.#settings.dataDirectory, 'cells', `${process.pid}-${randomBytes(6).toString('hex')}`);
    return { uid, home, tree, tmpMiB: this.#settings.tmpLimitMiB, maxProcesses: this.#settings.maxProcesses };
  }

  /**
   * @param {Cell} cell
   * @param {string[]} argv
   * @param {string} directory
   * @param {string} what
   * @param {(message: any, process: CellProcess) => void} [onMessage]
   * @returns {Promise<StepEnd>}
   */
  async #step(cell, argv, directory, what, onMessage = () => {}) {
    const process = new CellProcess(this.#sandbox, cell, argv);
    this.#processes.add(process);
    /** @type {string[]} */
    const lines = [];
    /** @type {any[]} */
    const messages = [];
    const keep = (/** @type {Buffer} */ line) => void (lines.push(line.toString('utf8')) > TAIL_LINES && lines.shift());
    for (const stream of [process.stdout, process.stderr]) {
      const splitter = new LineSplitter(4096, keep);
      stream.on('data', (chunk) => splitter.push(chunk)).on('end', () => splitter.end()).on('error', () => {});
    }
    const drained = new Promise((done) => process.output.on('close', done).on('error', () => {}));
    readMessages(process.output, MESSAGE_LIMIT, (message) => (messages.push(message), onMessage(message, process)), () => {});
    try {
      const end = await this.#within(process, directory, what);
      await Promise.race([drained, new Promise((late) => setTimeout(late, 2000))]);
      return { ok: end.code === 0, output: lines.join('\n'), messages };
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
    /** @type {NodeJS.Timeout | undefined} */ let sizes;
    const { buildTimeoutMs, bundleLimitMiB } = this.#settings;
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new BuildProblem(`${what} took longer than ${buildTimeoutMs / 1000} s`)), buildTimeoutMs);
      sizes = setInterval(() => sizeOf(directory) > bundleLimitMiB * 1024 * 1024 && reject(tooLarge(bundleLimitMiB)), SIZE_CHECK_MS);
    });
    try {
      const end = await Promise.race([process.exited, limit]);
      if (sizeOf(directory) > bundleLimitMiB * 1024 * 1024) {
        throw tooLarge(bundleLimitMiB);
      }
      return /** @type {{code: number | null}} */ (end);
    } finally {
      clearTimeout(timer);
      clearInterval(sizes);
    }
  }
}

/** @param {number} limitMiB */
function tooLarge(limitMiB) {
  return new BuildProblem(`The bundle with its dependencies is larger than ${limitMiB} MiB`);
}

/** @param {unknown} error */
function sayProblem(error) {
  if (error instanceof BuildProblem) {
    return error.message;
  }
  console.error(error);
  return `The build failed: ${/** @type {Error} */ (error).message}`;
}
