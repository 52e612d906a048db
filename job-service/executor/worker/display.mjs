import { spawn } from 'node:child_process';

/** Large enough for a maximised window of a common screen. */
const SCREEN = '1920x1080x24';

/** @type {Promise<string | null> | undefined} */
let opened;

/**
 * A display that nobody sees, of this run alone: it ends with the cell. What the workflow starts finds it too.
 *
 * @returns {Promise<string | null>} its name; null where Xvfb is not installed
 */
export function openDisplay() {
  opened ??= startDisplay();
  return opened;
}

/** @returns {Promise<string | null>} */
function startDisplay() {
  // It takes the next free number and writes it down once it listens.
  const args = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-nolisten', 'local', '-dpi', '96'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return new Promise((done) => {
    server.on('error', () => done(null));
    server.on('exit', () => done(null));
    const numbers = /** @type {import('node:stream').Readable} */ (server.stdio[3]);
    let text = '';
    numbers.on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('\n')) {
        process.env.DISPLAY = `:${text.trim()}`;
        server.unref();
        done(process.env.DISPLAY);
      }
    });
  });
}
