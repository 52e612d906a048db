import { randomBytes } from 'node:crypto';

/** Texts, or whole numbers so long that JavaScript may not hold them. */
const TEXT_OR_LONG = /"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{16,}(?![\d.eE])/g;

/**
 * Whole numbers beyond 2^53. JavaScript rounds those of an input; where a result has such a number
 * again, what stood in the input is written.
 */
export class LongNumbers {
  /** The texts that a rounded number stands for. @type {Map<number, Set<string>>} */
  #rounded = new Map();
  #mark = randomBytes(12).toString('hex');

  /** @param {string} json an input */
  constructor(json = '') {
    for (const [text] of json.matchAll(TEXT_OR_LONG)) {
      if (!text.startsWith('"') && !Number.isSafeInteger(Number(text))) {
        const number = Number(text);
        this.#rounded.set(number, (this.#rounded.get(number) ?? new Set()).add(text));
      }
    }
  }

  /** What JSON.stringify takes instead of a value. @param {unknown} value */
  mark(value) {
    const texts = typeof value === 'number' ? this.#rounded.get(value) : undefined;
    // Two numbers that became one cannot be told apart.
    return texts?.size === 1 ? `${this.#mark}${[...texts][0]}` : value;
  }

  /** @param {string} json of marked values */
  unmark(json) {
    return json.replaceAll(new RegExp(`"${this.#mark}(-?\\d+)"`, 'g'), '$1');
  }
}
