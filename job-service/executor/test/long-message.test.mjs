import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setImmediate } from 'node:timers';
import { readLong, writeCompleted } from '../host/long-message.mjs';
import { Redaction } from '../host/redaction.mjs';
import { Line, readMessages } from '../protocol/messages.mjs';
import { LIMITS } from '../protocol/rules.mjs';

const MOST = LIMITS.WorkerResult.json;

/** @param {Buffer} bytes @param {number} [size] of the parts in which they come */
function line(bytes, size = 64 * 1024) {
  const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return new Line(parts, bytes.length, false);
}

/** @param {string} text between the quotes @param {string} [type] */
function read(text, type = 'result') {
  return readLong(line(Buffer.from(`{"type":"${type}","${type === 'result' ? 'json' : 'data'}":"${text}"}`)));
}

/** How often others had their turn meanwhile. @param {Promise<unknown>} work */
async function turnsDuring(work) {
  let turns = 0;
  let over = false;
  const turn = () => void (!over && ++turns && setImmediate(turn));
  setImmediate(turn);
  await work;
  over = true;
  return turns;
}

test('a long result reaches the job service as the worker wrote it', async () => {
  const parts = ['a', '"', '\\', '\n', '\u0000', 'é', '€', '🎭', '\ud800', '/', '\u2028'];
  let seed = 7;
  const any = () => (seed = (seed * 16807) % 2147483647);
  for (let length = 0; length < 50; length++) {
    const json = JSON.stringify(Array.from({ length }, () => parts[any() % parts.length]).join(''));
    const message = await readLong(line(Buffer.from(JSON.stringify({ type: 'result', json })), 1 + (length % 7)));
    assert.ok(typeof message === 'object' && message.type === 'result', String(message));
    const sent = JSON.parse(Buffer.concat(writeCompleted('run "1"', message.json)).toString('utf8'));
    assert.deepEqual(sent, { type: 'completed', run: 'run "1"', json });
  }
  assert.equal(typeof (await read('\\u00e9\\ud83c\\/')), 'object');
});

test('what is no string of JSON, or too long a one, is refused', async () => {
  const broken = ['"', 'a"b', '\\', '\\x', '\\u12', '\\u12g4', '\n', '\t', '","run":"2'];
  for (const text of broken) {
    assert.match(String(await read(text)), /"result" message that is not valid: it is not JSON/, text);
  }
  const bytes = Buffer.from('{"type":"result","json":"\xff"}', 'latin1');
  assert.match(String(await readLong(line(bytes))), /not JSON/);
  for (const [unit, size] of /** @type {[string, number][]} */ ([
    ['é', 2],
    ['\\n', 1],
    ['\\u20ac', 3],
  ])) {
    const text = 'x'.repeat(MOST - size) + unit;
    assert.equal(typeof (await read(text)), 'object', unit);
    assert.match(String(await read(`${text}x`)), /has more than 10485760 bytes/, unit);
  }
  const picture = 'A'.repeat(LIMITS.WorkerScreenshot.data);
  const shown = await read(picture, 'screenshot');
  assert.ok(typeof shown === 'object' && shown.type === 'screenshot');
  assert.equal(Buffer.concat(shown.data).toString(), picture);
  assert.match(String(await read(`${picture}A`, 'screenshot')), /has more than 20971520 bytes/);
});

test('others have their turn while a long result is looked at', async () => {
  const turns = await turnsDuring(read('\\\\\\"'.repeat(MOST / 2)));
  assert.ok(turns >= 60, `${turns} turns`);
});

test('others have their turn between the chunks of one who writes without end', async () => {
  const chunk = Buffer.from('{"type":"log"}\n'.repeat(4000));
  const stream = Readable.from(Array.from({ length: 50 }, () => chunk));
  let messages = 0;
  const turns = await turnsDuring(readMessages(stream, 1000, () => messages++, assert.fail));
  assert.equal(messages, 200_000);
  assert.ok(turns >= 40, `${turns} turns`);
});

test('a long page with more secrets than text is given in pieces, and others have their turn between them', async () => {
  const text = '🎭ab'.repeat(250_000);
  /** @type {string[]} */ const pieces = [];
  const turns = await turnsDuring(
    (async () => {
      for await (const piece of new Redaction(['a', 'ba']).applySlowly(text)) {
        pieces.push(Buffer.from(piece).toString());
      }
    })(),
  );
  assert.equal(pieces.join(''), new Redaction(['a', 'ba']).apply(text));
  assert.ok(turns >= 15, `${turns} turns`);
  assert.ok(Math.max(...pieces.map((piece) => piece.length)) < 1e6);
});
