import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @import {ArtifactKind} from '../protocol/types.mjs'
 * @import {RunLog} from './run-log.mjs'
 */

const FILES = { screenshot: 'screenshot.png', page_html: 'page.html' };

/** What a failed run shows of itself, as files. */
export class RunArtifacts {
  #directory;
  #log;
  #onKept;

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
   * @param {string} data base64
   */
  keep(kind, data) {
    const bytes = Buffer.from(data, 'base64');
    const file = join(this.#directory, FILES[kind]);
    try {
      mkdirSync(this.#directory, { recursive: true });
      writeFileSync(file, kind === 'page_html' ? this.#log.clean(bytes.toString('utf8')) : bytes);
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      this.#log.note('warn', `${FILES[kind]} could not be kept (${code})`);
      return;
    }
    this.#onKept({ kind, file });
  }
}
