// `npm start [-- arguments]`: installs and builds if needed, then runs `undertone`.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { findNode, root, toolEnvironment } from './node.js'
import { buildIfStale, install } from './prepare.js'

install()
buildIfStale()
const child = spawn(findNode(), [join(root, 'bin', 'undertone.js'), ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: toolEnvironment({ UNDERTONE_PARENT: 'watch' }) })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => { child.kill(signal) })
}
// one that was told to stop before it listened has done so; one that was killed or broke down has failed
child.on('exit', (code, signal) => { process.exit(code ?? (['SIGINT', 'SIGTERM', 'SIGHUP'].includes(signal) ? 0 : 1)) })
