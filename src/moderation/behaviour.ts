import { hasLink } from '../wire/index.ts'
import { skeleton } from './fold.ts'

/** Rules of all lists that are looked at; later ones are not. */
export const MAX_RULES = 64
/** Own messages that come before, as far as rules look back. */
export const MAX_LOOK_BACK = 128
const RULE = /^(?:flood:(?<count>[1-9]\d{0,3})\/(?<seconds>[1-9]\d{0,4})|first:(?<what>link|file)|mentions:(?<names>[1-9]\d{0,2})|repeat:(?<times>[1-9]\d{0,2}))$/
const NAME = /(?:^|\s)@[\p{L}\p{N}_-]+/gu

/** What a persona does, as far as it is seen in one room: a fresh persona has no history, its behaviour is the same. */
export interface Behaviour {
  time: number
  /** earlier messages of the same author, newest first, at most MAX_LOOK_BACK */
  before: ReadonlyArray<{ time: number, text: string }>
  text: string
  file: boolean
  /** personas that it names */
  mentions: number
}

/**
 * Whether text is a rule: `flood:10/60` (its tenth message within 60 s), `first:link` and
 * `first:file` (the first thing it ever says has one), `mentions:5` (names five at once),
 * `repeat:3` (says the same for the third time).
 */
export function isRule (text: string): boolean { return RULE.test(text) }

/** Whether a message, with what its author said before, is what a rule describes. */
export function ruleApplies (rule: string, behaviour: Behaviour): boolean {
  const groups = RULE.exec(rule)?.groups
  if (groups == null) {
    return false
  }
  const { count, seconds, what, names, times } = groups
  const { before, time, text } = behaviour
  if (count != null) {
    return before.filter(each => time - each.time < Number(seconds) * 1000).length + 1 >= Number(count)
  }
  if (what != null) {
    return before.length === 0 && (what === 'file' ? behaviour.file : hasLink(text))
  }
  if (names != null) {
    return Math.max(behaviour.mentions, text.match(NAME)?.length ?? 0) >= Number(names)
  }
  const said = skeleton(text).replace(/\s+/gu, ' ').trim()
  return said !== '' && before.filter(each => skeleton(each.text).replace(/\s+/gu, ' ').trim() === said).length + 1 >= Number(times)
}
