/** A clean stop may take so long; then the process ends anyway. */
export const STOP_TIMEOUT_MS = 4_500
/** A terminal signals the whole group, and npm and its scripts pass the signal on: all that is one wish to stop. */
const ONE_WISH_MS = 1_000

/** Aborts on the first SIGINT, SIGTERM or SIGHUP, or when nobody reads the output any more; a later second signal ends the process at once. */
export function untilSignal (): AbortSignal {
  const controller = new AbortController()
  let first = 0
  const stop = (why: string): void => {
    first = performance.now()
    controller.abort(new Error(why))
    setTimeout(() => { process.exit(0) }, STOP_TIMEOUT_MS).unref()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        stop('Stopped by a signal.')
      } else if (performance.now() - first > ONE_WISH_MS) {
        process.exit(1)
      }
    })
  }
  process.stdout.on('error', () => {
    if (!controller.signal.aborted) {
      stop('Nobody reads the output any more.')
    }
  })
  return controller.signal
}

/** Resolves when the signal aborts. */
export async function aborted (signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise(resolve => { signal.addEventListener('abort', resolve, { once: true }) })
  }
}
