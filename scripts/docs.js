// `npm run docs`: API documentation with typedoc, which is fetched when it is needed (20 MB).
import { install, run } from './prepare.js'

install()
const done = run('npm', ['exec', '--yes', '--package', 'typedoc@0.28.20', '--package', 'typescript@6.0.3', '--', 'typedoc', '--entryPoints', 'src/index.ts', '--out', '.docs', '--readme', 'README.md', '--skipErrorChecking', '--excludePrivate'], { stdio: 'inherit' })
process.exit(done ? 0 : 1)
