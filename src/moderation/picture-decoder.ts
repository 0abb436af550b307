import { Worker } from 'node:worker_threads'
import { claimedSize } from './picture-size.ts'

/** A picture that takes longer is none, ms: the largest ones take two seconds. */
export const DECODE_TIMEOUT_MS = 10_000
/** Pictures that wait for their turn; further ones are not looked at. */
export const MAX_WAITING = 8

let waiting = 0
let turn: Promise<unknown> = Promise.resolve()

/**
 * 9 × 8 greys of a JPEG or WebP, as it is shown; undefined for other files and for what cannot be decoded
 * within bounds. One at a time, each in a thread of its own that ends with it. Pages have a version of
 * this module that decodes nothing: their browser does it (package.json, "browser").
 */
export async function decodedGreys (bytes: Uint8Array): Promise<number[] | undefined> {
  const size = claimedSize(bytes)
  if (size == null || waiting >= MAX_WAITING) {
    return undefined
  }
  waiting++
  const decoding = turn.then(async () => inThread(size.kind, bytes))
  turn = decoding
  return decoding.finally(() => { waiting-- })
}

async function inThread (kind: 'jpeg' | 'webp', bytes: Uint8Array): Promise<number[] | undefined> {
  // the decoders complain on the console about every damaged picture
  const worker = new Worker(new URL('./picture-worker.js', import.meta.url), { workerData: { kind, bytes }, env: {}, execArgv: [], stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: 256 } })
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await new Promise(resolve => {
      timer = setTimeout(resolve, DECODE_TIMEOUT_MS, undefined)
      worker.once('message', resolve)
      worker.once('error', () => { resolve(undefined) })
      worker.once('exit', () => { resolve(undefined) })
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
