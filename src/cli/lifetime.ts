/** A clean stop may take so long; then the process ends anyway. */
export const STOP_TIMEOUT_MS = 4_500

/** Aborts on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
export function untilSignal (): { signal: AbortSignal, release (): void } {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      process.exit(1)
    }
    controller.abort(new Error('Stopped by a signal'))
    setTimeout(() => { process.exit(0) }, STOP_TIMEOUT_MS).unref()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  signals.forEach(name => { process.on(name, onSignal) })
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
