import { execFile, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BUNDLE, STORE, bubblewrapArguments } from './bubblewrap.mjs';
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
 * @property {number} tmpMiB
 * @property {number} maxProcesses
 * @property {Record<string, string>} [env]
 *
 * @typedef {object} Command
 * @property {string} file
 * @property {string[]} args
 * @property {Record<string, string>} env
 * @property {string} cwd
 * @property {number} [infoFd] where bubblewrap says the process id of the sandbox's first process
 */

/** @typedef {'bubblewrap' | 'user' | 'process'} Kind */

/**
 * The strongest separation that this machine gives, found out once at the start:
 * bubblewrap (own processes, files, IPC), else a user of its own, else a mere process group.
 */
export class Sandbox {
  /**
   * @param {Kind} kind
   * @param {{root: boolean, folders: string[], setpriv: boolean, prlimit: boolean, nice: boolean, offline: string[]}} facts folders: of the browsers; offline: what takes the network away from a command
   */
  constructor(kind, facts) {
    this.kind = kind;
    this.facts = facts;
  }

  /** Whether processes of a cell have a user id that nobody else has. */
  get ownUser() {
    return this.facts.root && this.facts.setpriv;
  }

  /**
   * @param {'auto' | 'require' | 'off'} wish
   * @param {string[]} browsers
   * @param {string} dataDirectory where runs without bubblewrap have their homes
   * @returns {Promise<Sandbox>}
   */
  static async probe(wish, browsers, dataDirectory) {
    const root = process.getuid?.() === 0;
    const facts = {
      root,
      folders: browsers.flatMap(browserFolders),
      setpriv: await works('setpriv', ['--version']),
      prlimit: await works('prlimit', ['--version']),
      nice: await works('nice', ['true']),
      offline: await offlinePrefix(root),
    };
    const cell = { uid: 65534, home: '/', tree: null, store: EXECUTOR, tmpMiB: 16, maxProcesses: 64 };
    if (wish !== 'off' && process.platform === 'linux' && (!root || facts.setpriv)) {
      const sandbox = new Sandbox('bubblewrap', facts);
      const command = sandbox.command(
        cell,
        [
          '/bin/sh',
          '-c',
          `test -r "$1" && test ! -e ${STORE}/trees/package.json`,
          'sh',
          join(EXECUTOR, 'package.json'),
        ],
        null,
      );
      if (await works(command.file, command.args)) {
        return sandbox;
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
      const command = sandbox.command(
        cell,
        ['/bin/sh', '-c', 'test -r "$1" && test -x "$2"', 'sh', join(EXECUTOR, 'package.json'), dataDirectory],
        null,
      );
      if (await works(command.file, command.args)) {
        return sandbox;
      }
    }
    return new Sandbox('process', facts);
  }

  /** The path of the tree as its own code sees it. @param {Cell} cell @param {string} tree */
  treePath(cell, tree) {
    return this.kind === 'bubblewrap' ? BUNDLE : tree;
  }

  /**
   * @param {Cell} cell
   * @param {string[]} argv
   * @param {number | null} infoFd
   * @returns {Command}
   */
  command(cell, argv, infoFd) {
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
      return { file: limited[0], args: limited.slice(1), env, cwd: existsSync(home) ? home : '/' };
    }
    return {
      file: 'bwrap',
      args: [...bubblewrapArguments(cell, this.facts, infoFd), '--', ...limited],
      env,
      cwd: '/',
      infoFd: infoFd ?? undefined,
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
    if (!this.ownUser || this.kind === 'process') {
      return [...nice, ...limits, ...argv];
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
    return [...nice, ...lower, ...limits, ...argv];
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
  return process.platform === 'linux' && (await works(prefix[0], [...prefix.slice(1), 'true'])) ? prefix : [];
}

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<boolean>}
 */
function works(file, args) {
  return new Promise((done) => {
    const child = spawn(file, args, { stdio: 'ignore', timeout: 5000 });
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });
}
