// aegir's rules, and the layers of the design: imports point down only (ARCHITECTURE.md).
import aegir from 'aegir/eslint.config.js'

/** Layers from the top; those on one line know each other by interface (`*-api.ts`, types) only. */
const LAYERS = [
  ['cli', 'web'],
  ['rpc'],
  ['engine'],
  ['room', 'moderation', 'sync', 'store', 'network'],
  ['streams'],
  ['wire'],
  ['crypto']
]

const layers = LAYERS.flatMap((row, depth) => row.map(name => {
  const above = LAYERS.slice(0, depth).flat()
  const beside = row.filter(each => each !== name)
  return {
    files: [`src/${name}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-restricted-imports': ['error', {
        patterns: [
          ...(above.length === 0 ? [] : [{ regex: `^(\\.\\./)+(${above.join('|')})(/|$)`, message: 'Imports point down only: this layer lies below the one it imports.' }]),
          ...(beside.length === 0 ? [] : [{ regex: `^(\\.\\./)+(${beside.join('|')})(/|$)`, allowTypeImports: true, message: 'Neighbours know each other by interface only: import a type, or let the engine connect them.' }])
        ]
      }]
    }
  }
}))

export default [
  { ignores: ['dist/**', '.build/**', '.docs/**', 'src/wire/payload.ts', 'src/wire/invite-body.ts', 'src/wire/record-body.ts'] },
  ...aegir,
  ...layers,
  {
    rules: {
      // parameters are documented where there is something to say: units, sizes, limits
      'jsdoc/check-param-names': 'off',
      'jsdoc/require-throws-type': 'off',
      // a switch over a union is checked by the compiler
      'default-case': 'off',
      // the closure is awaited before the loop goes on
      'no-loop-func': 'off',
      'no-nested-ternary': 'off',
      complexity: 'off',
      // short fixed lists are drawn anew
      'react/jsx-key': 'off',
      'no-console': ['error', { allow: ['error', 'warn'] }],
      'max-depth': 'off'
    }
  },
  {
    // programs that print
    files: ['scripts/**', 'bench/**', 'examples/**'],
    rules: { 'no-console': 'off' }
  }
]
