'use strict';

// The executor lets its own Playwright be found here before it loads a bundle.
module.exports = globalThis[Symbol.for('impresario.playwright.test')] ?? {};
