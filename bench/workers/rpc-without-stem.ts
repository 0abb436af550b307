/** `undertone rpc` that gossips at once what it says, as the baselines do: what the stem costs is the difference. Its argument: the bootstrap node. */
import { makeLog } from '../../src/cli/options.ts'
import { createUndertone } from '../../src/engine/create.ts'
import { nodeFiles } from '../../src/rpc/node-files.ts'
import { serveStdio } from '../../src/rpc/stdio.ts'

const ended = new AbortController()
process.once('SIGTERM', () => { ended.abort() })

const engine = await createUndertone({ profile: 'private', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: process.argv.slice(2), dht: 'own', stem: false })
try {
  await serveStdio({ engine, input: process.stdin, output: process.stdout, files: nodeFiles, signal: ended.signal, log: makeLog('error') })
} finally {
  await engine.stop()
}
