import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundles, compiledPath } from '../worker/playwright.mjs';

/** Keeps V8's code of Playwright for workers that are started with the flags that this process has. */
for (const [file, script] of bundles) {
  const path = compiledPath(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, script.createCachedData());
  renameSync(`${path}.${process.pid}`, path);
}
