'use strict';

const LIBRETTO_WORKFLOW_BRAND = Symbol.for('libretto.workflow');

// workflow(name, handler), workflow(name, {input, output}, handler) or workflow(name, {handler, …}).
function workflow(name, definition, last) {
  const options = typeof definition === 'function' ? { handler: definition } : (definition ?? {});
  const handler = last ?? options.handler;
  if (typeof handler !== 'function') {
    throw new TypeError(`The workflow ${JSON.stringify(name)} has no handler`);
  }
  return {
    [LIBRETTO_WORKFLOW_BRAND]: true,
    name,
    inputSchema: options.input,
    outputSchema: options.output,
    credentialNames: options.credentials,
    authProfileName: options.authProfileName,
    startUrl: options.startUrl,
    gpu: options.gpu,
    viewport: options.viewport,
    run: async (context, input) => handler(context, checked(name, options.input, input)),
  };
}

function checked(name, schema, input) {
  const outcome = typeof schema?.safeParse === 'function' ? schema.safeParse(input) : { success: true, data: input };
  if (outcome.success) {
    return outcome.data;
  }
  const issues = outcome.error.issues.map(({ path, message }) => `- ${path.join('.') || 'input'}: ${message}`);
  throw new TypeError([`The input of the workflow ${JSON.stringify(name)} is not valid:`, ...issues].join('\n'));
}

// Stops for a person at the browser, of which there is none.
async function pause() {}

module.exports = { LIBRETTO_WORKFLOW_BRAND, workflow, pause };
