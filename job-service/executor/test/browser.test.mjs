import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { findChromium } from '../host/chromium.mjs';
import { TestHost } from './support/host.mjs';
import { openBrowser } from '../worker/browser.mjs';

const path = /** @type {string} */ (findChromium());

/** The features that each browser below this process was started without. @returns {Set<string>[]} */
function disabledFeatures() {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(words)
    .filter(
      ([program, ...options]) =>
        /chrom/.test(program) &&
        options.includes('--remote-debugging-pipe') &&
        !options.some((option) => option.startsWith('--type=')),
    )
    .filter((all) => all.some((option) => option.includes(`profile-of-${process.pid}`)))
    .map(
      (all) =>
        new Set(
          all
            .filter((option) => option.startsWith('--disable-features='))
            .at(-1)
            ?.slice('--disable-features='.length)
            .split(','),
        ),
    );
}

/** @param {string} pid */
function words(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [''];
  }
}

test(
  'what Playwright switches off in a browser is off in ours too',
  { skip: process.platform !== 'linux' },
  async () => {
    const mark = `--mark=profile-of-${process.pid}`;
    const theirs = await chromium.launch({ executablePath: path, chromiumSandbox: false, args: [mark] });
    const [wanted] = disabledFeatures();
    await theirs.close();
    assert.ok(wanted.size > 5, [...wanted].join());

    const { browser } = await openBrowser(path, { headless: true, gpu: false, proxy: null }, false, [mark]);
    const [got] = disabledFeatures();
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets');
    await browser.close();
    assert.deepEqual(
      [...wanted].filter((feature) => !got.has(feature)),
      [],
    );
    assert.deepEqual(
      targetInfos.map(({ type }) => type),
      ['page'],
      'a fresh browser has one page and nothing else',
    );
  },
);

test('a configured browser is the one of all runs', async () => {
  const host = new TestHost({ chromiumPath: path });
  const { chromium: found, headlessShell } = await host.until(({ type }) => type === 'configured');
  assert.deepEqual([found, headlessShell], [path, null]);
  const end = await host.run(
    "return (await import('node:fs')).existsSync('/proc/self') && (await page.textContent('body')) === '';",
  );
  assert.equal(end.json, 'true', end.error);
  await host.close();
});
