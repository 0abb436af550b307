/** Longest sleep: timers cannot be set for months, and clocks are put right. */
const LONGEST_MS = 3_600_000
/** What could not be destroyed is tried again after this: a full disk takes no new keys, and the old ones are still on it. */
const RETRY_MS = 30_000

export interface ExpiryClockInit {
  now (): number
  /** something is over: returns when the next thing will be, ms since 1970; undefined or Infinity: nothing */
  due (): number | undefined
}

/** Wakes when the first of many things is over, however soon one is that comes later. */
export class ExpiryClock {
  readonly #init: ExpiryClockInit
  #timer?: ReturnType<typeof setTimeout>
  #next = Infinity
  /** when the timer wakes */
  #wakes = Infinity
  #stopped = false

  constructor (init: ExpiryClockInit) {
    this.#init = init
  }

  /** Something will be over at `time`, ms since 1970. */
  note (time: number | undefined): void {
    if (time != null && time < this.#next && !this.#stopped) {
      this.#next = time
      // what comes newest first is each over before the last; a timer that should have woken waits for another clock than ours
      if (time < this.#wakes || this.#wakes <= this.#init.now()) {
        this.#arm()
      }
    }
  }

  /** What was due could not be done. */
  again (afterMs = RETRY_MS): void { this.note(this.#init.now() + afterMs) }

  #arm (): void {
    clearTimeout(this.#timer)
    const now = this.#init.now()
    const sleep = Math.max(0, Math.min(LONGEST_MS, this.#next - now))
    this.#wakes = now + sleep
    this.#timer = setTimeout(() => {
      if (this.#init.now() >= this.#next) {
        this.#next = Infinity
        this.#wakes = Infinity
        this.note(this.#init.due())
        // JavaScript keeps the last text that a pattern matched (RegExp.input): let that be nothing
        ;/^/.test('')
      } else {
        this.#arm()
      }
    }, sleep)
    // sleeping must not keep a process alive
    ;(this.#timer as { unref?(): void }).unref?.()
  }

  stop (): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }
}
