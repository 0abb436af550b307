// aegir's command line loads every command at once, also those that publish, write docs or download
// Electron, with packages of hundreds of megabytes that package.json leaves out. In their place stands
// something that lets the module load and fails when it is used.
import { registerHooks } from 'node:module'

const LEFT_OUT = /^(@electron\/get|typescript-docs-verifier|yauzl|depcheck|gh-pages|prompt|latest-version|typedoc|\.\/test\/(bun|deno|electron-main|react-native|electron-renderer)\.js|\.\/(bun|deno|electron-main|react-native|electron-renderer)\.js)$/
const STAND_IN = 'stand-in:'

registerHooks({
  resolve: (specifier, context, next) => LEFT_OUT.test(specifier) ? { url: `${STAND_IN}${specifier}`, format: 'module', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) => url.startsWith(STAND_IN)
    ? {
        format: 'module',
        shortCircuit: true,
        source: `
          const missing = () => { throw new Error(${JSON.stringify(`This command of aegir needs ${url.slice(STAND_IN.length)}, which is left out here.`)}) }
          const deep = new Proxy(missing, { get: (target, name) => name === Symbol.toPrimitive ? () => '' : deep })
          export default deep
          export const download = deep
          export const compileSnippets = deep
        `
      }
    : next(url, context)
})
