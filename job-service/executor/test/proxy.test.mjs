import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
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

test("what the workflow's own process asks for leaves through the proxy too, and what it runs itself does not", async () => {
  /** @type {string[]} */
  const passed = [];
  const site = createServer((request, response) => response.end(`${request.headers.host}${request.url}`));
  const siteUrl = await listen(site);
  const { port } = new URL(siteUrl);
  // Whatever the name, it is the site; only the proxy knows.
  const proxy = createServer((incoming, response) => {
    const { pathname, host } = new URL(incoming.url ?? '');
    passed.push(`GET ${host}`);
    request({ port, path: pathname, headers: { host } }, (answer) => answer.pipe(response)).end();
  });
  proxy.on('connect', (incoming, socket) => {
    passed.push(`CONNECT ${incoming.url} ${incoming.headers['proxy-authorization']?.split(' ')[0]}`);
    const there = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(there).pipe(socket);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
  });
  const host = new TestHost();
  const end = await host.run(
    `
    const { default: http, get } = await import('node:http');
    const { default: https } = await import('node:https');
    const read = (from, url) => new Promise((done, failed) => from(url, (answer) => { let text = ''; answer.on('data', (part) => (text += part)); answer.on('end', () => done(text)); }).on('error', failed));
    return [
      await (await fetch('http://by-fetch.example/a')).text(),
      await read(http.get, 'http://by-http.example/b'),
      await read(get, 'http://by-name.example/c'),
      await read(https.get, 'https://by-https.example/d').catch((error) => error.code),
      await (await fetch(input.url + '/own')).text(),
      await read(http.get, input.url + '/own'),
    ];`,
    {
      input: JSON.stringify({ url: siteUrl }),
      proxy: { server: await listen(proxy), username: 'user', password: 'p@ss' },
    },
  );
  assert.equal(end.type, 'completed', end.error);
  const own = `127.0.0.1:${port}/own`;
  // The site speaks no TLS, which the client notices behind the proxy.
  const answers = JSON.parse(end.json);
  assert.match(answers.splice(3, 1)[0], /SSL|EPROTO|ECONNRESET/);
  assert.deepEqual(answers, ['by-fetch.example/a', 'by-http.example/b', 'by-name.example/c', own, own]);
  assert.deepEqual(passed, [
    'CONNECT by-fetch.example:80 Basic',
    'GET by-http.example',
    'GET by-name.example',
    'CONNECT by-https.example:443 Basic',
  ]);
  await host.close();
  [site, proxy].forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
});
