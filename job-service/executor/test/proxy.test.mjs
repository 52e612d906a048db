import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { test } from 'node:test';
import { TestHost } from './support/host.mjs';

/** @param {import('node:http').Server} server @returns {Promise<string>} */
function listen(server) {
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () =>
      done(`http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`),
    ),
  );
}

test("a run's pages leave through its proxy, by name, and without one they do not", async () => {
  /** @type {{url: string, auth: string}[]} */
  const passed = [];
  const site = createServer((_, response) => response.end('<h1>the site</h1>'));
  const proxy = createServer((incoming, response) => {
    const auth = incoming.headers['proxy-authorization'];
    if (!auth) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="test"' }).end();
      return;
    }
    passed.push({ url: incoming.url ?? '', auth: Buffer.from(auth.replace('Basic ', ''), 'base64').toString() });
    incoming
      .pipe(
        request(incoming.url ?? '', { method: incoming.method }, (answer) =>
          answer.pipe(response.writeHead(answer.statusCode ?? 502)),
        ),
      )
      .on('error', () => response.destroy());
  });
  const [siteUrl, proxyUrl] = [await listen(site), await listen(proxy)];
  const host = new TestHost();
  const body = "await page.goto(input.url); return page.textContent('h1');";
  const through = await host.run(body, {
    input: JSON.stringify({ url: `${siteUrl}/a` }),
    proxy: { server: proxyUrl, username: 'user-country-de', password: 'pw' },
  });
  assert.equal(through.json, '"the site"', through.error);
  assert.deepEqual(passed[0], { url: `${siteUrl}/a`, auth: 'user-country-de:pw' });
  const seen = passed.length;
  const direct = await host.run(body, { input: JSON.stringify({ url: `${siteUrl}/b` }) });
  assert.equal(direct.json, '"the site"', direct.error);
  assert.equal(passed.length, seen);
  await host.close();
  [site, proxy].forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
});

test('a browser in waiting has the default proxy, and a job that wants none gets another', async () => {
  const proxy = { server: 'http://127.0.0.1:9', username: 'everybody', password: 'pw' };
  const host = new TestHost({ warmSlots: 1, warmProxy: proxy });
  await host.until(({ type }) => type === 'warm_ready');
  assert.equal((await host.run('return 1;', { proxy: { ...proxy } })).json, '1');
  assert.equal((await host.run('return 2;', { proxy: null })).json, '2');
  assert.deepEqual(
    host.messages.filter(({ type }) => type === 'slot_taken').map(({ warm }) => warm),
    [true, false],
  );
  await host.close();
});
