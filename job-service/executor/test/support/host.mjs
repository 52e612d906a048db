import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LONG } from '../../host/long-message.mjs';
import { EXECUTOR } from '../../protocol/folder.mjs';
import { readMessages } from '../../protocol/messages.mjs';
import * as validators from './host-validators.mjs';

/** @import {BrowserOptions, Configure, HostOutput, RunOrder} from '../../protocol/types.mjs' */

/** Whether the schema has a message like this, which the job service understands. @param {unknown} message */
export function validHostOutput(message) {
  return Object.values(validators).some((valid) => valid(message));
}

/** Holds whoever asks for its address until it is opened: a signal to a workflow. */
export class Gate {
  /** @type {import('node:http').ServerResponse[]} */
  #held = [];
  #open = false;
  #server = createServer((_, response) => (this.#open ? response.end('open') : this.#held.push(response)));
  url = '';

  static async closed() {
    const gate = new Gate();
    await new Promise((/** @type {(value: void) => void} */ done) => gate.#server.listen(0, '127.0.0.1', () => done()));
    gate.url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (gate.#server.address()).port}/`;
    return gate;
  }

  open() {
    this.#open = true;
    this.#held.splice(0).forEach((response) => response.end('open'));
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** A host process driven as the job service drives it. */
export class TestHost {
  /** @type {any[]} */
  messages = [];
  stderr = '';
  /** @type {unknown[]} what the job service would not understand */
  #invalid = [];
  /** @type {Set<(message: any) => void>} */
  #waiting = new Set();
  #runs = 0;
  acknowledge = true;
  /** Whether messages are not held against the schema, and long ones not read: what takes long here would count as the host's. */
  skims = false;

  /**
   * @param {Partial<Configure>} [settings]
   * @param {string[]} [prefix] of its command
   */
  constructor(settings = {}, prefix = []) {
    this.directory = mkdtempSync(join(tmpdir(), 'impresario executor '));
    const [file, ...args] = [...prefix, process.execPath, join(EXECUTOR, 'host/main.mjs')];
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = new Promise((done) => this.child.on('exit', done));
    this.child.stdin.on('error', () => {});
    this.child.stderr.on('data', (chunk) => (this.stderr += chunk));
    readMessages(
      this.child.stdout,
      64 * 1024 * 1024,
      (message) => this.#hear(message),
      (problem) => this.#hear({ type: 'problem', problem }),
      (line) => (this.skims && line.length > LONG ? this.#skim(line) : null),
    );
    this.send({
      type: 'configure',
      dataDirectory: this.directory,
      warmSlots: 0,
      startupTimeoutMs: 120000,
      memoryLimitMiB: 2048,
      maxProcesses: 1024,
      tmpLimitMiB: 256,
      buildConcurrency: 1,
      buildTimeoutMs: 120000,
      bundleLimitMiB: 512,
      packageCacheMiB: 512,
      unlockedMaxAgeMs: 3600000,
      sandbox: 'auto',
      ...settings,
    });
  }

  /** @param {object} message */
  send(message) {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** @param {import('../../protocol/messages.mjs').Line} line */
  async #skim({ parts }) {
    const [, type, whose, id] =
      /^\{"type":"(\w+)","(run|build)":"([^"]*)"/.exec(Buffer.concat(parts.slice(0, 2)).toString('latin1', 0, 200)) ??
      [];
    this.#hear({ type, [whose]: id });
  }

  /** @param {any} message */
  #hear(message) {
    this.messages.push(message);
    if (!this.skims && !validHostOutput(message)) {
      this.#invalid.push(message);
    }
    if (message.type === 'log' && this.acknowledge) {
      this.send({ type: 'taken', run: message.run, seq: message.seq });
    }
    this.#waiting.forEach((check) => check(message));
  }

  /**
   * @param {(message: any) => boolean} test
   * @param {number} [timeoutMs]
   * @returns {Promise<any>}
   */
  until(test, timeoutMs = 180000) {
    return new Promise((found, failed) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        failed(
          new Error(`not heard: ${test}; heard ${JSON.stringify(this.messages).slice(-3000)}; stderr ${this.stderr}`),
        );
      }, timeoutMs);
      const check = (/** @type {any} */ message) => {
        if (test(message)) {
          clearTimeout(timer);
          this.#waiting.delete(check);
          found(message);
        }
      };
      this.#waiting.add(check);
      for (let i = 0; i < this.messages.length && this.#waiting.has(check); i++) {
        check(this.messages[i]);
      }
    });
  }

  /**
   * @param {Record<string, string>} files
   * @returns {string} the directory of a bundle with these files
   */
  bundle(files) {
    const directory = join(this.directory, 'bundles', `bundle-${++this.#runs}`);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return directory;
  }

  /**
   * Builds a tree of these files.
   *
   * @param {string} entryPoint
   * @param {Record<string, string>} files
   * @param {(directory: string) => void} [arrange]
   * @param {string} [tenant]
   */
  async build(entryPoint, files, arrange = () => {}, tenant = undefined) {
    const { directory, build } = this.startBuild(entryPoint, files, arrange, tenant);
    return { directory, built: await this.built(build) };
  }

  /**
   * @param {string} entryPoint
   * @param {Record<string, string>} files
   * @param {(directory: string) => void} [arrange]
   * @param {string} [tenant] by default one of its own
   */
  startBuild(entryPoint, files, arrange = () => {}, tenant = undefined) {
    const directory = this.bundle({ 'README.md': 'a bundle', ...files });
    arrange(directory);
    const build = `build-${++this.#runs}`;
    this.send({ type: 'build', build, tenant: tenant ?? build, directory, entryPoint });
    return { directory, build };
  }

  /** @param {string} build */
  built(build) {
    return this.until((message) => message.build === build);
  }

  /**
   * Starts the workflow `main` whose handler has this body.
   *
   * @param {string} body of an async function (ctx, input)
   * @param {Partial<Omit<RunOrder, 'browser'>> & {files?: Record<string, string>, browser?: Partial<BrowserOptions>}} [options]
   */
  start(body, { files, browser, ...options } = {}) {
    const source = `export const main = { [Symbol.for('libretto.workflow')]: true, name: 'main', async run({ page, session }, input) {\n${body}\n} };\n`;
    const directory = options.bundle?.directory ?? this.bundle({ 'index.mjs': source, ...files });
    const run = `run-${++this.#runs}`;
    this.send({
      type: 'run',
      run,
      bundle: { directory, entry: 'index.mjs' },
      workflow: 'main',
      input: '{}',
      session: run,
      browser: { headless: true, startUrl: null, gpu: false, viewport: null, ...browser },
      proxy: null,
      artifacts: join(this.directory, 'artifacts', run),
      timeoutMs: 60000,
      ...options,
    });
    return run;
  }

  /** @param {string} run */
  end(run) {
    return this.until(
      (message) => message.run === run && ['completed', 'failed', 'cancelled', 'lost'].includes(message.type),
    );
  }

  /** @param {string} run */
  released(run) {
    return this.until((message) => message.run === run && message.type === 'released');
  }

  /**
   * @param {string} body
   * @param {Parameters<TestHost['start']>[1]} [options]
   */
  async run(body, options) {
    const run = this.start(body, options);
    const end = await this.end(run);
    await this.released(run);
    return {
      ...end,
      lines: this.lines(run),
      started: this.messages.some((message) => message.run === run && message.type === 'started'),
    };
  }

  /** What the workflow said. @param {string} run @returns {any[]} */
  lines(run) {
    return this.messages.filter(
      (message) => message.type === 'log' && message.run === run && message.source !== 'executor',
    );
  }

  async close() {
    this.child.stdin.end();
    await this.exited;
    assert.deepEqual(this.#invalid, []);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
