import * as validators from '../protocol/validators.mjs';

/**
 * @import {Rule} from '../protocol/rules.mjs'
 * @typedef {Record<string, Rule>} Rules
 * @typedef {{instancePath: string, message?: string}} Mistake
 * @typedef {((message: unknown) => boolean) & {errors?: Mistake[] | null}} Validator
 */

/** What an untrusted process may say at this moment, by protocol/messages.schema.json. */
export class Conversation {
  #ours;
  #theirs;
  #phase;
  /** @type {Set<string>} */
  #heard = new Set();

  /**
   * @param {Rules} ours the messages that the host sends
   * @param {Rules} theirs the messages that it hears
   * @param {string} phase the first
   */
  constructor(ours, theirs, phase) {
    this.#ours = ours;
    this.#theirs = theirs;
    this.#phase = phase;
  }

  /** Whether nothing more is to be heard. */
  get over() {
    return this.#phase === 'ended';
  }

  /** The host sends a message. @param {string} type */
  say(type) {
    this.#phase = this.#ours[type].enters ?? this.#phase;
  }

  /**
   * A message arrives.
   *
   * @param {any} message
   * @param {boolean} [read] it is of the right form already
   * @returns {string | null} what is wrong with it; null: it may be believed
   */
  hear(message, read = false) {
    const type = String(message.type).slice(0, 100);
    const rule = Object.hasOwn(this.#theirs, type) ? this.#theirs[type] : null;
    if (rule === null) {
      return `a message of the unknown type ${JSON.stringify(type)}`;
    }
    if (this.#heard.has(type) && (rule.once || rule.enters !== null)) {
      return `a second "${type}" message`;
    }
    if (!rule.phases.includes(this.#phase)) {
      return `a "${type}" message while it was ${this.#phase}`;
    }
    const valid = /** @type {Record<string, Validator>} */ (/** @type {unknown} */ (validators))[rule.name];
    if (!read && !valid(message)) {
      const [mistake] = valid.errors ?? [];
      return `a "${type}" message that is not valid: ${`${mistake?.instancePath} ${mistake?.message}`.trim()}`;
    }
    this.#heard.add(type);
    this.#phase = rule.enters ?? this.#phase;
    return null;
  }
}
