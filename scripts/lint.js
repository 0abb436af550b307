// `npm run lint [-- --fix]`: aegir's rules and the layers of the design.
import { findNode } from './node.js'
import { install, run } from './prepare.js'

install()
process.exit(run(findNode(), ['node_modules/eslint/bin/eslint.js', 'src', 'test', 'bench', 'examples', 'scripts', 'bin', ...process.argv.slice(2)], { stdio: 'inherit' }) ? 0 : 1)
