export interface Finding {
  check: string
  state: 'ok' | 'warn' | 'fail'
  finding: string
  /** what to do about it; empty when it is fine */
  advice: string
}

/** A check waits so long for an answer. */
export const CHECK_TIMEOUT_MS = 10_000

export function ok (check: string, finding: string): Finding { return { check, state: 'ok', finding, advice: '' } }
export function warn (check: string, finding: string, advice: string): Finding { return { check, state: 'warn', finding, advice } }
export function fail (check: string, finding: string, advice: string): Finding { return { check, state: 'fail', finding, advice } }

export function reasonOf (error: unknown): string {
  return String((error as Error)?.message ?? error).split('\n')[0].slice(0, 160)
}
