import type { Stream } from '@libp2p/interface'

/** Thrown into a stream whose peer does not take what it is sent, when it is cut off. */
export class StalledPeerError extends Error {
  static name = 'StalledPeerError'
  name = 'StalledPeerError'
}

/**
 * Resolves when a stream takes more; rejects when it closes, or with the signal's reason. libp2p's own
 * `onDrain` settles one promise for all times: whoever waits by it a second time does not wait, and
 * a loop around it lets nothing else happen any more.
 */
export async function drained (stream: Stream, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()

  if (!stream.writableNeedsDrain) {
    return
  }

  const closed = (): StalledPeerError => new StalledPeerError('The stream closed before its peer took what it was sent.')

  if (stream.writeStatus === 'closed') {
    throw closed()
  }

  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onDrain = (): void => { resolve() }
  const onClose = (): void => { reject(closed()) }
  const onAbort = (): void => { reject(signal?.reason) }
  stream.addEventListener('drain', onDrain)
  stream.addEventListener('close', onClose)
  signal?.addEventListener('abort', onAbort)

  try {
    await promise
  } finally {
    stream.removeEventListener('drain', onDrain)
    stream.removeEventListener('close', onClose)
    signal?.removeEventListener('abort', onAbort)
  }
}
