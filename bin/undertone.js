#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findNode } from '../scripts/node.js'

const MINIMUM = 22

if (Number(process.versions.node.split('.')[0]) >= MINIMUM) {
  if (process.env.UNDERTONE_PARENT === 'watch' && process.channel != null) {
    // started for an older Node.js: what kills that one is meant for this one
    process.channel.unref()
    process.once('disconnect', () => { process.kill(process.pid, 'SIGKILL') })
  }
  const entry = new URL('../dist/src/cli/index.js', import.meta.url)
  if (!existsSync(entry)) {
    console.error('Undertone is not built yet. Run `npm start`, which builds it, or `npm run build`.')
    process.exit(1)
  }
  // while it still loads there is nothing to stop; commands that run on listen as well (a listener that is taken away would take a
  // signal along that came while nothing could be told of it), those that judge or show something have not done so
  const judges = ['verify', 'doctor', 'demo'].some(command => process.argv.includes(command))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => { process.listenerCount(signal) === 1 && process.exit(judges ? 1 : 0) })
  }
  const { main } = await import(entry.href)
  process.exitCode = await main(process.argv.slice(2))
  // done is done: what a native library still holds open must not keep the process
  const end = () => { process.stdout.writableLength > 0 ? setTimeout(end, 100).unref() : process.exit() }
  setTimeout(end, 1_000).unref()
} else {
  // libp2p needs a newer Node.js than this one: the pinned one from the npm registry takes over
  const node = findNode()
  if (node == null) {
    console.error(`Undertone needs Node.js ${MINIMUM} or newer; this is ${process.versions.node}. Install a newer one, or run \`npm ci\` in this folder, which brings one.`)
    process.exit(1)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, UNDERTONE_PARENT: 'watch' } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => { child.kill(signal) })
  }
  // one that was told to stop before it listened has done so; one that was killed or broke down has failed
  child.on('exit', (code, signal) => { process.exit(code ?? (['SIGINT', 'SIGTERM', 'SIGHUP'].includes(signal) ? 0 : 1)) })
}
