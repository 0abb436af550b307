import { createUndertone } from '../engine/undertone.js'
import { nodeFiles } from '../rpc/node-files.js'
import { serveStdio } from '../rpc/stdio.js'
import { untilSignal } from './lifetime.js'
import { engineInit, makeLog } from './options.js'
import type { CommonOptions } from './options.js'

/** `undertone rpc`: JSON-RPC on stdin and stdout until input ends. */
export async function runRpc (options: CommonOptions): Promise<number> {
  const { signal } = untilSignal()
  const log = makeLog(options.log)
  const engine = await createUndertone(engineInit(options, log))
  try {
    await serveStdio({ engine, input: process.stdin, output: process.stdout, files: nodeFiles, signal, log })
  } finally {
    await engine.stop()
  }
  return 0
}
