import assert from 'node:assert/strict';
import { test } from 'node:test';
import { URLSearchParams } from 'node:url';
import { Redaction } from '../host/redaction.mjs';

const SECRET = `p@ss "w&rd"<1>/ü+é'\\`;

/** @type {[string, string][]} */
const SPELLINGS = [
  ['as it is', SECRET],
  ['JSON', JSON.stringify({ SECRET })],
  ['JSON with escaped slashes', JSON.stringify({ SECRET }).replaceAll('/', '\\/')],
  ['JSON in ASCII', JSON.stringify({ SECRET }).replaceAll('ü', '\\u00fc').replaceAll('é', '\\u00e9')],
  ['a part of a URL', `https://example.org/${encodeURIComponent(SECRET)}/x`],
  ['a part of a URL in small letters', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
  ['a form', new URLSearchParams({ key: SECRET }).toString()],
  ['text of HTML', `<p>${SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>`],
  ['an attribute of HTML', `<input value="${SECRET.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`],
  ...['', 'u', 'us', 'use'].map(
    (before) =>
      /** @type {[string, string]} */ ([
        `base64 behind ${before.length} bytes`,
        Buffer.from(`${before}${SECRET}:x`).toString('base64'),
      ]),
  ),
  ['base64 for URLs', Buffer.from(SECRET).toString('base64url')],
];

for (const [name, text] of SPELLINGS) {
  test(`finds a secret in ${name}`, () => {
    const clean = new Redaction(['other', SECRET]).apply(`before ${text} after`);
    assert.match(clean, /^before .*\[redacted\].* after$/);
    assert.doesNotMatch(clean, /ss[ +%20]*(&|\\|%)|w(&|%26)|cEBzc|BAc3M|QHNz/);
  });
}

test('a text that was cut ends with no part of a secret', () => {
  const redaction = new Redaction(['s3cret!', 'other']);
  assert.equal(redaction.apply('key s3cret! and s3cr', true), 'key [redacted] and ');
  assert.equal(redaction.apply('key s3cret! and s3cr'), 'key [redacted] and s3cr');
  assert.equal(redaction.apply('nothing of it', true), 'nothing of it');
});

test('secrets that overlap, repeat or contain one another leave nothing', () => {
  const redaction = new Redaction(['abcdef', 'defghi', 'cde', 'aa']);
  assert.equal(redaction.apply('<abcdefghi>'), '<[redacted]>');
  assert.equal(redaction.apply('<cdecde>aaaaa.'), '<[redacted]>[redacted].');
  assert.equal(redaction.apply('abcdefabcdef'), '[redacted][redacted]');
});

test('a long secret is taken out as far as the text has it', () => {
  const long = Array.from({ length: 100 }, (_, i) => `part ${i} `).join('');
  const redaction = new Redaction([long]);
  assert.equal(redaction.apply(`<${long}>`), '<[redacted]>');
  assert.equal(redaction.apply(`<${long.slice(0, 400)}`, true), '<[redacted]');
  assert.equal(redaction.apply(`<${long.slice(0, 400)}|`), '<[redacted]|');
});

test('finds the same in slices as at once, and everything that plain replacement finds', async () => {
  const secrets = ['x'.repeat(900), 'xxy', 'key-0123456789', 'ключ'];
  const parts = ['x', 'xy', 'xxxx', 'key-', '0123456789', 'ключ', 'кл', ' ', '\n'];
  let seed = 7;
  const any = () => (seed = (seed * 16807) % 2147483647);
  const text = Array.from({ length: 200_000 }, () => parts[any() % parts.length]).join('');
  const redaction = new Redaction(secrets);
  const clean = redaction.apply(text);
  let slowly = '';
  for await (const piece of redaction.applySlowly(text)) {
    slowly += piece;
  }
  assert.equal(slowly, clean);
  secrets.forEach((secret) => assert.ok(!clean.includes(secret)));
  assert.equal(clean.replaceAll('[redacted]', '').replace(/[xy \nкл]|key-|[0-9]/g, ''), '');
});
