/**
 * The typed messages, one JSON object a line, between the job service, the host and a worker.
 *
 * @typedef {{width: number, height: number}} Viewport
 * @typedef {{server: string, username?: string | null, password?: string | null}} Proxy
 * @typedef {{headless: boolean, gpu: boolean, proxy: Proxy | null}} LaunchOptions what a browser is started with
 * @typedef {'info' | 'warn' | 'error'} Level
 * @typedef {'executor' | 'console' | 'stdout' | 'stderr'} Source
 * @typedef {'user_error' | 'timeout' | 'launch_failed' | 'result_too_large' | 'invalid_input'} FailureKind
 *
 * What the job service sends, first of all `configure`:
 * @typedef {{type: 'configure', dataDirectory: string, chromiumPath?: string | null, warmSlots: number,
 *   startupTimeoutMs: number, memoryLimitMiB: number, maxProcesses: number, tmpLimitMiB: number,
 *   buildConcurrency: number, buildTimeoutMs: number, bundleLimitMiB: number, packageCacheMiB: number,
 *   unlockedMaxAgeMs: number, warmProxy?: Proxy | null, sandbox: 'auto' | 'require' | 'off',
 *   silenceLimitMs?: number, protectedAddresses?: string[]}} Configure
 * @typedef {{type: 'alive'}} AliveMessage said once a second, and said back
 * @typedef {{type: 'run', run: string, bundle: {directory: string, entry: string}, workflow: string, input: string,
 *   session: string, startUrl: string | null, viewport: Viewport | null, launch: LaunchOptions,
 *   artifacts: string, timeoutMs: number}} RunMessage
 * @typedef {{type: 'cancel' | 'kill', run: string}} EndMessage
 * @typedef {{type: 'taken', run: string, seq: number}} TakenMessage log lines up to seq are taken
 * @typedef {{type: 'build', build: string, tenant: string, directory: string, entryPoint: string}} BuildMessage
 * @typedef {Configure | RunMessage | EndMessage | TakenMessage | BuildMessage | AliveMessage} HostInput
 *
 * What the host sends a worker:
 * @typedef {{type: 'launch', chromium: string, options: LaunchOptions}} WorkerLaunch
 * @typedef {{type: 'run', entry: string, root: string, workflow: string, input: string, session: string,
 *   startUrl: string | null, viewport: Viewport | null}} WorkerRun
 * @typedef {{type: 'expire'}} WorkerExpire the time is up: hand over what the page shows
 * @typedef {WorkerLaunch | WorkerRun | WorkerExpire} WorkerInput
 *
 * What a worker sends, believed only about its own run (once it is `loading`, foreign code runs):
 * @typedef {{type: 'launched'} | {type: 'loading'} | {type: 'ready'} | {type: 'started'}
 *   | {type: 'log', level: Level, source: Source, message: string}
 *   | {type: 'artifact', kind: 'screenshot' | 'page_html', data: string}
 *   | {type: 'expired'}
 *   | {type: 'result', json: string}
 *   | {type: 'failed', kind: FailureKind, error: string, stack: string | null}} WorkerOutput
 */

/** A result is at most this long, in UTF-8 bytes: the API's promise. */
export const RESULT_LIMIT = 10 * 1024 * 1024;

/** One message of a worker: a result of quotes only doubles when it is quoted once more. */
export const MESSAGE_LIMIT = 2 * RESULT_LIMIT + 4 * 1024 * 1024;

/**
 * Cuts a byte stream into lines. A line longer than the limit is handed over cut, once, and its
 * rest is skipped, so that memory stays bounded whatever is sent.
 */
export class LineSplitter {
  /** @type {Buffer[]} */
  #parts = [];
  #length = 0;
  #skipping = false;
  #limit;
  #onLine;

  /**
   * @param {number} limit bytes
   * @param {(line: Buffer, cut: boolean) => void} onLine
   */
  constructor(limit, onLine) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  /** @param {Buffer} chunk */
  push(chunk) {
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(10, from);
      if (at < 0) {
        this.#append(chunk.subarray(from));
        return;
      }
      this.#append(chunk.subarray(from, at));
      this.end();
      from = at + 1;
    }
  }

  /** Hands over what stands without a line feed at the end. */
  end() {
    if (!this.#skipping && this.#parts.length > 0) {
      this.#emit(false);
    }
    this.#skipping = false;
  }

  /** @param {Buffer} part */
  #append(part) {
    if (this.#skipping) {
      return;
    }
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length > this.#limit) {
      this.#emit(true);
      this.#skipping = true;
    }
  }

  /** @param {boolean} cut */
  #emit(cut) {
    const line = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    this.#onLine(cut ? line.subarray(0, this.#limit) : line, cut);
  }
}

/**
 * Reads JSON messages from a stream.
 *
 * @param {import('node:stream').Readable} stream
 * @param {number} limit bytes of one message
 * @param {(message: any) => void} onMessage
 * @param {(problem: string) => void} onProblem something that is no message
 */
export function readMessages(stream, limit, onMessage, onProblem) {
  const splitter = new LineSplitter(limit, (line, cut) => {
    if (line.length === 0) {
      return;
    }
    /** @type {unknown} */
    let message;
    try {
      message = cut ? null : JSON.parse(line.toString('utf8'));
    } catch {
      message = null;
    }
    if (message === null || typeof message !== 'object') {
      onProblem(cut ? `a message longer than ${limit} bytes` : 'a line that is no message');
      return;
    }
    onMessage(message);
  });
  stream.on('data', (chunk) => splitter.push(chunk));
  stream.on('end', () => splitter.end());
}
