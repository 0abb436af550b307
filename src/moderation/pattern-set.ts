import { NOT_LOADED } from './pattern-engine.ts'
import { compilePattern } from './subject.ts'
import type { ListFeed } from './list-feed.ts'
import type { RE2JS } from 're2js'

/** Patterns one list may have, and all lists together: later ones are not looked at. */
export const MAX_PATTERNS_PER_LIST = 500
export const MAX_PATTERNS = 4_000
/** Characters of a text that patterns look at. */
export const MAX_PATTERN_TEXT = 4_096
/** Instructions × characters spent on one text: some tens of milliseconds at worst. Counted, not timed, so that all readers stop at the same pattern. */
export const PATTERN_BUDGET = 1_000_000

interface Pattern { feed: ListFeed, row: number, literal: string, cost: number, expression?: RE2JS }

/**
 * A run of plain letters that every match must contain, or nothing when there is none that can be
 * told at a glance. Most patterns are ruled out by it without being run.
 */
export function requiredLiteral (pattern: string): string {
  if (/[|\\]|\(\?/.test(pattern)) {
    return ''
  }
  const runs: string[] = []
  let run = ''
  let depth = 0
  let group = false
  for (let i = 0; i <= pattern.length; i++) {
    const letter = pattern[i] ?? ''
    if (/[a-z0-9 ]/i.test(letter) && depth === 0 && !group) {
      run += letter
      continue
    }
    // what is repeated may be absent
    runs.push(/[?*{]/.test(letter) ? run.slice(0, -1) : run)
    run = ''
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0
    group = letter === '[' || (letter === '{') || (group && letter !== ']' && letter !== '}')
  }
  return runs.reduce((best, each) => each.length > best.length ? each : best, '').toLowerCase()
}

/** The patterns of all lists. */
export class PatternSet {
  readonly #patterns: Pattern[] = []
  readonly #perFeed = new Map<ListFeed, number>()

  get size (): number { return this.#patterns.length }

  add (feed: ListFeed, row: number): void {
    const held = this.#perFeed.get(feed) ?? 0
    if (held < MAX_PATTERNS_PER_LIST && this.#patterns.length < MAX_PATTERNS) {
      this.#perFeed.set(feed, held + 1)
      this.#patterns.push({ feed, row, literal: requiredLiteral(feed.valueOf(row)), cost: 0 })
    }
  }

  /** Tells `found` which patterns occur in a folded text. */
  match (folded: string, found: (feed: ListFeed, row: number) => void): void {
    const text = folded.slice(0, MAX_PATTERN_TEXT)
    let budget = PATTERN_BUDGET
    for (const pattern of this.#patterns) {
      if (pattern.feed.dead[pattern.row] === 1 || (pattern.literal !== '' && !text.includes(pattern.literal))) {
        continue
      }
      if (pattern.expression == null && pattern.cost === 0) {
        try {
          pattern.expression = compilePattern(pattern.feed.valueOf(pattern.row))
          pattern.cost = pattern.expression.programSize()
        } catch (error: any) {
          pattern.cost = error?.name === NOT_LOADED ? 0 : -1
        }
      }
      if (pattern.expression == null) {
        continue
      }
      budget -= pattern.cost * text.length
      if (budget < 0) {
        return
      }
      if (pattern.expression.matcher(text).find()) {
        found(pattern.feed, pattern.row)
      }
    }
  }
}
