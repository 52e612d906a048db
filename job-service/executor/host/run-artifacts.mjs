import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * @import {ArtifactKind} from '../protocol/types.mjs'
 * @import {RunLog} from './run-log.mjs'
 */

const FILES = { screenshot: 'screenshot.png', page_html: 'page.html' };

/** A disk that takes longer has no part in how a run ends. */
const WRITE_LIMIT_MS = 5000;

/** What a failed run shows of itself, as files. */
export class RunArtifacts {
  #directory;
  #log;
  #onKept;
  #pending = Promise.resolve();
  #count = 0;

  /**
   * @param {string} directory
   * @param {RunLog} log knows what must not be seen
   * @param {(artifact: {kind: ArtifactKind, file: string}) => void} onKept
   */
  constructor(directory, log, onKept) {
    this.#directory = directory;
    this.#log = log;
    this.#onKept = onKept;
  }

  /**
   * @param {ArtifactKind} kind
   * @param {string | Buffer[]} data base64
   */
  keep(kind, data) {
    this.#count++;
    this.#pending = this.#pending
      .then(() => this.#write(kind, data))
      .catch(({ code, message }) => this.#log.note('warn', `${FILES[kind]} could not be kept (${code ?? message})`))
      .finally(() => void this.#count--);
  }

  /** Calls back when everything is written, at once when nothing is being written. @param {() => void} then */
  whenKept(then) {
    if (this.#count === 0) {
      then();
      return;
    }
    /** @type {NodeJS.Timeout | undefined} */ let timer;
    const late = new Promise((done) => (timer = setTimeout(done, WRITE_LIMIT_MS)));
    void Promise.race([this.#pending, late]).then(() => {
      clearTimeout(timer);
      then();
    });
  }

  /** @param {ArtifactKind} kind @param {string | Buffer[]} data */
  async #write(kind, data) {
    const bytes = decoded(typeof data === 'string' ? [Buffer.from(data, 'latin1')] : data);
    const file = join(this.#directory, FILES[kind]);
    await mkdir(this.#directory, { recursive: true });
    await writeFile(file, kind === 'page_html' ? this.#log.cleanLong(await textOf(bytes)) : bytes);
    this.#onKept({ kind, file });
  }
}

/** @param {Buffer[]} parts of base64 @returns {AsyncGenerator<Buffer>} what it stands for, with pauses */
async function* decoded(parts) {
  let rest = '';
  for (const part of parts) {
    const text = rest + part.toString('latin1');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    yield Buffer.from(text.slice(0, whole), 'base64');
    await nextTurn();
  }
  yield Buffer.from(rest, 'base64');
}

/** @param {AsyncIterable<Buffer>} pieces */
async function textOf(pieces) {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const piece of pieces) {
    text += decoder.write(piece);
  }
  return text + decoder.end();
}
