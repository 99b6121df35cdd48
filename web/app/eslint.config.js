import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['src/api/schema.ts', 'node_modules/', '../dist/', 'coverage/'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked.map((c) => ({ ...c, files: ['src/**/*.{ts,vue}', 'test/**/*.ts', 'manual/*.ts'] })),
  ...vue.configs['flat/recommended'],
  { rules: { 'max-len': ['error', { code: 140, ignoreUrls: true }] } },
  {
    files: ['src/**/*.{ts,vue}', 'test/**/*.ts', 'manual/*.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        extraFileExtensions: ['.vue'],
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // How a tag is broken over lines is for the writer to say.
    files: ['src/**/*.vue'],
    rules: {
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/multi-word-component-names': 'off',
      'no-undef': 'off',
    },
  },
  {
    // vue-tsc checks what comes out of components; the linter cannot see into them.
    files: ['src/**/*.vue', 'src/main.ts', 'src/help/main.ts', 'src/views/views.ts'],
    rules: Object.fromEntries(
      ['call', 'argument', 'assignment', 'member-access', 'return'].map((r) => [`@typescript-eslint/no-unsafe-${r}`, 'off']),
    ),
  },
  {
    files: ['e2e/**/*.mjs', 'bench/**/*.mjs', 'manual/**/*.mjs', '*.config.{js,ts}'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
)
