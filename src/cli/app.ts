import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createUndertone } from '../engine/create.ts'
import { AppServer } from '../rpc/server.ts'
import { CommandFailedError } from './errors.ts'
import { aborted, untilSignal } from './lifetime.ts'
import { engineInit, makeLog } from './options.ts'
import type { CommonOptions } from './options.ts'

const FOLDER = fileURLToPath(new URL('../../web', import.meta.url))

/** Best effort: without a desktop the printed address is all there is. */
function openBrowser (address: string): void {
  const [command, ...args] = process.platform === 'darwin'
    ? ['open', address]
    : process.platform === 'win32' ? ['cmd', '/c', 'start', '', address] : ['xdg-open', address]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}

/** `undertone`: a desktop node, and the app for it on a loopback address. */
export async function runApp (options: CommonOptions & { open?: boolean, port?: number }): Promise<number> {
  const signal = untilSignal()
  const log = makeLog(options.log)
  const engine = await createUndertone(engineInit(options, log))
  const server = new AppServer({ engine, folder: FOLDER, port: options.port ?? 0, log })
  try {
    await server.start().catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' || error.code === 'EACCES'
        ? new CommandFailedError(`Port ${options.port} of this machine is taken, or not for everybody to open. Choose another one with --port, or leave that out.`)
        : error
    })
    process.stdout.write(options.json === true ? `${JSON.stringify({ address: server.address })}\n` : `${server.address}\n`)
    const desktop = process.platform !== 'linux' || process.env.DISPLAY != null || process.env.WAYLAND_DISPLAY != null
    if (options.open !== false && desktop) {
      openBrowser(server.address)
    }
    await Promise.race([aborted(signal), server.stopped])
  } finally {
    await server.stop()
    await engine.stop()
  }
  return 0
}
