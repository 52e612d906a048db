import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod/v3';
import { jsonSchema } from '../worker/schema.mjs';

test('a zod 3 schema becomes JSON Schema, with what is optional, exact or repeated', () => {
  const schema = z.object({
    url: z.string().url(),
    count: z.number().int().min(1).optional(),
    kind: z.enum(['a', 'b']).default('a'),
    tags: z.set(z.string()),
    both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })),
  });
  assert.deepEqual(jsonSchema(schema, '/'), {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      url: { type: 'string', format: 'uri' },
      count: { type: 'integer', minimum: 1 },
      kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
      tags: { type: 'array', items: { type: 'string' }, uniqueItems: true },
      both: {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] },
        ],
      },
    },
    required: ['url', 'tags', 'both'],
    additionalProperties: false,
  });
});

test('what is neither zod nor JSON Schema is left out', () => {
  const cycle = {};
  Object.assign(cycle, { cycle });
  for (const value of [undefined, null, 'text', cycle, { _zod: {} }]) {
    assert.equal(jsonSchema(value, '/'), null);
  }
});
