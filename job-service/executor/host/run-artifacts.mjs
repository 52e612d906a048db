import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @import {RunLog} from './run-log.mjs' */

const FILES = { screenshot: 'screenshot.png', page_html: 'page.html' };
const SIZE_LIMIT = 20 * 1024 * 1024;

/** One of each kind, and not more however much a run sends. */
const COUNT_LIMIT = 2;

/** What a failed run shows of itself, as files. */
export class RunArtifacts {
  #directory;
  #log;
  #onKept;
  #count = 0;

  /**
   * @param {string} directory
   * @param {RunLog} log knows what must not be seen
   * @param {(artifact: {kind: string, file: string}) => void} onKept
   */
  constructor(directory, log, onKept) {
    this.#directory = directory;
    this.#log = log;
    this.#onKept = onKept;
  }

  /**
   * @param {'screenshot' | 'page_html'} kind
   * @param {string} data base64
   */
  keep(kind, data) {
    const bytes = Buffer.from(data, 'base64');
    if (!Object.hasOwn(FILES, kind) || bytes.length > SIZE_LIMIT || ++this.#count > COUNT_LIMIT) {
      return;
    }
    const file = join(this.#directory, FILES[kind]);
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(file, kind === 'page_html' ? this.#log.clean(bytes.toString('utf8')) : bytes);
    this.#onKept({ kind, file });
  }
}
