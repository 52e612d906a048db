import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { readlinkSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isHost } from './data-directory.mjs';

/**
 * @typedef {{host: string | null, port: number | null}} Protected as the operator named it; null: this machine, every port
 * @typedef {{address: string | null, port: number | null}} Closed the same with its name looked up
 */

/** What the user ids of one host's runs may not reach, as a table of the kernel's packet filter. */
export class NetworkGuard {
  #name = tableName(process.pid);
  #uids;
  #entries;
  #rules = '';
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /**
   * @param {Protected[]} entries
   * @param {string} uids as nft writes a set's elements, e.g. "999999, 1000000-1000511"
   */
  constructor(entries, uids) {
    this.#entries = entries;
    this.#uids = uids;
  }

  /**
   * Closes the ways, or says why that cannot be.
   *
   * @param {Protected[]} entries
   * @param {string} uids
   * @returns {Promise<{guard: NetworkGuard} | {problem: string}>}
   */
  static async install(entries, uids) {
    const guard = new NetworkGuard(entries, uids);
    try {
      await removeLeftovers();
      await guard.#refresh();
      guard.#timer = setInterval(
        () => void guard.#refresh().catch((error) => console.error(error.message)),
        REFRESH_MS,
      );
      guard.#timer.unref();
      return { guard };
    } catch (error) {
      return { problem: /** @type {Error} */ (error).message.split('\n')[0] };
    }
  }

  async remove() {
    clearInterval(this.#timer);
    await nft(['delete', 'table', 'inet', this.#name]).catch(() => {});
  }

  /** Names are looked up again and again: the address behind one may change. */
  async #refresh() {
    const rules = rulesFor((await Promise.all(this.#entries.map(resolved))).flat());
    if (rules !== this.#rules) {
      await nft(['-f', '-'], script(this.#name, this.#uids, rules));
      this.#rules = rules;
    }
  }
}

const REFRESH_MS = 30_000;
const LOOKUP_MS = 5000;
const PREFIX = 'impresario_executor_';

/**
 * `5432`: that port of this machine; `db.internal:5432`, `10.0.0.5:5432`, `[fd00::5]:5432`: that
 * port there; `169.254.169.254`, `10.0.0.0/8`, `fd00::/8`, `db.internal`: every port there.
 *
 * @param {string} text
 * @returns {Protected}
 */
export function parse(text) {
  const entry = text.trim();
  if (/^\d+$/.test(entry)) {
    return { host: null, port: portOf(entry, text) };
  }
  const withPort = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(entry);
  const host = withPort ? (withPort[1] ?? withPort[2]) : entry.replace(/^\[(.*)\]$/, '$1');
  if (!/^[\w.:-]+(\/\d{1,3})?$/.test(host) || (host.includes('/') && !isIP(host.split('/')[0]))) {
    throw new Error(`Not an address to protect: ${JSON.stringify(text)}`);
  }
  return { host, port: withPort ? portOf(withPort[3], text) : null };
}

/** @param {string} digits @param {string} text */
function portOf(digits, text) {
  const port = Number(digits);
  if (port < 1 || port > 65535) {
    throw new Error(`Not an address to protect: ${JSON.stringify(text)}`);
  }
  return port;
}

/** @param {Protected} entry @returns {Promise<Closed[]>} */
async function resolved({ host, port }) {
  if (host === null) {
    return [{ address: null, port }];
  }
  const addresses = isIP(host.split('/')[0]) ? [host] : await addressesOf(host);
  // What listens on one address of this machine often listens on all of them.
  return addresses.map((address) => (port !== null && isOwn(address) ? { address: null, port } : { address, port }));
}

/** @param {string} name */
async function addressesOf(name) {
  /** @type {NodeJS.Timeout | undefined} */ let timer;
  const late = new Promise((/** @type {(value: []) => void} */ done) => (timer = setTimeout(done, LOOKUP_MS, [])));
  const found = await Promise.race([lookup(name, { all: true }).catch(() => []), late]);
  clearTimeout(timer);
  return found.map(({ address }) => address);
}

/** @param {string} address */
function isOwn(address) {
  if (address.includes('/')) {
    return false;
  }
  const own = new BlockList();
  own.addSubnet('127.0.0.0', 8, 'ipv4');
  own.addAddress('::1', 'ipv6');
  for (const { address: one, family } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    own.addAddress(one.replace(/%.*/, ''), family === 'IPv4' ? 'ipv4' : 'ipv6');
  }
  return own.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Whatever a machine sends to itself leaves by the loopback interface, under any address of its own.
 *
 * @param {Closed[]} closed
 */
export function rulesFor(closed) {
  const lines = closed.map(({ address, port }) => {
    const at =
      address === null ? 'oifname "lo"' : `${isIP(address.split('/')[0]) === 4 ? 'ip' : 'ip6'} daddr ${address}`;
    return `    ${at}${port === null ? '' : ` meta l4proto { tcp, udp } th dport ${port}`} goto refuse`;
  });
  return [...new Set(lines)].sort().join('\n');
}

/**
 * Only packets of the runs are judged: those that belong to no socket any more, such as the last ones
 * of an ended process, pass.
 *
 * @param {string} name
 * @param {string} uids
 * @param {string} rules
 */
function script(name, uids, rules) {
  return `table inet ${name}
delete table inet ${name}
table inet ${name} {
  chain refuse {
    meta l4proto tcp reject with tcp reset
    reject with icmpx type port-unreachable
  }
  chain runs {
${rules}
  }
  chain output {
    type filter hook output priority 0; policy accept;
    meta skuid { ${uids} } jump runs
  }
}
`;
}

/** Process ids mean something within their namespace only. @param {number | string} pid */
function tableName(pid) {
  const namespace = /\d+/.exec(process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : '0')?.[0];
  return `${PREFIX}${namespace}_${pid}`;
}

/** The tables of hosts that died without a word. */
async function removeLeftovers() {
  const tables = await nft(['list', 'tables', 'inet']);
  for (const [, name, pid] of tables.matchAll(new RegExp(`(${tableName('(\\d+)')})\\b`, 'g'))) {
    if (Number(pid) !== process.pid && !isHost(Number(pid))) {
      await nft(['delete', 'table', 'inet', name]);
    }
  }
}

/**
 * @param {string[]} args
 * @param {string} [input]
 * @returns {Promise<string>}
 */
function nft(args, input = '') {
  return new Promise((done, failed) => {
    const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
    const child = spawn('nft', args, { env: { PATH: path }, stdio: 'pipe', timeout: 5000 });
    let output = '';
    let complaint = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (complaint += chunk));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', (error) =>
      failed(
        new Error(
          /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT'
            ? 'nft is not installed'
            : `nft: ${error.message}`,
        ),
      ),
    );
    child.on('close', (code) =>
      code === 0 ? done(output) : failed(new Error(`nft: ${complaint.trim() || `exit code ${code}`}`)),
    );
  });
}
