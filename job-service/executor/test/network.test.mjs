import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { parse, rulesFor } from '../host/network-guard.mjs';
import { TestHost } from './support/host.mjs';

/** @import {AddressInfo} from 'node:net' */

test('reads what is to be protected', () => {
  assert.deepEqual(
    ['5432', ' db.internal:5432', '10.0.0.5:80', '[fd00::5]:9092', '169.254.169.254', '10.0.0.0/8', 'fd00::/8'].map(
      parse,
    ),
    [
      { host: null, port: 5432 },
      { host: 'db.internal', port: 5432 },
      { host: '10.0.0.5', port: 80 },
      { host: 'fd00::5', port: 9092 },
      { host: '169.254.169.254', port: null },
      { host: '10.0.0.0/8', port: null },
      { host: 'fd00::/8', port: null },
    ],
  );
  for (const wrong of ['', '0', '70000', 'a b', 'x:99999', 'db/8', '10.0.0.1; flush ruleset', '[::1']) {
    assert.throws(() => parse(wrong), /Not an address to protect/, wrong);
  }
  assert.equal(
    rulesFor([
      { address: null, port: 1 },
      { address: 'fd00::/8', port: null },
      { address: null, port: 1 },
    ]),
    '    ip6 daddr fd00::/8 goto refuse\n    oifname "lo" meta l4proto { tcp, udp } th dport 1 goto refuse',
  );
});

/** @returns {Promise<{port: number, close: () => void}>} a site on all addresses of this machine */
function site() {
  return new Promise((done) => {
    const server = createServer((_, response) => response.end('<h1>reached</h1>'));
    server.listen(0, '::', () =>
      done({ port: /** @type {AddressInfo} */ (server.address()).port, close: () => server.close() }),
    );
  });
}

const TRIES = `
  const { connect } = await import('node:net');
  const got = {};
  for (const address of input.addresses) {
    const host = address.includes(':') ? '[' + address + ']' : address;
    const url = 'http://' + host + ':' + input.port + '/';
    got['fetch ' + address] = await fetch(url).then(() => 'reached', (error) => error.cause?.code ?? String(error));
    got['connect ' + address] = await new Promise((done) => connect(input.port, address).on('connect', () => done('reached')).on('error', (error) => done(error.code)));
    got['page ' + address] = await page.goto(url).then(() => page.textContent('h1'), (error) => /net::(\\w+)/.exec(error.message)?.[1] ?? error.message);
  }
  return got;
`;

/** @param {TestHost} host @param {import('node:test').TestContext} context */
async function isGuarded(host, context) {
  const { network } = await host.until(({ type }) => type === 'configured');
  if (network !== 'guarded') {
    context.skip(`holds where nft works, as root: ${network}`);
  }
  return network === 'guarded';
}

function tables() {
  return execFileSync('nft', ['list', 'tables', 'inet'], { encoding: 'utf8' });
}

test('a run reaches no protected port, from Node or from the browser, and any other', async (context) => {
  const [closed, open] = [await site(), await site()];
  const host = new TestHost({ warmSlots: 1, protectedAddresses: [`127.0.0.1:${closed.port}`, '169.254.169.254'] });
  if (await isGuarded(host, context)) {
    const others = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, scopeid }) => !internal && !scopeid)
      .map(({ address }) => address);
    const addresses = ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '0.0.0.0', 'localhost', ...others];
    const refused = JSON.parse(
      (await host.run(TRIES, { input: JSON.stringify({ port: closed.port, addresses }) })).json,
    );
    assert.equal(Object.keys(refused).length, 3 * addresses.length);
    for (const [attempt, answer] of Object.entries(refused)) {
      assert.match(answer, /ECONNREFUSED|ERR_CONNECTION_REFUSED|ERR_ADDRESS_INVALID/, attempt);
    }
    const reached = JSON.parse(
      (await host.run(TRIES, { input: JSON.stringify({ port: open.port, addresses: ['127.0.0.1', '::1'] }) })).json,
    );
    assert.deepEqual(Object.values(reached), Array(6).fill('reached'));
    const metadata = await host.run(
      "return fetch('http://169.254.169.254/').then(() => 'reached', (error) => error.cause.code);",
    );
    assert.equal(metadata.json, '"ECONNREFUSED"');
    assert.equal((await fetch(`http://127.0.0.1:${closed.port}/`)).status, 200, 'others reach it');
  }
  await host.close();
  [closed, open].forEach((one) => one.close());
});

test('the table goes with its host; what a dead one left is taken away, that of a living one is not', async (context) => {
  const living = new TestHost({ protectedAddresses: ['1'] });
  const dead = new TestHost({ protectedAddresses: ['1'] });
  if ((await isGuarded(living, context)) && (await isGuarded(dead, context))) {
    dead.child.kill('SIGKILL');
    await dead.exited;
    assert.match(tables(), new RegExp(`_${dead.child.pid}\\b`));
    const next = new TestHost({ protectedAddresses: ['1'] });
    await isGuarded(next, context);
    assert.doesNotMatch(tables(), new RegExp(`_${dead.child.pid}\\b`));
    assert.match(tables(), new RegExp(`_${living.child.pid}\\b`));
    await next.close();
    assert.doesNotMatch(tables(), new RegExp(`_${next.child.pid}\\b`));
  }
  await Promise.all([living.close(), dead.close()]);
});

test('an address that is none stops the start', async () => {
  const host = new TestHost({ protectedAddresses: ['there is none'] });
  await host.exited;
  assert.match(host.stderr, /Not an address to protect: "there is none"/);
  await host.close();
});
