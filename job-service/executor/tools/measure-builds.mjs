import { loadavg } from 'node:os';
import { TestHost } from '../test/support/host.mjs';

/**
 * Prints what a build costs: `node tools/measure-builds.mjs [rounds]`. In each round, with nothing kept: a
 * project with packages, the same with another source, and one without packages for comparison;
 * once with npm's cache of downloads alone, once with packages that are kept.
 */

const rounds = Number(process.argv[2] ?? 3);
const MANIFEST = {
  name: 'measured',
  type: 'module',
  dependencies: { zod: '4.1.12', lodash: '4.17.21', 'date-fns': '4.1.0', cheerio: '1.1.2', playwright: '^1.40.0' },
};

/** @param {string} text */
function source(text) {
  return `import { z } from 'zod';\nimport * as cheerio from 'cheerio';\nimport { addDays } from 'date-fns';\nexport const one = { [Symbol.for('libretto.workflow')]: true, name: 'one', inputSchema: z.object({ n: z.number() }), async run() { return [typeof cheerio.load, typeof addDays, '${text}']; } };\n`;
}

for (let round = 0; round < 2 * rounds; round++) {
  const kept = round % 2 === 1;
  const host = new TestHost(kept ? {} : { unlockedMaxAgeMs: 0 });
  await host.until(({ type }) => type === 'configured');
  const line = [];
  for (const [name, files] of Object.entries({
    first: { 'package.json': JSON.stringify(MANIFEST), 'index.ts': source('first') },
    second: { 'package.json': JSON.stringify(MANIFEST), 'index.ts': source('second') },
    'without packages': {
      'package.json': '{"type":"module"}',
      'index.ts': source('none')
        .replace(/^import.*$/gm, '')
        .replace(/inputSchema.*?\}\), /, '')
        .replace(/typeof cheerio.load, typeof addDays, /, ''),
    },
  })) {
    const began = performance.now();
    const { built } = await host.build('index.ts', files);
    if (built.type !== 'built') {
      throw new Error(built.error);
    }
    line.push(`${name} ${((performance.now() - began) / 1000).toFixed(2)} s`);
  }
  console.log(`${kept ? 'kept packages' : 'cached downloads'}: ${line.join(', ')} (load ${loadavg()[0].toFixed(1)})`);
  await host.close();
}
