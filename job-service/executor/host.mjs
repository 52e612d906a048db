import { Host } from './lib/host.mjs';
import { readMessages } from './lib/protocol.mjs';

/**
 * The long-lived, trusted process between the job service and the workflows. Reads messages on
 * standard input, writes messages to standard output, and its own troubles to standard error. The
 * end of standard input means that the job service is gone: then everything ends.
 */

/** A run's message holds its input: 1 MiB of parameters, and credentials. */
const INPUT_LIMIT = 64 * 1024 * 1024;

/** @type {Promise<Host> | undefined} */
let host;

/** @param {object} message */
function emit(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** @param {import('./lib/protocol.mjs').HostInput} message */
function onMessage(message) {
  if (message.type === 'configure') {
    host = Host.start(message, emit);
    host.catch((error) => {
      console.error(error.message);
      process.exit(1);
    });
  } else {
    void host?.then((started) => started.onMessage(message));
  }
}

async function leave() {
  try {
    await (await host)?.close();
  } finally {
    process.exit(0);
  }
}

process.stdout.on('error', () => void leave());
readMessages(process.stdin, INPUT_LIMIT, onMessage, (problem) => console.error(`The job service sent ${problem}`));
process.stdin.on('end', () => void leave());
process.on('SIGTERM', () => void leave());
process.on('SIGINT', () => {}); // a terminal's Ctrl-C reaches the job service too, which then ends this
