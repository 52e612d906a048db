import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestHost } from '../test-support.mjs';

/** @type {TestHost} */
let host;
before(() => {
  host = new TestHost();
});
after(() => host.close());

test('runs a workflow in a fresh browser and returns its result', async () => {
  const end = await host.run("await page.goto('data:text/html,<h1>Hi</h1>'); return { title: await page.textContent('h1'), ...input, session };", { input: '{"a":1.50}' });
  assert.equal(end.type, 'completed', JSON.stringify(end));
  assert.equal(end.json, `{"title":"Hi","a":1.5,"session":"${end.run}"}`);
});
