import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { offerBrowsers } from './browsers-path.mjs';
import { Builds } from './builds.mjs';
import { findChromium, findHeadlessShell } from './chromium.mjs';
import { LineFlow } from './line-flow.mjs';
import { giveSigns, HOST_ID, prepareDataDirectory } from './data-directory.mjs';
import { NetworkGuard, parse } from './network-guard.mjs';
import { proportionalMiB, processTable } from './processes.mjs';
import { RunWatch } from './run.mjs';
import { Sandbox } from './sandbox.mjs';
import { Slot } from './slot.mjs';
import { TOO_FEW, userIds } from './user-ids.mjs';

/** @import {Configure, HostInput, HostOutput, LaunchOptions, RunOrder} from '../protocol/types.mjs' */

/** How often memory and process counts are looked at. */
const WATCH_EVERY_MS = 400;

/** After a warm slot failed to start, how long until the next try. */
const WARM_RETRY_MS = 5000;

/** How long the end of a run waits for its last lines: longer only when the broker is away. */
const LINES_GRACE_MS = 5000;

/** Everything that the host is doing: the runs, the warm slots, the builds. */
export class Host {
  #settings;
  /** What warm browsers are started with: what nearly every job asks for. @type {LaunchOptions} */
  #warmLaunch;
  #sandbox;
  #chromium;
  #headlessShell;
  #offer; // lets workflows start browsers of their own
  #emit;
  #lines;
  #builds;
  #uids;
  #nextUid = 0;
  /** @type {Map<string, RunWatch>} */
  #runs = new Map();
  /** @type {Set<Slot>} */
  #warm = new Set();
  /** @type {Set<Slot>} every slot whose processes may live */
  #alive = new Set();
  #closing = false;
  #warmPausedUntil = 0;
  #guard;
  #stopSigns;

  /**
   * @param {Configure} settings
   * @param {Sandbox} sandbox
   * @param {NetworkGuard | null} guard
   * @param {import('./user-ids.mjs').Range} uids of runs
   * @param {{chromium: string | null, headlessShell: string | null}} browsers
   * @param {(message: HostOutput | Buffer[]) => void} emit
   */
  constructor(settings, sandbox, guard, uids, { chromium, headlessShell }, emit) {
    this.#settings = settings;
    this.#warmLaunch = { headless: true, gpu: false, proxy: settings.warmProxy ?? null };
    this.#guard = guard;
    this.#uids = uids;
    this.#sandbox = sandbox;
    this.#chromium = chromium ?? headlessShell;
    this.#headlessShell = headlessShell;
    this.#offer = offerBrowsers(settings.dataDirectory, { chromium: this.#chromium, headlessShell }, sandbox);
    this.#emit = emit;
    this.#lines = new LineFlow(emit);
    this.#stopSigns = giveSigns(settings.dataDirectory);
    this.#builds = new Builds(settings, sandbox, () => this.#newUid(), emit);
    setInterval(() => this.#watch(), WATCH_EVERY_MS).unref();
    this.#refill();
  }

  /**
   * @param {Configure} settings
   * @param {(message: HostOutput | Buffer[]) => void} emit
   */
  static async start(settings, emit) {
    const chromium = findChromium(settings.chromiumPath);
    prepareDataDirectory(settings.dataDirectory);
    const headlessShell = findHeadlessShell(settings.chromiumPath);
    const browsers = [chromium, headlessShell].filter((path) => path !== null);
    const uids = userIds();
    if (uids === null && settings.sandbox !== 'off') {
      console.error(`Runs cannot have users of their own: ${TOO_FEW}`);
    }
    const first = uids?.runs.first ?? null;
    const sandbox = await Sandbox.probe(settings.sandbox, browsers, settings.dataDirectory, first);
    const { guard, network } = await guardNetwork(sandbox, settings.protectedAddresses ?? [], uids);
    const { kind, ownUser, filtered, facts } = sandbox;
    const { browserSandbox, ownSockets } = facts;
    const walls = { sandbox: kind, ownUser, network, systemCalls: filtered, browserSandbox, ownSockets };
    emit({ type: 'configured', ...walls, chromium, headlessShell });
    return new Host(settings, sandbox, guard, uids?.runs ?? { first: 0, count: 1 }, { chromium, headlessShell }, emit);
  }

  /** @param {HostInput} message */
  onMessage(message) {
    switch (message.type) {
      case 'run':
        this.#run(message);
        break;
      case 'cancel':
        this.#runs.get(message.run)?.end({ type: 'cancelled' });
        break;
      case 'kill':
        this.#runs.get(message.run)?.end({ type: 'lost', reason: 'killed' });
        break;
      case 'taken':
        this.#lines.taken(message.run, message.seq);
        break;
      case 'build':
        this.#builds.add(message);
        break;
    }
  }

  /** Ends every run as lost. @param {string} reason */
  endRuns(reason) {
    [...this.#runs.values()].forEach((run) => run.end({ type: 'lost', reason }));
  }

  /** Ends everything. */
  async close() {
    this.#closing = true;
    await Promise.all([...[...this.#alive].map((slot) => slot.process.end()), this.#builds.close()]);
    await this.#guard?.remove();
    this.#stopSigns();
  }

  /** @param {RunOrder} message */
  #run(message) {
    const watch = new RunWatch(message, this.#settings, this.#emit, (line) => this.#lines.add(message.run, line));
    this.#runs.set(message.run, watch);
    watch.onEnd = () => void this.#release(message.run, watch);
    watch.onStarted = () => this.#refill();
    watch.onWarmLost = (dead) => {
      void this.#drop(dead);
      return this.#newSlot(launchOptions(message), message.bundle.directory);
    };
    if (!watch.accept()) {
      return;
    }
    if (this.#chromium === null) {
      watch.end({
        type: 'failed',
        kind: 'launch_failed',
        error: 'No Chromium is installed on this machine: install one, or set impresario.executor.chromium-path',
        stack: null,
      });
      return;
    }
    const warm = this.#takeWarm(message);
    this.#emit({ type: 'slot_taken', warm: warm !== null });
    watch.begin(warm ?? this.#newSlot(launchOptions(message), message.bundle.directory), warm !== null);
  }

  /** @param {RunOrder} message */
  #takeWarm(message) {
    if (!isDeepStrictEqual(launchOptions(message), this.#warmLaunch)) {
      return null;
    }
    for (const slot of this.#warm) {
      if (slot.canReveal(message.bundle.directory)) {
        this.#warm.delete(slot);
        return slot;
      }
    }
    return null;
  }

  /** @param {string} run @param {RunWatch} watch */
  async #release(run, watch) {
    const logged = this.#lines.close(run);
    await this.#drop(watch.slot);
    this.#runs.delete(run);
    this.#refill();
    await Promise.race([logged, new Promise((late) => setTimeout(late, LINES_GRACE_MS).unref())]);
    this.#emit({ type: 'released', run });
    await logged;
    this.#emit({ type: 'log_ended', run });
  }

  /** @param {Slot | null} slot */
  async #drop(slot) {
    if (slot) {
      await slot.process.end();
      this.#alive.delete(slot);
    }
  }

  /** Starts warm slots up to the wanted number; one at a time, so that they never hold up a run. */
  #refill() {
    const launching = [...this.#runs.values()].some((run) => !run.ended && run.slot === null);
    if (
      this.#closing ||
      launching ||
      this.#chromium === null ||
      this.#warm.size >= this.#settings.warmSlots ||
      Date.now() < this.#warmPausedUntil
    ) {
      return;
    }
    const slot = this.#newSlot(this.#warmLaunch, null);
    this.#warm.add(slot);
    void slot.launched.then((open) => {
      if (open) {
        this.#emit({ type: 'warm_ready', pid: slot.process.innerPid ?? slot.process.pid });
        this.#refill();
      } else {
        void this.#warmFailed(slot);
      }
    });
    void slot.process.exited.then(() => this.#warmFailed(slot));
  }

  /** @param {Slot} slot */
  async #warmFailed(slot) {
    if (!this.#warm.delete(slot)) {
      return;
    }
    await this.#drop(slot);
    this.#warmPausedUntil = Date.now() + WARM_RETRY_MS;
    setTimeout(() => this.#refill(), WARM_RETRY_MS + 1).unref();
  }

  /**
   * @param {LaunchOptions} launch
   * @param {string | null} tree
   */
  #newSlot(launch, tree) {
    const name = `${HOST_ID}-${randomBytes(6).toString('hex')}`;
    const chromium = /** @type {string} */ ((launch.headless && this.#headlessShell) || this.#chromium);
    const options = { name, uid: this.#newUid(), chromium, launch, tree, offer: this.#offer };
    const slot = new Slot(this.#sandbox, this.#settings, options);
    this.#alive.add(slot);
    return slot;
  }

  #newUid() {
    return this.#uids.first + (this.#nextUid++ % this.#uids.count);
  }

  /** Ends the runs that take more than a run may have. */
  #watch() {
    const busy = [...this.#runs.values()].filter((run) => !run.ended && run.slot !== null);
    if (busy.length === 0) {
      return;
    }
    const table = processTable();
    for (const run of busy) {
      const { process } = /** @type {Slot} */ (run.slot);
      const entries = process.processes(table);
      const filesMiB = process.filesMiB();
      const { memoryLimitMiB, maxProcesses } = this.#settings;
      if (entries.length > maxProcesses / 4) {
        run.endByLimit(`started more than ${maxProcesses / 4} processes`);
      } else if (sumMiB(entries) + filesMiB > memoryLimitMiB && proportionalMiB(entries, filesMiB) > memoryLimitMiB) {
        run.endByLimit(`used more than ${memoryLimitMiB} MiB of memory`);
      }
    }
  }
}

/**
 * Runs are told apart from the services by their user ids, so it takes those too.
 *
 * @param {Sandbox} sandbox
 * @param {string[]} entries
 * @param {import('./user-ids.mjs').UserIds | null} uids
 * @returns {Promise<{guard: NetworkGuard | null, network: string}>} network: for the operator
 */
async function guardNetwork(sandbox, entries, uids) {
  const closed = entries.map(parse);
  if (uids === null || !sandbox.ownUser || sandbox.kind === 'process') {
    return { guard: null, network: 'open: runs have no users of their own' };
  }
  const all = [uids.installs, uids.runs].map(({ first, count }) => `${first}-${first + count - 1}`);
  const installed = await NetworkGuard.install(closed, all.join(', '));
  return 'guard' in installed
    ? { guard: installed.guard, network: 'guarded' }
    : { guard: null, network: `open: ${installed.problem}` };
}

/** @param {import('./processes.mjs').Entry[]} entries */
function sumMiB(entries) {
  return entries.reduce((sum, entry) => sum + entry.residentKiB, 0) / 1024;
}

/**
 * What a browser has to be started with; the rest of the options is set on its page.
 *
 * @param {RunOrder} order
 * @returns {LaunchOptions}
 */
function launchOptions({ browser, proxy }) {
  return { headless: browser.headless, gpu: browser.gpu, proxy };
}
