import { createUndertone } from '../engine/create.ts'
import { nodeFiles } from '../rpc/node-files.ts'
import { serveStdio } from '../rpc/stdio.ts'
import { untilSignal } from './lifetime.ts'
import { engineInit, makeLog } from './options.ts'
import type { CommonOptions } from './options.ts'

/** `undertone rpc`: JSON-RPC on stdin and stdout until input ends. */
export async function runRpc (options: CommonOptions): Promise<number> {
  const signal = untilSignal()
  const log = makeLog(options.log)
  // without --data nothing is kept: a passphrase alone must not write into some folder of the user's
  const engine = await createUndertone(engineInit(options.data == null ? { ...options, memory: true } : options, log))
  try {
    await serveStdio({ engine, input: process.stdin, output: process.stdout, files: nodeFiles, signal, log })
  } finally {
    await engine.stop()
  }
  return 0
}
