import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { readMessages, MESSAGE_LIMIT } from '../protocol/messages.mjs';

/** @import {WorkerInput, WorkerOutput} from '../protocol/types.mjs' */

const IN = 3;
const OUT = 4;

/**
 * Sends a message and returns when the host has it: what a workflow said before it ended its own
 * process is not lost. Waiting here is also how a run is slowed down whose lines are not taken.
 *
 * @param {WorkerOutput} message
 */
export function send(message) {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`, 'utf8');
  let from = 0;
  while (from < bytes.length) {
    try {
      from += writeSync(OUT, bytes, from);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') {
        throw error;
      }
    }
  }
}

/**
 * @param {(message: WorkerInput) => void} onMessage
 */
export function receive(onMessage) {
  const input = new Socket({ fd: IN, readable: true, writable: false });
  // The host is gone, and with it everybody who waits for this run.
  input.on('close', () => process.kill(process.pid, 'SIGKILL'));
  input.on('error', () => process.kill(process.pid, 'SIGKILL'));
  readMessages(input, MESSAGE_LIMIT, onMessage, () => process.kill(process.pid, 'SIGKILL'));
}
