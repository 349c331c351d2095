import stylistic from '@stylistic/eslint-plugin'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const timeSyntax = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Take the time from the Clock.',
  },
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'Take the time from the Clock.',
  },
  {
    selector: 'CallExpression[callee.object.name="AbortSignal"][callee.property.name="timeout"]',
    message: 'Use deadline() of clock.ts.',
  },
]
const timers = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: 'Sleep on the Clock.',
}))
const timerModules = ['timers', 'node:timers', 'timers/promises', 'node:timers/promises'].map((name) => ({
  name,
  message: 'Sleep on the Clock.',
}))
const exitSyntax = [
  {
    selector: 'CallExpression[callee.object.name="process"][callee.property.name="exit"]',
    message: 'Output through a pipe would be cut: set process.exitCode.',
  },
]
// A statement starts with its verb and goes on with something that no English sentence has there.
const statementText =
  '/^\\s*(select\\s.+\\sfrom\\s|select\\s+\\w+\\(|insert\\s+into\\s|update\\s+\\S+\\s+set\\s|delete\\s+from\\s|with\\s+\\w+\\s+as\\s*\\()/i'
const queried = 'CallExpression[callee.property.name="query"]'
const verb = '/^\\s*(select|insert|update|delete|with)\\s/i'
const sqlSyntax = [
  {selector: `${queried} > Literal[value=${verb}]`, message: 'SQL lives in sql/*.sql.'},
  {
    selector: `${queried} > TemplateLiteral > TemplateElement:first-child[value.raw=${verb}]`,
    message: 'SQL lives in sql/*.sql.',
  },
  {selector: `Literal[value=${statementText}]`, message: 'SQL lives in sql/*.sql.'},
  {selector: `TemplateElement[value.raw=${statementText}]`, message: 'SQL lives in sql/*.sql.'},
]

export default tseslint.config(
  {ignores: ['dist/**', 'node_modules/**', 'coverage/**']},
  {
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    languageOptions: {globals: globals.node, sourceType: 'module'},
    plugins: {'@stylistic': stylistic},
    rules: {
      eqeqeq: ['error', 'always', {null: 'ignore'}],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-console': 'error',
      'no-cond-assign': 'error',
      'no-constant-binary-expression': 'error',
      'no-constant-condition': ['error', {checkLoops: false}],
      'no-control-regex': 'error',
      'no-dupe-else-if': 'error',
      'no-empty': 'error',
      'no-irregular-whitespace': 'error',
      'no-loss-of-precision': 'error',
      'no-self-assign': 'error',
      'no-template-curly-in-string': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-catch': 'error',
      'no-useless-escape': 'error',
      'no-restricted-syntax': ['error', ...exitSyntax],
      complexity: ['error', 20],
      'max-lines': ['error', {max: 250, skipBlankLines: true}],
      'max-params': ['error', 5],
      '@stylistic/max-len': [
        'error',
        {
          code: 110,
          ignoreUrls: true,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreRegExpLiterals: true,
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: {parserOptions: {project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname}},
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        {fixStyle: 'inline-type-imports', disallowTypeAnnotations: false},
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {from: 'package', package: 'node:test', name: ['test', 'describe', 'it', 'suite']},
          ],
        },
      ],
      '@typescript-eslint/no-misused-promises': [
        'error',
        {checksVoidReturn: {arguments: false, attributes: false}},
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', {considerDefaultExhaustiveForUnions: true}],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_'},
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/lib/clock.ts'],
    rules: {
      'no-restricted-globals': ['error', ...timers],
      'no-restricted-imports': ['error', {paths: timerModules}],
      'no-restricted-syntax': ['error', ...timeSyntax, ...exitSyntax, ...sqlSyntax],
    },
  },
  {
    // The one place that builds statements with dynamic names.
    files: ['src/lib/db/identifiers.ts'],
    rules: {'no-restricted-syntax': ['error', ...timeSyntax, ...exitSyntax]},
  },
  {
    files: [
      'src/lib/collectors/**/*.ts',
      'src/lib/mappers/**/*.ts',
      'src/lib/caches/**/*.ts',
      'src/lib/feeds/**/*.ts',
      'src/lib/parse.ts',
    ],
    rules: {
      'no-restricted-properties': ['error', {property: 'toFixed', message: 'Decimals stay text.'}],
      'no-restricted-globals': ['error', ...timers, {name: 'parseFloat', message: 'Decimals stay text.'}],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {name: 'setTimeout', message: 'Use node:timers/promises.'},
        {name: 'setInterval', message: 'Use node:timers/promises.'},
      ],
      'max-lines': ['off'],
      'max-params': ['off'],
    },
  },
  {files: ['bin/**', 'bench/**/*.ts', 'eslint.config.js'], rules: {'no-console': 'off'}},
  {files: ['bin/*.js'], languageOptions: {sourceType: 'commonjs'}},
)
