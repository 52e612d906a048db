import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestHost } from '../test/support/host.mjs';

/**
 * Builds and runs each project of a folder through the real host, with packages of the registry that npm is set up
 * with: `node tools/try-packages.mjs FOLDER [PROJECT…]`. docs/compatibility.md says what came of it. A project is a
 * folder with an index.ts, src/index.ts, index.js or index.tsx; each of its workflows runs once, with the input {}.
 */

const ENTRIES = ['index.ts', 'src/index.ts', 'index.js', 'index.tsx'];

/** @param {string} folder @param {string} [place] @returns {Record<string, any>} */
function filesOf(folder, place = '') {
  const entries = readdirSync(join(folder, place), { withFileTypes: true });
  return Object.assign(
    {},
    ...entries.map((entry) => {
      const path = join(place, entry.name);
      return entry.isDirectory() ? filesOf(folder, path) : { [path]: readFileSync(join(folder, path)) };
    }),
  );
}

const [folder, ...only] = process.argv.slice(2);
const host = new TestHost();
for (const name of readdirSync(folder).filter((each) => only.length === 0 || only.includes(each))) {
  const files = filesOf(join(folder, name));
  const entry = ENTRIES.find((each) => each in files) ?? 'index.ts';
  const { directory, built } = await host.build(entry, files);
  if (built.type !== 'built') {
    console.log(`${name}: does not build: ${built.error}`);
    continue;
  }
  for (const workflow of built.workflows) {
    const bundle = { directory, entry: built.entry };
    const end = await host.run('', { bundle, workflow: workflow.name, timeoutMs: 30000 });
    console.log(`${name}: ${workflow.name} ${end.type}: ${end.json ?? end.stack ?? end.error}`);
  }
}
await host.close();
