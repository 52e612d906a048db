import { Host } from './host.mjs';
import { readMessages } from '../protocol/messages.mjs';

/**
 * The long-lived, trusted process between the job service and the workflows. Reads messages on
 * standard input, writes messages to standard output, and its own troubles to standard error. The
 * end of standard input means that the job service is gone: then everything ends.
 */

/** A run's message holds its input: 1 MiB of parameters, and credentials. */
const INPUT_LIMIT = 64 * 1024 * 1024;

/** How often the silence of the job service is counted. Ticks, because a paused host must not take its own pause for one. */
const TICK_MS = 1000;

/** @type {Promise<Host> | undefined} */
let host;
let silentTicks = 0;

/** @param {object | Buffer[]} message parts: it is written out already */
function emit(message) {
  if (Array.isArray(message)) {
    message.forEach((part) => process.stdout.write(part));
    process.stdout.write('\n');
  } else {
    process.stdout.write(`${JSON.stringify(message)}\n`);
  }
}

/** @param {import('../protocol/types.mjs').HostInput} message */
function onMessage(message) {
  silentTicks = 0;
  if (message.type === 'configure') {
    host = Host.start(message, emit);
    host.catch((error) => {
      console.error(error.message);
      process.exit(1);
    });
    watchSilence(message.silenceLimitMs ?? Infinity);
  } else if (message.type === 'alive') {
    emit(message);
  } else {
    void host?.then((started) => started.onMessage(message));
  }
}

/**
 * A job service that is paused or cut off says nothing. When its leases have run out, others declare its
 * jobs lost: then nothing of them may run on.
 *
 * @param {number} limitMs
 */
function watchSilence(limitMs) {
  const limit = Math.ceil(limitMs / TICK_MS);
  setInterval(() => {
    if (++silentTicks === limit) {
      void host?.then((started) => started.endRuns(`the job service was silent for ${limitMs / 1000} s`));
    }
  }, TICK_MS).unref();
}

async function leave() {
  try {
    await (await host)?.close();
  } finally {
    process.exit(0);
  }
}

process.stdout.on('error', () => void leave());
void readMessages(process.stdin, INPUT_LIMIT, onMessage, (problem) =>
  console.error(`The job service sent ${problem}`),
).then(leave);
process.on('SIGTERM', () => void leave());
process.on('SIGINT', () => {}); // a terminal's Ctrl-C reaches the job service too, which then ends this
