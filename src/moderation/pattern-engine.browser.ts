import type { RE2JS as Engine } from 're2js'

export const NOT_LOADED = 'PatternsNotLoadedError'

/** Thrown while the pattern engine, a fifth of the page's weight, is on its way. */
export class PatternsNotLoadedError extends Error {
  static name = NOT_LOADED
  name = NOT_LOADED
}

let engine: typeof Engine | undefined
let loading: Promise<void> | undefined
const waiting: Array<() => void> = []

export function loadPatterns (): Promise<void> {
  loading ??= import('re2js').then(({ RE2JS }) => {
    engine = RE2JS
    waiting.splice(0).forEach(each => { each() })
  })
  return loading
}

export function onPatternsLoaded (listener: () => void): void {
  if (engine == null) {
    waiting.push(listener)
  }
}

export const RE2JS = {
  CASE_INSENSITIVE: 1,

  compile (pattern: string, flags: number): Engine {
    if (engine == null) {
      loadPatterns().catch(() => { loading = undefined })
      throw new PatternsNotLoadedError('Patterns are being loaded. Try again in a moment.')
    }
    return engine.compile(pattern, flags)
  }
}
