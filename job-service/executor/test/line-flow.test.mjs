import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineFlow } from '../host/line-flow.mjs';

/** Each line counts as 300 bytes: its text and what it costs beside that. */
const TEXT = 'x'.repeat(100);

/** @param {{run: number, all: number, left: number}} limits */
function flowOf(limits) {
  /** @type {any[]} */ const sent = [];
  const flow = new LineFlow((message) => sent.push(message), limits);
  const say = (/** @type {string} */ run, /** @type {number} */ from, /** @type {number} */ to, message = TEXT) => {
    for (let seq = from; seq <= to; seq++) {
      flow.add(run, { seq, level: 'info', source: 'stdout', message, at: 0 });
    }
  };
  return { flow, say, sent: (/** @type {string} */ run) => sent.filter((line) => line.run === run), all: sent };
}

test('what is sent and not taken is bounded for each run and for all', () => {
  const { flow, say, sent, all } = flowOf({ run: 900, all: 1500, left: 1e6 });
  say('a', 1, 10);
  assert.equal(sent('a').length, 3);
  say('b', 1, 10);
  assert.equal(sent('b').length, 2, 'five in all');
  flow.taken('a', 3);
  assert.deepEqual([sent('a').length, sent('b').length], [6, 2], "a's turn");
  flow.taken('a', 6);
  assert.deepEqual([sent('a').length, sent('b').length], [8, 3], "b's turn, then a's");
  for (let before = 0; before < all.length;) {
    before = all.length;
    flow.taken('a', sent('a').length);
    flow.taken('b', sent('b').length);
  }
  for (const run of ['a', 'b']) {
    assert.deepEqual(
      sent(run).map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
  }
});

test('a line larger than what may be on the way is sent alone', () => {
  const { flow, say, sent } = flowOf({ run: 900, all: 1500, left: 1e6 });
  say('a', 1, 2, 'x'.repeat(5000));
  assert.equal(sent('a').length, 1);
  flow.taken('a', 1);
  assert.equal(sent('a').length, 2);
});

test('what ended runs leave is bounded: the oldest gives up its lines and says so', async () => {
  const { flow, say, sent } = flowOf({ run: 300, all: 1e6, left: 2000 });
  say('a', 1, 5);
  say('b', 1, 5);
  say('going on', 1, 50);
  const ends = [flow.close('a'), flow.close('b')];
  flow.taken('a', 1);
  assert.match(sent('a')[1].message, /^\[4 lines were dropped here/);
  assert.equal(sent('a')[1].seq, 5);
  flow.taken('a', 5);
  await ends[0];
  for (let seq = 1; seq <= 5; seq++) {
    flow.taken('b', seq);
  }
  await ends[1];
  assert.equal(sent('b').length, 5);
  assert.equal(sent('going on').length, 1);
});

test('the end of a run that said nothing more is told at once', async () => {
  const { flow, say } = flowOf({ run: 900, all: 1500, left: 1e6 });
  await flow.close('silent');
  say('a', 1, 2);
  flow.taken('a', 2);
  await flow.close('a');
});
