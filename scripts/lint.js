// `npm run lint [-- --fix]`: aegir's rules and the layers of the design.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findNode, root } from './node.js'
import { install, run } from './prepare.js'

install()
process.exit(run(findNode(), ['node_modules/eslint/bin/eslint.js', ...['src', 'test', 'bench', 'examples', 'scripts', 'bin'].filter(folder => existsSync(join(root, folder))), ...process.argv.slice(2)], { stdio: 'inherit' }) ? 0 : 1)
