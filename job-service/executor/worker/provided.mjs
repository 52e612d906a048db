import { playwright } from './playwright.mjs';

/** Where a bundle's stand-in for Playwright (see provided/) finds the one that is here. */
const PROVIDED = Symbol.for('impresario.playwright');

/** Lets `import 'playwright'` in a bundle mean the Playwright of this program. */
export function providePlaywright() {
  Object.defineProperty(globalThis, PROVIDED, { value: playwright });
}
