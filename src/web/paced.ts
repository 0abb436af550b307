export interface Paced {
  (): void
  now (): void
}

/**
 * Runs at once when it is asked for after a while, and else once after the gap however often it was
 * asked for meanwhile: a busy room must not keep the page from answering the person. `now` is for what
 * the person did: it waits for no gap.
 *
 * @param gap - ms, or how many after a run that took so many
 */
export function paced (run: () => unknown, gap: number | ((tookMs: number) => number)): Paced {
  let next = -Infinity
  let waiting: ReturnType<typeof setTimeout> | undefined
  let running = false
  let again = false
  const go = async (): Promise<void> => {
    waiting = undefined
    running = true
    const began = performance.now()
    try {
      await run()
    } catch {
      // who runs it has shown what went wrong
    } finally {
      running = false
      const now = performance.now()
      next = now + (typeof gap === 'number' ? gap : gap(now - began))
      if (again) {
        again = false
        ask()
      }
    }
  }
  const ask = (): void => {
    if (running) {
      again = true
    } else {
      waiting ??= setTimeout(() => { go().catch(() => {}) }, Math.max(0, next - performance.now()))
    }
  }
  const now = (): void => {
    next = -Infinity
    clearTimeout(waiting)
    waiting = undefined
    ask()
  }
  return Object.assign(ask, { now })
}
