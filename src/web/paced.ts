/**
 * Runs at once when it is asked for after a while, and else once after `gapMs` however often it was
 * asked for meanwhile: a busy room must not keep the page from answering the person.
 */
export function paced (run: () => unknown, gapMs: number): () => void {
  let last = -Infinity
  let waiting = false
  let running = false
  let again = false
  const go = async (): Promise<void> => {
    waiting = false
    running = true
    try {
      await run()
    } catch {
      // who runs it has shown what went wrong
    } finally {
      running = false
      last = performance.now()
      if (again) {
        again = false
        ask()
      }
    }
  }
  const ask = (): void => {
    if (running) {
      again = true
    } else if (!waiting) {
      waiting = true
      setTimeout(() => { go().catch(() => {}) }, Math.max(0, last + gapMs - performance.now()))
    }
  }
  return ask
}
