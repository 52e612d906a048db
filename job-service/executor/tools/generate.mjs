import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import * as prettier from 'prettier';
import { EXECUTOR } from '../protocol/folder.mjs';

/**
 * Makes, of protocol/messages.schema.json, the types of all messages and the validators of those that untrusted
 * processes send. Both are committed: no process of a run pays for the making, and nothing of Ajv is installed for it.
 * A test holds them to the schema.
 */

const SCHEMA = JSON.parse(readFileSync(join(EXECUTOR, 'protocol', 'messages.schema.json'), 'utf8'));
const UNTRUSTED = ['WorkerOutput', 'InspectionOutput'];
const CONVERSATIONS = ['WorkerInput', 'WorkerOutput', 'InspectionInput', 'InspectionOutput'];
const BANNER = '// Made by tools/generate.mjs of messages.schema.json.\n';

/** @returns {Promise<Record<string, string>>} the text of each generated file, by its path in the executor's folder */
export async function generate() {
  return {
    'protocol/types.d.mts': await formatted('types.d.mts', BANNER + (await types())),
    'protocol/rules.mjs': await formatted('rules.mjs', BANNER + rules()),
    'protocol/validators.mjs': await validators(UNTRUSTED),
    'test/support/host-validators.mjs': await validators(['HostOutput']),
  };
}

function types() {
  return compile(SCHEMA, 'Message', {
    additionalProperties: false,
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    format: false,
  });
}

/** One function a message, so that an error speaks of that message and not of all others. @param {string[]} unions */
async function validators(unions) {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, code: { source: true, esm: true } });
  ajv.addVocabulary(['x-phases', 'x-once', 'x-enters', 'x-maxJsonLength']);
  ajv.addSchema(SCHEMA);
  const names = unions.flatMap(members);
  const contents = standaloneCode.default(
    ajv,
    Object.fromEntries(names.map((name) => [name, `${SCHEMA.$id}#/$defs/${name}`])),
  );
  // Ajv asks for a function of its own, to count characters.
  const options = /** @type {const} */ ({ bundle: true, minify: true, format: 'esm', platform: 'node', write: false });
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: EXECUTOR } });
  return `${BANNER}// @ts-nocheck\n${outputFiles[0].text}`;
}

/** When each message is legal, and how large its fields may be. */
function rules() {
  const limits = Object.entries(SCHEMA.$defs).map(([name, { properties = {} }]) => {
    const sizes = Object.entries(properties).map(([field, rules]) => [
      field,
      rules.maxLength ?? rules['x-maxJsonLength'] ?? rules.maxItems ?? rules.maximum,
    ]);
    return [name, Object.fromEntries(sizes.filter(([, most]) => most !== undefined))];
  });
  const tables = CONVERSATIONS.map((union) => {
    const entries = members(union).map((name) => {
      const { properties, 'x-phases': phases, 'x-once': once = false, 'x-enters': enters = null } = SCHEMA.$defs[name];
      return [properties.type.const, { name, phases, once, enters }];
    });
    return `/** @type {Record<string, Rule>} */\nexport const ${union} = ${JSON.stringify(Object.fromEntries(entries))};`;
  });
  return `/** @typedef {{name: string, phases: string[], once: boolean, enters: string | null}} Rule */

/** The most that a field may be: characters of a text or of JSON, entries of a list, or the number itself. */
export const LIMITS = ${JSON.stringify(Object.fromEntries(limits.filter(([, sizes]) => Object.keys(sizes).length > 0)))};

${tables.join('\n\n')}\n`;
}

/** @param {string} union @returns {string[]} */
function members(union) {
  return SCHEMA.$defs[union].oneOf.map((/** @type {{$ref: string}} */ { $ref }) => $ref.split('/').at(-1));
}

/** @param {string} name @param {string} text */
async function formatted(name, text) {
  const filepath = join(EXECUTOR, 'protocol', name);
  return prettier.format(text, { ...(await prettier.resolveConfig(filepath)), filepath });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, text] of Object.entries(await generate())) {
    writeFileSync(join(EXECUTOR, path), text);
  }
}
