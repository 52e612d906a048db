import { checked, normalised } from '../protocol/workflows.mjs';
import { jsonSchema } from './schema.mjs';

/**
 * @param {any[]} workflows as exported
 * @param {string} root
 */
export function describeWorkflows(workflows, root) {
  return checked(
    workflows.map((workflow) => {
      const options = { ...workflow.options, ...workflow.config, ...plain(workflow) };
      return normalised({
        ...options,
        name: workflow.name,
        credentialNames: options.credentialNames ?? options.credentials,
        inputSchema: jsonSchema(options.inputSchema ?? options.input, root),
        outputSchema: jsonSchema(options.outputSchema ?? options.output, root),
      });
    }),
  );
}

/** A workflow's properties, those of its prototype (a class's getters) included. @param {any} workflow */
function plain(workflow) {
  const names = [
    'credentialNames',
    'credentials',
    'inputSchema',
    'outputSchema',
    'input',
    'output',
    'authProfileName',
    'startUrl',
    'gpu',
    'viewport',
    'sourceFile',
  ];
  return Object.fromEntries(names.filter((name) => workflow[name] !== undefined).map((name) => [name, workflow[name]]));
}
