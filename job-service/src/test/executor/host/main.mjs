import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Stands in for the executor's host: speaks its protocol and runs nothing. A run does what the name of its workflow
 * says, up to the first dash; the scripts are below. Beside the protocol it keeps a journal, `scripted-runs` in the
 * data directory: a line `+` for each run that begins and `-` for each that is over. While a file `unable` is there,
 * no run is launched.
 */

/** @typedef {(run: ScriptedRun) => void} Script */

/** @type {Record<string, Script>} */
const SCRIPTS = {
  echo: (run) => run.complete(run.input),
  nap: (run) => void setTimeout(() => run.complete('null'), 50),
  throw: (run) => run.fail('boom\0', 'at index.ts:3:4'),
  leak: (run) => run.fail(`wrong password ${run.input}`, null),
  lost: (run) => run.end({ type: 'lost', reason: 'the host died' }),
  hang: () => {},
  deaf: () => {},
  clockless: () => {},
};

class ScriptedRun {
  #id;
  #name;
  #ended = false;

  constructor({ run, workflow, input }) {
    this.#id = run;
    this.#name = workflow.split('-', 1)[0];
    this.input = input;
  }

  begin() {
    journal('+');
    if (existsSync(join(directory, 'unable'))) {
      this.end({ type: 'failed', kind: 'launch_failed', error: 'No space left on device', stack: null });
      return;
    }
    if (this.#name === 'stuck') {
      return;
    }
    this.#tell({ type: 'ready' });
    this.#tell({ type: 'started', at: this.#name === 'clockless' ? 0 : Date.now() });
    this.#tell({ type: 'log', seq: 1, level: 'info', source: 'console', message: this.input, at: Date.now() });
    SCRIPTS[this.#name](this);
  }

  complete(json) {
    this.end({ type: 'completed', json });
  }

  fail(error, stack) {
    this.end({ type: 'failed', kind: 'user_error', error, stack });
  }

  cancel() {
    if (this.#name !== 'deaf') {
      this.end({ type: 'cancelled' });
    }
  }

  end(how) {
    if (!this.#ended) {
      this.#ended = true;
      this.#tell(how);
      journal('-');
      this.#tell({ type: 'released' });
    }
  }

  #tell(message) {
    emit({ ...message, run: this.#id });
  }
}

/** @type {Map<string, ScriptedRun>} */
const runs = new Map();
let directory = '';

function journal(mark) {
  appendFileSync(join(directory, 'scripted-runs'), `${mark}\n`);
}

function emit(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function configure({ dataDirectory }) {
  directory = dataDirectory;
  writeFileSync(join(directory, 'scripted-runs'), '');
  const chromium = 'scripted';
  emit({ type: 'configured', sandbox: 'none', ownUser: false, network: 'open', chromium, headlessShell: null });
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line);
    switch (message.type) {
      case 'configure':
        configure(message);
        break;
      case 'alive':
        emit(message);
        break;
      case 'run': {
        const run = new ScriptedRun(message);
        runs.set(message.run, run);
        run.begin();
        break;
      }
      case 'cancel':
        runs.get(message.run)?.cancel();
        break;
      case 'kill':
        runs.get(message.run)?.end({ type: 'lost', reason: 'killed' });
        break;
    }
  })
  .on('close', () => process.exit(0));
