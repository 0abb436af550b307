/** Thrown into a stream that a peer opened without having proved membership. */
export class StrangerError extends Error {
  static name = 'StrangerError'
  name = 'StrangerError'
}

/** Resolves after `ms`, or rejects with the signal's reason. */
export async function delay (ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()

  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Acts when everything that has arrived by now is handled, or after `ms`; answers how to prevent it. */
export function soon (act: () => void, ms = 0): () => void {
  if (ms === 0 && typeof setImmediate === 'function') {
    const immediate = setImmediate(act)

    return () => { clearImmediate(immediate) }
  }

  const timer = setTimeout(act, ms)

  return () => { clearTimeout(timer) }
}
