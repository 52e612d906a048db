import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This program's own folder: the same path inside a sandbox as outside. */
export const EXECUTOR = resolve(dirname(fileURLToPath(import.meta.url)), '..');
