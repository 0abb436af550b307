// The library with Argon2 alone, in a worker: half a second of hashing must not hold up the page.
import text from 'argon2-text'

/** A worker without work gives its 64 MiB back. */
const IDLE_MS = 5_000

const WORK = `${text}
onmessage = ({ data: { id, options } }) => {
  hashwasm.argon2id(options).then(hash => { postMessage({ id, hash }) }, error => { postMessage({ id, error: String(error) }) })
}`

const waiting = new Map()
let worker
let next = 0
let idle

function end () {
  worker?.terminate()
  worker = undefined
}

function start () {
  const address = URL.createObjectURL(new Blob([WORK], { type: 'text/javascript' }))
  worker = new Worker(address)
  worker.onmessage = ({ data: { id, hash, error } }) => {
    const { resolve, reject } = waiting.get(id) ?? {}
    waiting.delete(id)
    if (waiting.size === 0) {
      idle = setTimeout(end, IDLE_MS)
    }
    error == null ? resolve?.(hash) : reject?.(new Error(error))
  }
  // a browser that allows no such worker, or stopped it: what waits is done here
  worker.onerror = () => {
    end()
    for (const [id, { resolve, options }] of waiting) {
      waiting.delete(id)
      resolve(here(options))
    }
  }
}

async function here (options) {
  // CommonJS, whose names a page that loads it late would not see
  const { default: library } = await import('../../node_modules/hash-wasm/dist/argon2.umd.min.js')
  return library.argon2id(options)
}

export async function argon2id ({ signal, ...options }) {
  signal?.throwIfAborted()
  clearTimeout(idle)
  try {
    worker ?? start()
  } catch {
    return here(options)
  }
  return new Promise((resolve, reject) => {
    const id = next++
    waiting.set(id, { resolve, reject, options })
    worker.postMessage({ id, options })
    // nobody waits for it any more: the worker stops, unless it has other work
    signal?.addEventListener('abort', () => {
      if (waiting.delete(id)) {
        waiting.size === 0 && end()
        reject(signal.reason)
      }
    })
  })
}
