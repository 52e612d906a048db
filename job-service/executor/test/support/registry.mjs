import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** @typedef {{version: string, manifest: Record<string, any>, tarball: Buffer, integrity: string}} Release */

/** A package registry on this machine that says what it was asked for. */
export class TestRegistry {
  /** @type {{path: string, authorization: string | undefined}[]} */
  requests = [];
  /** @type {Map<string, Release[]>} */
  #packages = new Map();
  /** @type {Map<string, Promise<void>>} paths that are answered later */
  #held = new Map();
  /** Names that need this header. @type {Map<string, string>} */
  #private = new Map();
  #server = createServer((request, response) => void this.#answer(request, response));
  url = '';

  static async start() {
    const registry = new TestRegistry();
    await new Promise((done) => registry.#server.listen(0, '127.0.0.1', () => done(null)));
    registry.url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (registry.#server.address()).port}`;
    return registry;
  }

  /** The line of a .npmrc that leads here. */
  get npmrc() {
    return `registry=${this.url}/\n`;
  }

  get paths() {
    return this.requests.map(({ path }) => path);
  }

  /**
   * @param {string} name
   * @param {string} version
   * @param {Record<string, string | Buffer>} files
   * @param {Record<string, any>} [more] of its package.json
   * @returns {Release}
   */
  add(name, version, files, more = {}) {
    const manifest = { name, version, ...more };
    const folder = mkdtempSync(join(tmpdir(), 'registry-'));
    for (const [path, content] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
      mkdirSync(dirname(join(folder, 'package', path)), { recursive: true });
      writeFileSync(join(folder, 'package', path), content);
    }
    const tarball = execFileSync('tar', ['-czf', '-', '-C', folder, 'package'], { maxBuffer: 64 * 1024 * 1024 });
    rmSync(folder, { recursive: true });
    const release = {
      version,
      manifest,
      tarball,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    };
    this.#packages.set(name, [...(this.#packages.get(name) ?? []), release]);
    return release;
  }

  /** @param {string} name @param {string} authorization */
  keepPrivate(name, authorization) {
    this.#private.set(name, authorization);
  }

  /** Answers nothing about a package until told to. @param {string} name @returns {() => void} */
  hold(name) {
    let release = () => {};
    this.#held.set(name, new Promise((done) => (release = () => done(undefined))));
    return release;
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async #answer(request, response) {
    const path = decodeURIComponent(request.url ?? '');
    this.requests.push({ path, authorization: request.headers.authorization });
    const [, name, version] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/-\/(.+)\.tgz)?$/.exec(path) ?? [];
    await this.#held.get(name);
    const releases = this.#packages.get(name) ?? [];
    const release = releases.find((candidate) => candidate.version === version);
    if (releases.length === 0 || (version !== undefined && !release)) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
    } else if (this.#private.has(name) && request.headers.authorization !== this.#private.get(name)) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"who are you"}');
    } else if (release) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(release.tarball);
    } else {
      const versions = releases.map(({ version: each, manifest, integrity }) => [
        each,
        { ...manifest, dist: { tarball: `${this.url}/${name}/-/${each}.tgz`, integrity } },
      ]);
      const body = {
        name,
        'dist-tags': { latest: releases[releases.length - 1].version },
        versions: Object.fromEntries(versions),
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
