import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The JSON Schema of what a workflow declares: JSON Schema already, or a schema object of zod 3 or
 * 4. What cannot be said in JSON Schema is left out: null.
 *
 * @param {any} schema
 * @param {string} root
 * @returns {unknown}
 */
export function jsonSchema(schema, root) {
  try {
    if (schema === null || typeof schema !== 'object') {
      return null;
    }
    if (schema._zod) {
      return zodOf(root).toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
    }
    if (schema._def?.typeName) {
      return zod3(schema);
    }
    return JSON.parse(JSON.stringify(schema));
  } catch {
    return null;
  }
}

/** For the few who need it: this brings a zod of its own. @param {any} schema */
function zod3(schema) {
  return createRequire(import.meta.url)('zod-to-json-schema').zodToJsonSchema(schema, { $refStrategy: 'none' });
}

/** @param {string} root */
function zodOf(root) {
  const find = createRequire(join(root, 'package.json'));
  const zod = find('zod');
  return zod.toJSONSchema ? zod : find('zod/v4');
}
