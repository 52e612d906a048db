import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXECUTOR } from '../protocol/folder.mjs';

/** What a bundle gets from the executor, not from the registry. */
export const PROVIDED = ['playwright', 'playwright-core'];

/** The client's own library: its artifacts list it although their bundle contains it, and a registry may lack it. */
export const LIBRETTO = 'libretto';

/** @param {string} name */
export function standIn(name) {
  return `file:${join(EXECUTOR, 'provided', name)}`;
}

/** Puts the stand-ins among the packages of an upload, whatever is there of their names. @param {string} modules */
export function provide(modules) {
  for (const name of PROVIDED) {
    const place = join(modules, name);
    rmSync(place, { recursive: true, force: true });
    cpSync(join(EXECUTOR, 'provided', name), place, { recursive: true });
  }
}

/** Some packages bring a Playwright of their own below themselves. @param {string} modules @param {string} [scope] */
export function replaceProvided(modules, scope = '') {
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    const place = join(modules, entry.name);
    if (!entry.isDirectory()) {
      continue;
    }
    if (PROVIDED.includes(scope + entry.name)) {
      rmSync(place, { recursive: true });
      cpSync(join(EXECUTOR, 'provided', entry.name), place, { recursive: true });
    } else if (entry.name.startsWith('@')) {
      replaceProvided(place, `${entry.name}/`);
    } else if (existsSync(join(place, 'node_modules'))) {
      replaceProvided(join(place, 'node_modules'));
    }
  }
}

/** Puts a stand-in for the client's library where there is none. @param {string} modules @returns {boolean} whether it did */
export function provideLibretto(modules) {
  const place = join(modules, LIBRETTO);
  const missing = !existsSync(place);
  if (missing) {
    cpSync(join(EXECUTOR, 'provided', LIBRETTO), place, { recursive: true });
  }
  return missing;
}
