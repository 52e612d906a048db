import { proportionalMiB, processTable, descendants } from '../host/processes.mjs';
import { TestHost } from '../test/support/host.mjs';

/**
 * Prints what a run costs: `node tools/measure.mjs [runs]`. From the order to the handler's first line,
 * cold and with a warm slot (waited for before each order), and the memory of an idle warm slot.
 */

const runs = Number(process.argv[2] ?? 20);
const BODY = "console.log('first line'); return 1;";

/** @param {number[]} values @param {number} share */
function percentile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}

/** @param {TestHost} host */
async function once(host) {
  const bundle = {
    directory: host.bundle({
      'index.mjs': `export const main = { [Symbol.for('libretto.workflow')]: true, name: 'main', async run() { ${BODY} } };`,
    }),
    entry: 'index.mjs',
  };
  const began = performance.now();
  const run = host.start('', { bundle });
  await host.until((message) => message.run === run && message.message === 'first line');
  const took = performance.now() - began;
  await host.released(run);
  return took;
}

for (const warmSlots of [0, 1]) {
  const host = new TestHost({ warmSlots });
  /** @type {number[]} */
  const times = [];
  for (let i = 0; i < runs; i++) {
    if (warmSlots) {
      await host.until(() => host.messages.filter(({ type }) => type === 'warm_ready').length > i);
    }
    times.push(await once(host));
  }
  console.log(
    `${warmSlots ? 'warm' : 'cold'}: order to first line, ${runs} runs: p50 ${percentile(times, 0.5).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms`,
  );
  if (warmSlots) {
    await host.until(() => host.messages.filter(({ type }) => type === 'warm_ready').length > runs);
    const { pid } = host.messages.findLast(({ type }) => type === 'warm_ready');
    const entries = descendants(processTable(), pid);
    console.log(
      `idle warm slot: ${entries.length} processes, ${Math.round(proportionalMiB(entries))} MiB (shared pages counted once)`,
    );
  }
  await host.close();
}
