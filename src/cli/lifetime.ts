/** A clean stop may take so long; then the process ends anyway. */
export const STOP_TIMEOUT_MS = 4_500
/** A terminal signals the whole group, and npm and its scripts pass the signal on: all that is one wish to stop. */
const ONE_WISH_MS = 1_000

/** Aborts on the first SIGINT, SIGTERM or SIGHUP; a later second one ends the process at once. */
export function untilSignal (): { signal: AbortSignal, release (): void } {
  const controller = new AbortController()
  let first = 0
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - first > ONE_WISH_MS) {
        process.exit(1)
      }
      return
    }
    first = performance.now()
    controller.abort(new Error('Stopped by a signal'))
    setTimeout(() => { process.exit(0) }, STOP_TIMEOUT_MS).unref()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  signals.forEach(name => {
    // what ended the program while it loaded
    process.removeAllListeners(name)
    process.on(name, onSignal)
  })
  return {
    signal: controller.signal,
    release: () => { signals.forEach(name => { process.removeListener(name, onSignal) }) }
  }
}

/** Resolves when the signal aborts. */
export async function aborted (signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise(resolve => { signal.addEventListener('abort', resolve, { once: true }) })
  }
}
