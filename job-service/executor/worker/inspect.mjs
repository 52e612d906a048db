import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isScript } from '../protocol/entry.mjs';
import { bundleEntry, checkSyntax } from './bundler.mjs';
import { importsByExpression } from './dynamic-imports.mjs';
import { enterBundle, findWorkflows, loadBundle } from './bundle.mjs';
import { readManifest } from './manifest.mjs';
import { mappedStack, describe } from './outcome.mjs';
import { providePlaywright } from './provided.mjs';
import { describeWorkflows } from './description.mjs';
import { LIMITS } from '../protocol/rules.mjs';
import { BuildProblem } from '../protocol/problem.mjs';

/**
 * The process of one build: bundles an entry point and finds its workflows. It changes nothing in
 * the tree; what it has made goes to the host. Arguments: the tree, the entry relative to it.
 *
 * @import {InspectionOutput} from '../protocol/types.mjs'
 */

const [root, entry] = process.argv.slice(2);
const channel = 4;

/** @param {InspectionOutput} message */
function send(message) {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let from = 0; from < bytes.length;) {
    from += writeSync(channel, bytes, from);
  }
}

async function inspect() {
  const declared = readManifest(root);
  const script = isScript(entry);
  if (script && declared) {
    await checkSyntax(root, entry);
    return { entry, workflows: declared };
  }
  enterBundle(root);
  if (script && !importsByExpression(root, entry)) {
    try {
      return { entry, workflows: await found(entry) };
    } catch (error) {
      if (error instanceof BuildProblem) {
        throw error;
      }
      // Node cannot load it as it is; what the bundle of it says is what counts.
    }
  }
  const bundled = await bundleEntry(root, entry);
  send({ type: 'bundled', ...bundled });
  await written();
  return { entry: bundled.entry, workflows: declared ?? (await found(bundled.entry)) };
}

/** @param {string} file */
async function found(file) {
  return describeWorkflows(findWorkflows(await loadBundle(root, file)), root);
}

/** The host has put the bundle into the tree. */
function written() {
  const input = new Socket({ fd: 3, readable: true, writable: false });
  return new Promise((done) => input.once('data', done).once('close', () => process.exit(1)));
}

providePlaywright();
process.on('uncaughtException', (error) => fail(error));
process.on('unhandledRejection', (error) => fail(error));

/** @param {unknown} error @returns {never} */
function fail(error) {
  const spoken = error instanceof BuildProblem;
  const stack = spoken ? null : mappedStack(error, root);
  const text = spoken ? describe(error) : `The entry point ${entry} does not load: ${stack ?? describe(error)}`;
  send({ type: 'failed', error: text.slice(0, LIMITS.InspectionFailed.error) });
  process.exit(1);
}

inspect().then(
  (result) => {
    send({ type: 'workflows', ...result });
    process.exit(0);
  },
  (error) => fail(error),
);
