'use strict';

// The executor puts its own Playwright here before it loads a bundle.
module.exports = globalThis[Symbol.for('impresario.playwright')] ?? {};
