import js from '@eslint/js';

const NODE = [
  'Buffer',
  'clearInterval',
  'clearTimeout',
  'console',
  'fetch',
  'performance',
  'process',
  'setInterval',
  'setTimeout',
  'URL',
];

/** What runs beside a workflow is never part of what watches it, and neither needs what is there only for developing. */
function only(folder, ...others) {
  const patterns = [{ group: others.map((other) => `**/${other}/**`), message: `${folder}/ does not know ${others}` }];
  return { files: [`${folder}/**`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

export default [
  { ignores: ['node_modules/', 'provided/', '**/*validators.mjs'] },
  js.configs.recommended,
  {
    languageOptions: { globals: Object.fromEntries(NODE.map((name) => [name, 'readonly'])) },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      curly: 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // A message that quotes its cause is all that its reader gets to see.
      'preserve-caught-error': 'off',
      'no-empty': ['error', { allowEmptyCatch: true }],
    },
  },
  only('host', 'worker', 'tools', 'test'),
  only('worker', 'host', 'tools', 'test'),
  only('protocol', 'host', 'worker', 'tools', 'test'),
];
