import { execFile, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BUNDLE, FILTER, STORE, bubblewrapArguments } from './bubblewrap.mjs';
import { filter } from './seccomp.mjs';
import { OWN_SOCKETS } from './sockets.mjs';
import { EXECUTOR } from '../protocol/folder.mjs';

const run = promisify(execFile);

/** Workflows give way to the services, whose leases and heartbeats must not wait for them. */
const NICENESS = 5;

/**
 * What a process may see and do.
 *
 * @typedef {object} Cell
 * @property {number} uid the user that it becomes when the host is root
 * @property {string} home its directory outside, used where there is no bubblewrap
 * @property {string | null} tree a directory to have as BUNDLE
 * @property {boolean} [writable] may change the tree
 * @property {string | null} [store] a directory of trees, one of which is revealed later
 * @property {[string, string][]} [readOnly] more files to see: outside, inside
 * @property {[string, string][]} [readWrite] more directories to change: outside, inside
 * @property {boolean} [offline] no network
 * @property {boolean} [browser] Chromium runs in it
 * @property {number} tmpMiB
 * @property {number} maxProcesses
 * @property {Record<string, string>} [env]
 *
 * @typedef {object} Command
 * @property {string} file
 * @property {string[]} args
 * @property {Record<string, string>} env
 * @property {string} cwd
 * @property {Buffer | null} filter what bubblewrap reads from its descriptor FILTER
 */

/**
 * @typedef {'bubblewrap' | 'user' | 'process'} Kind
 *
 * @typedef {object} Facts of the machine
 * @property {boolean} root
 * @property {string[]} folders of the browsers
 * @property {boolean} setpriv
 * @property {boolean} prlimit
 * @property {boolean} nice
 * @property {string[]} offline what takes the network away from a command
 * @property {boolean} ownSockets whether abstract sockets of the machine can be put out of reach
 * @property {boolean} browserSandbox whether Chromium can make a sandbox of its own inside
 */

/**
 * The strongest separation that this machine gives, found out once at the start:
 * bubblewrap (own processes, files, IPC), else a user of its own, else a mere process group.
 */
export class Sandbox {
  /**
   * @param {Kind} kind
   * @param {Facts} facts
   */
  constructor(kind, facts) {
    this.kind = kind;
    this.facts = facts;
  }

  /** Whether processes of a cell have a user id that nobody else has. */
  get ownUser() {
    return this.facts.root && this.facts.setpriv;
  }

  /** Whether the kernel refuses what no workflow and no browser needs. */
  get filtered() {
    return this.kind === 'bubblewrap' && filter('plain') !== null;
  }

  /**
   * @param {'auto' | 'require' | 'off'} wish
   * @param {string[]} browsers
   * @param {string} dataDirectory where runs without bubblewrap have their homes
   * @param {number | null} uid as runs have; null: too few exist
   * @returns {Promise<Sandbox>}
   */
  static async probe(wish, browsers, dataDirectory, uid) {
    const root = process.getuid?.() === 0;
    const facts = {
      root,
      folders: browsers.flatMap(browserFolders),
      setpriv: uid !== null && (await works(plain('setpriv', '--version'))),
      prlimit: await works(plain('prlimit', '--version')),
      nice: await works(plain('nice', 'true')),
      offline: await offlinePrefix(root),
      ownSockets: false,
      browserSandbox: false,
    };
    const cell = { uid: uid ?? 0, home: '/', tree: null, store: EXECUTOR, tmpMiB: 16, maxProcesses: 64 };
    if (wish !== 'off' && process.platform === 'linux' && (!root || facts.setpriv)) {
      const look = `test -r "$1" && test ! -e ${STORE}/trees/package.json`;
      const argv = ['/bin/sh', '-c', look, 'sh', join(EXECUTOR, 'package.json')];
      const sandbox = new Sandbox('bubblewrap', facts);
      if (await sandbox.#runs(cell, argv)) {
        return sandbox.#withMore(cell);
      }
    }
    if (wish === 'require') {
      throw new Error(
        'bubblewrap does not work here (impresario.executor.sandbox=require): install the package "bubblewrap" and allow user namespaces, or run as root with CAP_SYS_ADMIN',
      );
    }
    if (wish !== 'off' && root && facts.setpriv) {
      const sandbox = new Sandbox('user', facts);
      // Others may pass through to a bundle or a home that they know, and may not look around.
      chmodSync(dataDirectory, statSync(dataDirectory).mode | 0o011);
      const look = ['-c', 'test -r "$1" && test -x "$2"', 'sh', join(EXECUTOR, 'package.json'), dataDirectory];
      if (await sandbox.#runs(cell, ['/bin/sh', ...look])) {
        return sandbox.#withMore(cell);
      }
    }
    return new Sandbox('process', facts);
  }

  /** What can be had beyond the separation itself. @param {Cell} cell */
  async #withMore(cell) {
    const { kind, facts } = this;
    // Chromium's sandbox is made of these namespaces. The filters let it make them one by one, as it does.
    const namespaces = ['unshare', '--user', '--map-root-user', '--pid', '--net', '--fork', 'true'];
    const browserSandbox = await works(this.command(cell, namespaces, null, null));
    const ownSockets = await new Sandbox(kind, { ...facts, ownSockets: true }).#runs(cell, ['true']);
    return new Sandbox(kind, { ...facts, browserSandbox, ownSockets });
  }

  /** @param {Cell} cell @param {string[]} argv */
  #runs(cell, argv) {
    return works(this.command(cell, argv, null));
  }

  /** The path of the tree as its own code sees it. @param {Cell} cell @param {string} tree */
  treePath(cell, tree) {
    return this.kind === 'bubblewrap' ? BUNDLE : tree;
  }

  /**
   * @param {Cell} cell
   * @param {string[]} argv
   * @param {number | null} infoFd where bubblewrap says the process id of the sandbox's first process
   * @param {Buffer | null} [calls] which system calls it may make
   * @returns {Command}
   */
  command(cell, argv, infoFd, calls = filter(cell.browser && this.facts.browserSandbox ? 'browser' : 'plain')) {
    const inside = this.kind === 'bubblewrap';
    const home = inside ? '/home/workflow' : join(cell.home, 'home');
    const env = {
      PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
      HOME: home,
      TMPDIR: inside ? '/tmp' : join(cell.home, 'tmp'),
      LANG: process.env.LANG ?? 'C.UTF-8',
      ...(process.env.TZ ? { TZ: process.env.TZ } : {}),
      ...cell.env,
    };
    const limited = this.#limited(cell, argv);
    if (!inside) {
      limited.unshift(...(cell.offline ? this.facts.offline : []));
      return { file: limited[0], args: limited.slice(1), env, cwd: existsSync(home) ? home : '/', filter: null };
    }
    return {
      file: 'bwrap',
      args: [...bubblewrapArguments(cell, this.facts, infoFd, calls !== null), '--', ...limited],
      env,
      cwd: '/',
      filter: calls,
    };
  }

  /**
   * Puts limits before the command, and takes the rights away.
   *
   * @param {Cell} cell
   * @param {string[]} argv
   */
  #limited(cell, argv) {
    const nice = this.facts.nice ? ['nice', '-n', String(NICENESS)] : [];
    const limits = this.facts.prlimit
      ? [
          'prlimit',
          '--core=0',
          ...(this.ownUser && this.kind !== 'process' ? [`--nproc=${cell.maxProcesses}`] : []),
          '--',
        ]
      : [];
    const sockets = this.facts.ownSockets ? OWN_SOCKETS : [];
    if (!this.ownUser || this.kind === 'process') {
      return [...nice, ...limits, ...sockets, ...argv];
    }
    const id = String(cell.uid);
    const lower = [
      'setpriv',
      '--reuid',
      id,
      '--regid',
      id,
      '--clear-groups',
      '--no-new-privs',
      '--inh-caps=-all',
      '--bounding-set=-all',
      '--',
    ];
    return [...nice, ...lower, ...limits, ...sockets, ...argv];
  }

  /**
   * Mounts one tree of the store on BUNDLE of a running sandbox, and takes the store away.
   *
   * @param {number} pid the sandbox's first process
   * @param {string} path of the tree, relative to the store
   */
  async reveal(pid, path) {
    // The process namespace too: umount reads /proc/self.
    const into = [
      '--target',
      String(pid),
      '--mount',
      '--pid',
      ...(this.facts.root ? [] : ['--user', '--preserve-credentials']),
    ];
    const script = `mount --bind "${STORE}/trees/$1" ${BUNDLE} && umount -l ${STORE}/trees`;
    await run('nsenter', [...into, '--', '/bin/sh', '-c', script, 'sh', path]);
  }
}

/** @param {string} browser */
function browserFolders(browser) {
  const real = realpathSync(browser);
  const folders = [dirname(browser), dirname(real)];
  const script = isScript(real) && existsSync('/opt/google') ? ['/opt/google'] : [];
  return [...new Set([...folders, ...script])].filter((path) => path !== '/bin' && path !== '/sbin');
}

/** Reads no more than it needs: a browser is hundreds of megabytes. @param {string} path */
function isScript(path) {
  const file = openSync(path, 'r');
  const start = Buffer.alloc(2);
  readSync(file, start);
  closeSync(file);
  return start.toString() === '#!';
}

/** A network of its own, with nobody else in it, where the machine allows one. @param {boolean} root @returns {Promise<string[]>} */
async function offlinePrefix(root) {
  const prefix = ['unshare', ...(root ? [] : ['--user', '--map-current-user']), '--net', '--'];
  return process.platform === 'linux' && (await works(plain(...prefix, 'true'))) ? prefix : [];
}

/**
 * Starts a command and gives bubblewrap the filter.
 *
 * @param {Command} command
 * @param {('ignore' | 'pipe')[]} stdio up to FILTER
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start({ file, args, env, cwd, filter: calls }, stdio, options = {}) {
  const child = spawn(file, args, { ...options, env, cwd, stdio: calls ? [...stdio, 'pipe'] : stdio });
  const pipe = /** @type {import('node:stream').Writable | undefined} */ (/** @type {any} */ (child.stdio)[FILTER]);
  pipe?.on('error', () => {}); // it has died before
  pipe?.end(calls);
  return child;
}

/** A command as it stands. @param {string[]} argv @returns {Command} */
function plain(...[file, ...args]) {
  return { file, args, env: /** @type {Record<string, string>} */ (process.env), cwd: '/', filter: null };
}

/** @param {Command} command @returns {Promise<boolean>} */
function works(command) {
  return new Promise((done) => {
    const child = start(command, Array(FILTER).fill('ignore'), { timeout: 5000 });
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });
}
