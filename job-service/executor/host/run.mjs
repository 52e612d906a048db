import { LIMITS } from '../protocol/rules.mjs';
import { writeCompleted } from './long-message.mjs';
import { Paths } from './paths.mjs';
import { RunArtifacts } from './run-artifacts.mjs';
import { RunLog, secretsOf } from './run-log.mjs';
import { RunOutput } from './run-output.mjs';

/**
 * @import {LongMessage} from './long-message.mjs'
 * @import {Slot} from './slot.mjs'
 * @import {Configure, FailureKind, HostOutput, RunOrder, WorkerOutput} from '../protocol/types.mjs'
 * @typedef {{type: 'failed', kind: FailureKind, error: string, stack: string | null}} Failed
 * @typedef {{type: 'completed', json: string | Buffer[]} | Failed | {type: 'cancelled'} | {type: 'lost', reason: string}} End
 */

/** How long a run whose time is up may take to show its page: the service's own watchdog ends it after 3 s. */
const EXPIRY_GRACE_MS = 2500;

/**
 * One run from its order to its end: holds the time limits, turns what the worker says into
 * messages of the job service, and decides, once, how it ended. What it hears has been validated.
 */
export class RunWatch {
  /** @type {'starting' | 'running' | 'expiring' | 'ended'} */
  #phase = 'starting';
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #began = Date.now();
  #message;
  #settings;
  #emit;
  #log;
  #output;
  #artifacts;
  /** @type {Slot | null} */
  #slot = null;
  #warm = false;
  /** Whether the worker has begun to run what is not ours. */
  #loading = false;
  /** Gives a slot for one that was found dead. @type {(dead: Slot) => Slot} */
  onWarmLost = (dead) => dead;
  /** @type {() => void} */
  onStarted = () => {};
  /** @type {() => void} */
  onEnd = () => {};

  /**
   * @param {RunOrder} message
   * @param {Configure} settings
   * @param {(message: HostOutput | Buffer[]) => void} emit
   * @param {(line: import('./run-log.mjs').Line) => void} onLine
   */
  constructor(message, settings, emit, onLine) {
    this.#message = message;
    this.#settings = settings;
    this.#emit = emit;
    this.#log = new RunLog(onLine, new Paths(message.bundle.directory, settings.dataDirectory));
    this.#output = new RunOutput(this.#log);
    this.#artifacts = new RunArtifacts(message.artifacts, this.#log, (artifact) =>
      emit({ type: 'artifact', run: message.run, ...artifact }),
    );
  }

  get ended() {
    return this.#phase === 'ended';
  }

  get slot() {
    return this.#slot;
  }

  /** Reads the input. @returns {boolean} false: the run has ended */
  accept() {
    try {
      this.#log.conceal(secretsOf(JSON.parse(this.#message.input)));
      return true;
    } catch {
      this.end({ type: 'failed', kind: 'invalid_input', error: 'The input is not valid JSON', stack: null });
      return false;
    }
  }

  /**
   * @param {Slot} slot
   * @param {boolean} warm
   */
  begin(slot, warm) {
    this.#slot = slot;
    this.#warm = warm;
    this.#loading = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#startTimedOut(), this.#settings.startupTimeoutMs);
    slot.onMessage = (said) => this.#slot === slot && this.#hear(said);
    slot.onProblem = (problem) => this.#refused(slot, problem);
    this.#output.capture(slot.process.stdout, 'stdout', 'info');
    this.#output.capture(slot.process.stderr, 'stderr', 'warn');
    void slot.heard.then(() => this.#silent(slot));
    void slot.process.exited.then(
      ({ error }) => error && this.#fail('launch_failed', `The run's process did not start: ${error.message}`),
    );
    slot.listen();
    slot
      .begin(this.#message, warm)
      .catch((error) => this.#notBegun(slot, `The bundle could not be shown to the run: ${error.message}`));
  }

  /** A warm slot that died before it loaded the bundle takes nothing with it: another one is begun. @param {Slot} slot @param {string} error */
  #notBegun(slot, error) {
    if (this.#slot !== slot || this.#phase !== 'starting') {
      return;
    }
    if (this.#warm) {
      this.begin(this.onWarmLost(slot), false);
    } else {
      this.#fail('launch_failed', error);
    }
  }

  /** Before the bundle is loaded nothing that the worker does is the workflow's doing. @param {Slot} slot @param {string} problem */
  #refused(slot, problem) {
    if (this.#loading) {
      this.#fail('user_error', `The workflow ${problem} the executor's channel`);
    } else {
      this.#notBegun(slot, `The run's process ${problem} the executor's channel`);
    }
  }

  /** @param {string} what e.g. "used more than 2048 MiB of memory" */
  endByLimit(what) {
    this.#fail('user_error', `The workflow ${what}`);
  }

  /** @param {End} how the first one counts */
  end(how) {
    if (this.#phase === 'ended') {
      return;
    }
    clearTimeout(this.#timer);
    this.#phase = 'ended';
    this.#output.close();
    const clean = how.type === 'failed' ? this.#clean(how) : how;
    this.#artifacts.whenKept(() => {
      this.#lastNote(clean);
      this.#say(clean);
      this.onEnd();
    });
  }

  /** @param {End} how */
  #say(how) {
    const { run } = this.#message;
    if (how.type !== 'completed') {
      this.#emit({ ...how, run });
    } else if (typeof how.json === 'string') {
      this.#emit({ type: 'completed', json: how.json, run });
    } else {
      this.#emit(writeCompleted(run, how.json));
    }
  }

  /** @param {Failed} how @returns {Failed} */
  #clean(how) {
    const [sent, kept] = [LIMITS.WorkerFailed, LIMITS.RunFailed];
    const error = this.#log.clean(how.error, how.error.length >= sent.error).slice(0, kept.error);
    const stack = how.stack === null ? null : this.#log.clean(how.stack, how.stack.length >= sent.stack);
    return { ...how, error, stack: stack?.slice(0, kept.stack) ?? null };
  }

  /** @param {End} how */
  #lastNote(how) {
    const took = `after ${((Date.now() - this.#began) / 1000).toFixed(1)} s`;
    if (how.type === 'failed') {
      this.#log.note('error', `Workflow failed ${took}: ${how.error.split('\n')[0].slice(0, 2000)}`);
    } else if (how.type !== 'lost') {
      this.#log.note(how.type === 'completed' ? 'info' : 'warn', `Workflow ${how.type} ${took}`);
    }
  }

  /** @param {WorkerOutput | LongMessage} said */
  #hear(said) {
    if (this.#phase === 'ended') {
      return;
    }
    switch (said.type) {
      case 'launched':
        break;
      case 'launch_failed':
        this.#fail('launch_failed', said.error);
        break;
      case 'loading':
        this.#loading = true;
        break;
      case 'ready':
        this.#ready();
        break;
      case 'started':
        this.#started();
        break;
      case 'log':
        this.#log.add(said.level, said.source, said.message);
        break;
      case 'screenshot':
      case 'page_html':
        this.#artifacts.keep(said.type, said.data);
        break;
      case 'expired':
        this.#timedOut();
        break;
      case 'result':
        this.#result(said.json);
        break;
      case 'failed':
        this.#fail(said.kind, said.error, said.stack);
        break;
    }
  }

  #ready() {
    const warmth = this.#warm ? 'warm' : 'cold';
    this.#log.note('info', `Browser ready after ${Date.now() - this.#began} ms (${warmth})`);
    this.#emit({ type: 'ready', run: this.#message.run });
  }

  #started() {
    this.#phase = 'running';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#expire(), this.#message.timeoutMs);
    this.#emit({ type: 'started', run: this.#message.run, at: Date.now() });
    this.onStarted();
  }

  #expire() {
    this.#phase = 'expiring';
    this.#timer = setTimeout(() => this.#timedOut(), EXPIRY_GRACE_MS);
    this.#slot?.expire();
  }

  #timedOut() {
    this.#fail('timeout', `The workflow was still running after ${this.#message.timeoutMs / 1000} s, its time limit`);
  }

  async #startTimedOut() {
    const seconds = this.#settings.startupTimeoutMs / 1000;
    const launched = await Promise.race([this.#slot?.launched ?? false, Promise.resolve(false)]);
    if (launched) {
      this.#fail('user_error', `The bundle did not load, or its start URL did not open, within ${seconds} s`);
    } else {
      this.#fail('launch_failed', `The browser did not start within ${seconds} s`);
    }
  }

  /** Whether it is JSON is for the job service to see: nobody reads it here. @param {string | Buffer[]} json */
  #result(json) {
    if (this.#phase === 'expiring') {
      this.#timedOut();
    } else {
      this.end({ type: 'completed', json });
    }
  }

  /** The worker's channel is closed without an end. @param {Slot} slot */
  async #silent(slot) {
    if (this.#phase === 'ended' || this.#slot !== slot) {
      return;
    }
    const gone = await Promise.race([slot.process.exited, new Promise((late) => setTimeout(late, 1000, null))]);
    if (!this.#loading) {
      this.#notBegun(slot, "The run's process ended before it loaded the bundle");
    } else if (gone === null) {
      this.#fail('user_error', 'The workflow closed its channel to the executor');
    } else if (gone.error === undefined) {
      this.#fail('user_error', this.#output.sayExit(gone.code, gone.signal));
    }
  }

  /**
   * @param {FailureKind} kind
   * @param {string} error
   * @param {string | null} [stack]
   */
  #fail(kind, error, stack = null) {
    this.end({ type: 'failed', kind, error, stack });
  }
}
