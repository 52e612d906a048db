import { writeFileSync } from 'node:fs';
import { LIMITS } from '../protocol/rules.mjs';
import { openBrowser, preparePage, snapshot } from './browser.mjs';
import { enterBundle, findWorkflows, loadBundle } from './bundle.mjs';
import { receive, send } from './channel.mjs';
import { captureOutput, flushOutput } from './console.mjs';
import { LongNumbers } from './numbers.mjs';
import { describe, mappedStack } from './outcome.mjs';
import { providePlaywright } from './provided.mjs';
import { serialise } from './result.mjs';
import { leaveThrough } from './traffic.mjs';

/**
 * The process of one run: opens a browser when told how, runs one workflow when told which, says
 * how it went, and waits to be killed. Everything in here may be tampered with by the workflow; the
 * host believes nothing of it but about this one run.
 *
 * @import {WorkerFailed, WorkerInput, WorkerLaunch, WorkerOutput, WorkerRun} from '../protocol/types.mjs'
 */

/** @type {ReturnType<typeof openBrowser> | undefined} */
let opening;
/** @type {Promise<void> | undefined} */
let shown;
let root = '/';
let over = false;

/** @param {WorkerInput} message */
function onMessage(message) {
  switch (message.type) {
    case 'launch':
      launch(message);
      break;
    case 'run':
      void run(message);
      break;
    case 'expire':
      void keepSnapshot().then(() => send({ type: 'expired' }));
      break;
  }
}

/** @param {WorkerLaunch} message */
function launch(message) {
  opening = open(message);
  opening.then(
    ({ headless }) => {
      if (headless && !message.options.headless) {
        warn('This machine has neither a display nor Xvfb: the browser runs headless');
      }
      send({ type: 'launched' });
    },
    (error) => end({ type: 'launch_failed', error: `The browser did not start: ${describe(error).slice(0, 4000)}` }),
  );
}

/** @param {WorkerLaunch} message */
async function open({ chromium, options, sandbox }) {
  const [browser, through] = await Promise.all([
    openBrowser(chromium, options, sandbox),
    options.proxy ? leaveThrough(options.proxy) : true,
  ]);
  if (!through) {
    warn("Only pages use this run's proxy: fetch and other requests of Node need an HTTP proxy");
  }
  return browser;
}

/** @param {WorkerRun} message */
async function run(message) {
  root = message.root;
  send({ type: 'loading' });
  try {
    enterBundle(root);
    const loading = loadBundle(message.root, message.entry);
    loading.catch(() => {}); // its failure is told after the browser's
    if (!opening) {
      throw new Error('no browser was opened');
    }
    const { page } = await opening;
    await openStart(page, message);
    const workflow = pick(await loading, message.workflow);
    const input = JSON.parse(message.input);
    send({ type: 'ready' });
    send({ type: 'started' });
    const value = await workflow.run({ session: message.session, page }, input);
    finish(value, new LongNumbers(message.input));
  } catch (error) {
    await failBy(error);
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {WorkerRun} message
 */
async function openStart(page, { browser }) {
  try {
    await preparePage(page, browser);
  } catch (error) {
    throw new Error(`The start URL ${browser.startUrl} did not open: ${describe(error)}`);
  }
}

/**
 * @param {Record<string, unknown>} exports
 * @param {string} name
 */
function pick(exports, name) {
  const workflow = findWorkflows(exports).find((candidate) => candidate.name === name);
  if (!workflow) {
    throw new Error(`The bundle exports no workflow named ${JSON.stringify(name)}`);
  }
  return workflow;
}

/** @param {unknown} value @param {LongNumbers} numbers */
function finish(value, numbers) {
  const result = serialise(value, numbers);
  if ('json' in result) {
    if (result.warning !== null) {
      warn(result.warning);
    }
    end({ type: 'result', json: result.json });
  } else {
    fail(result.kind, result.error);
  }
}

/** @param {unknown} error */
async function failBy(error) {
  const stack = mappedStack(error, root);
  await keepSnapshot();
  fail('user_error', describe(error), stack);
}

/**
 * @param {WorkerFailed['kind']} kind
 * @param {string} error
 * @param {string | null} [stack]
 */
function fail(kind, error, stack = null) {
  const { error: most, stack: deepest } = LIMITS.WorkerFailed;
  end({ type: 'failed', kind, error: error.slice(0, most), stack: stack?.slice(0, deepest) ?? null });
}

/** @param {WorkerOutput} message */
function end(message) {
  if (!over) {
    over = true;
    flushOutput();
    send(message);
  }
}

/** @param {string} message */
function warn(message) {
  send({ type: 'log', level: 'warn', source: 'executor', message });
}

/** Several things may go wrong at once; the page is shown once. */
function keepSnapshot() {
  shown ??= showPage();
  return shown;
}

async function showPage() {
  try {
    const opened = await Promise.race([opening, Promise.resolve(undefined)]);
    for (const part of opened ? await snapshot(opened.browser) : []) {
      if (part.data.length <= LIMITS.WorkerScreenshot.data) {
        send(part);
      }
    }
  } catch {
    // A run may end without a picture.
  }
}

/** @param {string} what @param {unknown} error */
function onStray(what, error) {
  const stack = mappedStack(error, root);
  void keepSnapshot().then(() => fail('user_error', `${what}: ${describe(error)}`, stack));
}

if (process.platform === 'linux') {
  // When memory runs out, the kernel ends a run rather than a service.
  writeFileSync('/proc/self/oom_score_adj', '700');
}
captureOutput();
providePlaywright();
process.on('uncaughtException', (error) => onStray('Uncaught exception', error));
process.on('unhandledRejection', (reason) => onStray('Unhandled promise rejection', reason));
process.on('exit', flushOutput);
receive(onMessage);
