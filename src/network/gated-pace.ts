import type { Stream } from '@libp2p/interface'

/** Thrown into a stream whose peer does not take what it is sent, when it is cut off. */
export class StalledPeerError extends Error {
  static name = 'StalledPeerError'
  name = 'StalledPeerError'
}

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

/**
 * Resolves when a stream takes more; rejects when it closes, or with the signal's reason. libp2p's own
 * `onDrain` settles one promise for all times: whoever waits by it a second time does not wait, and
 * a loop around it lets nothing else happen any more.
 */
export async function drained (stream: Stream, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()

  if (!stream.writableNeedsDrain) {
    return
  }

  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onDrain = (): void => { resolve() }
  const onClose = (): void => { reject(new StalledPeerError('The stream closed before its peer took what it was sent')) }
  const onAbort = (): void => { reject(signal.reason) }
  stream.addEventListener('drain', onDrain)
  stream.addEventListener('close', onClose)
  signal.addEventListener('abort', onAbort)

  try {
    await promise
  } finally {
    stream.removeEventListener('drain', onDrain)
    stream.removeEventListener('close', onClose)
    signal.removeEventListener('abort', onAbort)
  }
}
