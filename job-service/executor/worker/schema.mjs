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
      return { $schema: 'http://json-schema.org/draft-07/schema#', ...zod3(schema) };
    }
    return JSON.parse(JSON.stringify(schema));
  } catch {
    return null;
  }
}

/** @param {string} root */
function zodOf(root) {
  const find = createRequire(join(root, 'package.json'));
  const zod = find('zod');
  return zod.toJSONSchema ? zod : find('zod/v4');
}

/** @typedef {Record<string, any>} Json */

/** @type {Record<string, (def: any) => Json>} */
const ZOD3 = {
  ZodString: (def) => ({ type: 'string', ...checks(def, 'minLength', 'maxLength') }),
  ZodNumber: (def) => ({
    type: def.checks?.some((/** @type {Json} */ check) => check.kind === 'int') ? 'integer' : 'number',
    ...checks(def, 'minimum', 'maximum'),
  }),
  ZodBoolean: () => ({ type: 'boolean' }),
  ZodNull: () => ({ type: 'null' }),
  ZodDate: () => ({ type: 'string', format: 'date-time' }),
  ZodLiteral: (def) => ({ const: def.value }),
  ZodEnum: (def) => ({ type: 'string', enum: def.values }),
  ZodNativeEnum: (def) => ({ enum: Object.values(def.values) }),
  ZodArray: (def) => ({
    type: 'array',
    items: zod3(def.type),
    ...(def.minLength ? { minItems: def.minLength.value } : {}),
    ...(def.maxLength ? { maxItems: def.maxLength.value } : {}),
  }),
  ZodTuple: (def) => ({ type: 'array', items: def.items.map(zod3), minItems: def.items.length }),
  ZodRecord: (def) => ({ type: 'object', additionalProperties: zod3(def.valueType) }),
  ZodUnion: (def) => ({ anyOf: def.options.map(zod3) }),
  ZodDiscriminatedUnion: (def) => ({ anyOf: [...def.options].map(zod3) }),
  ZodIntersection: (def) => ({ allOf: [zod3(def.left), zod3(def.right)] }),
  ZodNullable: (def) => ({ anyOf: [zod3(def.innerType), { type: 'null' }] }),
  ZodOptional: (def) => zod3(def.innerType),
  ZodDefault: (def) => ({ ...zod3(def.innerType), default: def.defaultValue() }),
  ZodEffects: (def) => zod3(def.schema),
  ZodBranded: (def) => zod3(def.type),
  ZodReadonly: (def) => zod3(def.innerType),
  ZodCatch: (def) => zod3(def.innerType),
  ZodPipeline: (def) => zod3(def.in),
  ZodLazy: () => ({}),
  ZodObject: (def) => objectSchema(def),
};

/** @param {any} schema @returns {Json} */
function zod3(schema) {
  const def = schema._def;
  return { ...(ZOD3[def.typeName]?.(def) ?? {}), ...(def.description ? { description: def.description } : {}) };
}

/** @param {any} def @returns {Json} */
function objectSchema(def) {
  const shape = typeof def.shape === 'function' ? def.shape() : def.shape;
  const required = Object.keys(shape).filter((key) => !shape[key].isOptional());
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, zod3(value)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: def.unknownKeys === 'passthrough',
  };
}

/** @param {any} def @param {string} min @param {string} max @returns {Json} */
function checks(def, min, max) {
  /** @type {Json} */
  const found = {};
  for (const check of def.checks ?? []) {
    switch (check.kind) {
      case 'min':
        found[check.inclusive === false ? 'exclusiveMinimum' : min] = check.value;
        break;
      case 'max':
        found[check.inclusive === false ? 'exclusiveMaximum' : max] = check.value;
        break;
      case 'length':
        Object.assign(found, { minLength: check.value, maxLength: check.value });
        break;
      case 'regex':
        found.pattern = check.regex.source;
        break;
      case 'email':
      case 'uuid':
      case 'datetime':
        found.format = check.kind === 'datetime' ? 'date-time' : check.kind;
        break;
      case 'url':
        found.format = 'uri';
        break;
    }
  }
  return found;
}
