/**
 * Runs at once when it is asked for after a while, and else once after the gap however often it was
 * asked for meanwhile: a busy room must not keep the page from answering the person.
 *
 * @param gap - ms, or how many after a run that took so many
 */
export function paced (run: () => unknown, gap: number | ((tookMs: number) => number)): () => void {
  let next = -Infinity
  let waiting = false
  let running = false
  let again = false
  const go = async (): Promise<void> => {
    waiting = false
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
    } else if (!waiting) {
      waiting = true
      setTimeout(() => { go().catch(() => {}) }, Math.max(0, next - performance.now()))
    }
  }
  return ask
}
