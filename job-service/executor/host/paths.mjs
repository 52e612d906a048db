import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXECUTOR } from '../protocol/folder.mjs';
import { BUNDLE } from './bubblewrap.mjs';

/** What stands for this program and its data. */
const OURS = '<impresario>';

/**
 * Takes out of texts for tenants where on this machine things lie: paths within a bundle begin at the bundle, others of
 * this program at a name.
 */
export class Paths {
  /** @type {Map<string, string>} by each spelling of a path */
  #names = new Map();
  #pattern;

  /**
   * @param {string} bundle
   * @param {string} dataDirectory
   * @param {string} [home] of the cell, where there is no bubblewrap
   */
  constructor(bundle, dataDirectory, home) {
    this.#name(bundle, '');
    this.#name(BUNDLE, '');
    if (home) {
      this.#name(`${home}/home`, '~');
      this.#name(`${home}/tmp`, '/tmp');
    }
    this.#name(dataDirectory, OURS);
    this.#name(EXECUTOR, OURS);
    const node = dirname(dirname(process.execPath));
    if (!['/', '/usr', '/usr/local'].includes(node)) {
      this.#name(node, '<node>');
    }
    // The first that fits counts, so that longer ones come first.
    const spellings = [...this.#names.keys()].sort((a, b) => b.length - a.length).map(literally);
    this.#pattern = new RegExp(`(?<![\\w.~%/-])(${spellings.join('|')})(/|(?![\\w.~%-]))`, 'g');
  }

  /** @param {string} text */
  hide(text) {
    return text.replace(this.#pattern, (_, path, slash) => {
      const name = this.#names.get(path);
      return name ? name + slash : slash ? '' : '.';
    });
  }

  /** @param {string} path @param {string} name */
  #name(path, name) {
    for (const one of existsSync(path) ? [path, realpathSync(path)] : [path]) {
      for (const spelling of [one, `file://${one}`, pathToFileURL(one).href]) {
        this.#names.set(spelling, this.#names.get(spelling) ?? name);
      }
    }
  }
}

/** @param {string} text */
function literally(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
