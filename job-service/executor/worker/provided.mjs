import { createRequire } from 'node:module';
import { playwright } from './playwright.mjs';

/** Where a bundle's stand-ins for Playwright (see provided/) find the one that is here. */
const PROVIDED = Symbol.for('impresario.playwright');
const PROVIDED_TEST = Symbol.for('impresario.playwright.test');

/** Lets `import 'playwright'` in a bundle mean the Playwright of this program, its test library included. */
export function providePlaywright() {
  Object.defineProperty(globalThis, PROVIDED, { value: playwright });
  // Few need it, and it takes long to load.
  Object.defineProperty(globalThis, PROVIDED_TEST, { get: () => createRequire(import.meta.url)('playwright/test') });
}
