import { LIMITS } from '../protocol/rules.mjs';

/** In characters; a longer one ends in an ellipsis. */
const WARNING_LIMIT = 500;

/**
 * What the author of an upload is told beside its result: a log of the build, of which the end is kept, and warnings
 * that name what was left out and what to do about it.
 */
export class BuildNotes {
  /** @type {string[]} */
  #lines = [];
  #length = 0;
  /** @type {Set<string>} */
  #warnings = new Set();

  /** @param {string} line */
  log(line) {
    if (line.trim() === '') {
      return;
    }
    this.#lines.push(line);
    this.#length += line.length + 1;
    while (this.#length > LIMITS.Built.log) {
      this.#length -= /** @type {string} */ (this.#lines.shift()).length + 1;
    }
  }

  /** @param {string} warning a sentence */
  warn(warning) {
    const short = warning.length > WARNING_LIMIT ? `${warning.slice(0, WARNING_LIMIT - 1)}…` : warning;
    if (!this.#warnings.has(short)) {
      this.#warnings.add(short);
      this.log(`Warning: ${short}`);
    }
  }

  /** @param {(text: string) => string} hide takes out what is nobody's business */
  told(hide) {
    const warnings = [...this.#warnings].map((warning) => hide(warning).slice(0, WARNING_LIMIT));
    const most = LIMITS.Built.warnings;
    const left = warnings.splice(warnings.length > most ? most - 1 : most).length;
    return {
      log: hide(this.#lines.join('\n')).slice(-LIMITS.Built.log),
      warnings: left === 0 ? warnings : [...warnings, `There are ${left} more warnings in the build log`],
    };
  }
}
