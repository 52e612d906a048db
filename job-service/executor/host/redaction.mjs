import { setImmediate } from 'node:timers/promises';
import { URLSearchParams } from 'node:url';

/** What stands for a secret. */
const MASK = '[redacted]';

/**
 * The search goes by the beginnings of secrets, so that its table stays small; from there a secret is
 * followed as far as the text has it.
 */
const BEGINNING = 48;

/** Texts are searched in slices of so many characters, so that others get their turn between two. */
const SLICE = 64 * 1024;

/** Parts of base64 shorter than this would be found in any text. */
const MIN_BASE64 = 6;

/**
 * @typedef {object} State where a search stands: at the longest beginning of a secret that the text ends with
 * @property {Map<number, State>} next by UTF-16 code unit
 * @property {State | null} back its longest end that is a beginning too
 * @property {number} depth
 * @property {string[]} found secrets whose beginnings the text ends with
 */

/**
 * Takes secrets out of texts, in each spelling that a page or a log may give them, in one pass whatever
 * their number (the automaton of Aho and Corasick).
 */
export class Redaction {
  #root = newState(0);

  /** @param {string[]} secrets */
  constructor(secrets) {
    const spellings = new Set(secrets.flatMap(spellingsOf).filter((spelling) => spelling.length > 0));
    spellings.forEach((spelling) => this.#add(spelling));
    this.#link();
  }

  /**
   * @param {string} text
   * @param {boolean} [cut] whether the text has lost its end: what is left there may be a part of a secret
   * @returns {string}
   */
  apply(text, cut = false) {
    if (this.#root.next.size === 0) {
      return text;
    }
    const search = new Search(this.#root, text);
    search.goTo(text.length);
    return search.result(cut);
  }

  /** The same for a long text, piece by piece, with pauses. @param {string} text @returns {AsyncGenerator<string>} */
  async *applySlowly(text) {
    const search = new Search(this.#root, text);
    for (let to = SLICE; to < text.length; to += SLICE) {
      search.goTo(to);
      yield search.settled();
      await setImmediate();
    }
    search.goTo(text.length);
    yield search.result(false);
  }

  /** @param {string} spelling */
  #add(spelling) {
    let state = this.#root;
    for (let i = 0; i < Math.min(spelling.length, BEGINNING); i++) {
      const unit = spelling.charCodeAt(i);
      const next = state.next.get(unit) ?? newState(state.depth + 1);
      state.next.set(unit, next);
      state = next;
    }
    state.found.push(spelling);
  }

  #link() {
    const queue = [this.#root];
    for (let i = 0; i < queue.length; i++) {
      const { next, back } = queue[i];
      for (const [unit, state] of next) {
        state.back = back === null ? this.#root : step(back, unit);
        state.found.push(...state.back.found);
        queue.push(state);
      }
    }
  }
}

/** One text on its way through. */
class Search {
  #text;
  #state;
  #at = 0;
  /** What is taken out: from and to, in order, apart from each other. @type {[number, number][]} */
  #spans = [];
  /** How much of the text has been given. */
  #given = 0;

  /** @param {State} root @param {string} text */
  constructor(root, text) {
    this.#state = root;
    this.#text = text;
  }

  /** @param {number} to */
  goTo(to) {
    while (this.#at < to) {
      this.#state = step(this.#state, this.#text.charCodeAt(this.#at++));
      for (const spelling of this.#state.found) {
        this.#takeOut(this.#at - Math.min(spelling.length, BEGINNING), spelling);
      }
    }
  }

  /** A long secret is taken out as far as it goes: a part of it is one too many. @param {number} from @param {string} spelling */
  #takeOut(from, spelling) {
    const last = this.#spans.at(-1);
    let to = Math.max(this.#at, last?.[1] ?? 0);
    while (to - from < spelling.length && this.#text[to] === spelling[to - from]) {
      to++;
    }
    if (last === undefined || from > last[1]) {
      this.#spans.push([from, to]);
      return;
    }
    last[0] = Math.min(last[0], from);
    last[1] = to;
  }

  /** What nothing that follows can change, and was not given yet. @returns {string} */
  settled() {
    const end = this.#at - this.#state.depth;
    const open = this.#spans.findIndex(([, to]) => to >= end);
    const spans = this.#spans.splice(0, open < 0 ? this.#spans.length : open);
    return this.#give(spans, Math.min(whole(this.#text, end), this.#spans[0]?.[0] ?? end));
  }

  /** What was not given yet. @param {boolean} cut @returns {string} */
  result(cut) {
    return this.#give(this.#spans, cut ? this.#text.length - this.#state.depth : this.#text.length);
  }

  /** @param {[number, number][]} spans @param {number} end */
  #give(spans, end) {
    const parts = [];
    for (const [from, to] of spans) {
      parts.push(this.#text.slice(this.#given, from), MASK);
      this.#given = to;
    }
    parts.push(this.#text.slice(this.#given, Math.max(this.#given, end)));
    this.#given = Math.max(this.#given, end);
    return parts.join('');
  }
}

/** The end, or before a character that it would split. @param {string} text @param {number} end */
function whole(text, end) {
  return /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? end - 1 : end;
}

/** @param {number} depth @returns {State} */
function newState(depth) {
  return { next: new Map(), back: null, depth, found: [] };
}

/** @param {State} from @param {number} unit @returns {State} */
function step(from, unit) {
  let state = from;
  for (;;) {
    const next = state.next.get(unit);
    if (next !== undefined) {
      return next;
    }
    if (state.back === null) {
      return state;
    }
    state = state.back;
  }
}

/** @param {string} secret @returns {string[]} */
function spellingsOf(secret) {
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = [
    encodeURIComponent(Buffer.from(secret, 'utf8').toString('utf8')),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ];
  return [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ...percent,
    ...percent.map((text) => text.replace(/%../g, (code) => code.toLowerCase())),
    escaped(secret, { '&': '&amp;', '<': '&lt;', '>': '&gt;' }),
    escaped(secret, { '&': '&amp;', '"': '&quot;' }),
    escaped(secret, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }),
    escaped(secret, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }),
    ...base64(secret),
  ];
}

/** @param {string} text @param {Record<string, string>} names */
function escaped(text, names) {
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

/**
 * Wherever it lies among other bytes that are encoded with it: the characters that depend on the secret
 * alone, for each of the three places within a group.
 *
 * @param {string} secret
 * @returns {string[]}
 */
function base64(secret) {
  const bytes = Buffer.from(secret, 'utf8');
  const found = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
  });
  return found
    .filter((text) => text.length >= MIN_BASE64)
    .flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}
