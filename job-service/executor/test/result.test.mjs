import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, mappedStack } from '../worker/outcome.mjs';
import { serialise } from '../worker/result.mjs';

class Account {
  #balance = 7;
  get balance() {
    return this.#balance;
  }
}

/** @type {[string, unknown, string, string | null][]} what is returned, as JSON, and what the warning says */
const WRITTEN = [
  ['nothing', undefined, 'null', null],
  ['what JSON has', { a: [1, 'x', null, true], b: { c: undefined } }, '{"a":[1,"x",null,true],"b":{}}', null],
  ['a date', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}', null],
  ['an object twice', ((one) => [one, one])({ a: 1 }), '[{"a":1},{"a":1}]', null],
  ['an object without a prototype', Object.create(null), '{}', null],
  ['a number that is none', [NaN], '[null]', 'result[0] is NaN and became null'],
  ['infinity', { 'per day': -Infinity }, '{"per day":null}', 'result["per day"] is -Infinity and became null'],
  ['a map', new Map([['a', 1]]), '{"a":1}', 'result is a Map and became an object'],
  ['a map of others', { m: new Map([[1, 'x']]) }, '{"m":[[1,"x"]]}', 'result.m is a Map and became an array'],
  [
    'a set in a map',
    new Map([['s', new Set('ab')]]),
    '{"s":["a","b"]}',
    'result is a Map and became an object; result.s is a Set and became an array',
  ],
  [
    'an error',
    { e: Object.assign(new TypeError('no'), { code: 3 }) },
    '{"e":{"code":3,"name":"TypeError","message":"no"}}',
    'result.e is a TypeError and became an object',
  ],
  ['a promise', [Promise.resolve(1)], '[{}]', 'result[0] is a Promise that was not awaited and became an object'],
  ['a response', new globalThis.Response('x'), '{}', 'result is a Response and became an object'],
  ['an expression', { r: /x/ }, '{"r":{}}', 'result.r is a RegExp and became an object'],
  ['what hides its content', new Account(), '{}', 'result is an Account and became an object'],
];
for (const [name, value, json, warning] of WRITTEN) {
  test(`a result with ${name}`, () => {
    const said = warning === null ? null : `In the workflow's result, ${warning}`;
    assert.deepEqual(serialise(value), { json, warning: said });
  });
}

test('a warning names five places and counts the others', () => {
  const { warning } = /** @type {{warning: string}} */ (serialise(Array(8).fill(NaN)));
  assert.match(warning, /result\[4\] is NaN and became null; and 3 more$/);
});

test('a warning costs little, and never the result', () => {
  const many = /** @type {{json: string, warning: string}} */ (serialise(Array(500_000).fill(NaN)));
  assert.match(many.warning, /result\[4\] is NaN and became null; and \d+ more$/);
  let written = 0;
  const once = {
    rate: NaN,
    at: {
      toJSON() {
        if (++written > 1) {
          throw new Error('only once');
        }
        return 'now';
      },
    },
  };
  assert.deepEqual(serialise(once), {
    json: '{"rate":null,"at":"now"}',
    warning: "In the workflow's result, result.rate is NaN and became null",
  });
});

/** @type {[string, unknown, string][]} */
const REFUSED = [
  ['a function', () => 1, 'result is a function'],
  ['a function below', { items: [{ then2: () => 1 }] }, 'result.items[0].then2 is a function'],
  ['a BigInt', { id: 2n ** 64n }, 'result.id is a BigInt'],
  ['a symbol in a map', new Map([['a-b', Symbol('x')]]), 'result["a-b"] is a symbol'],
  ['a cycle', ((a) => Object.assign(a, { items: [0, { parent: a }] }))({}), 'result.items[1].parent is circular'],
  ['a cycle through a map', ((m) => m.set('m', m))(new Map()), 'result.m is circular'],
  [
    'what refuses',
    {
      toJSON() {
        throw new Error('not me');
      },
    },
    'not me',
  ],
];
for (const [name, value, why] of REFUSED) {
  test(`a result that is refused for ${name}`, () => {
    const error = `The workflow's result cannot be written as JSON: ${why}`;
    assert.deepEqual(serialise(value), { kind: 'user_error', error });
  });
}

test('an error is told with its causes and parts', () => {
  const deepest = new Error('getaddrinfo ENOTFOUND shop.example');
  assert.equal(
    describe(new TypeError('fetch failed', { cause: new Error('no connection', { cause: deepest }) })),
    'fetch failed\nCaused by: no connection\nCaused by: getaddrinfo ENOTFOUND shop.example',
  );
  assert.equal(
    describe(new AggregateError([new Error('one'), 'two'], 'All promises were rejected')),
    'All promises were rejected\n- one\n- The workflow threw a value that is not an Error: two',
  );
  /** @type {any} */
  const ring = new Error('ring');
  ring.cause = new Error('back', { cause: ring });
  assert.equal(describe(ring), 'ring\nCaused by: back');
  ring.cause = ring;
  assert.equal(describe(ring), 'ring');
  /** @type {any} */
  const circular = { code: 7 };
  circular.self = circular;
  assert.match(describe(circular), /not an Error: .*code: 7, self: \[Circular \*1\]/);
  assert.equal(describe(Object.create(null)), 'The workflow threw a value that is not an Error: {}');
  const stack = mappedStack(new Error('top', { cause: new AggregateError([], 'below', { cause: deepest }) }), '/b');
  assert.deepEqual(
    stack?.split('\n').filter((line) => !/^\s+at /.test(line)),
    ['Error: top', 'Caused by: AggregateError: below', 'Caused by: Error: getaddrinfo ENOTFOUND shop.example'],
  );
});
