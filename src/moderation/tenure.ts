import type { Description } from './operation.ts'

/** Maintainers whose claims about others are compared; nobody needs as many. */
const MAX_JUDGED = 32

/** What a maintainer said about a list, and where in its own chain. */
export interface SaidOfList { author: string, sequence: number, said: Pick<Description, 'maintainers' | 'ends'> }

interface Tenure { ends: Record<string, number>, ever: Set<string> }

function fold (founder: string, descriptions: SaidOfList[], refused: Set<SaidOfList>): Tenure {
  let maintainers = [founder]
  const ends: Record<string, number> = {}
  const ever = new Set(maintainers)
  for (const each of descriptions) {
    const { author, sequence, said } = each
    if (refused.has(each) || !maintainers.includes(author) || sequence > (ends[author] ?? Infinity)) {
      continue
    }
    maintainers = said.maintainers
    maintainers.forEach(persona => { ever.add(persona) })
    for (const [persona, end] of Object.entries(said.ends)) {
      ends[persona] = Math.min(end, ends[persona] ?? Infinity)
    }
    // taken back in, its word counts again
    maintainers.forEach(persona => { Reflect.deleteProperty(ends, persona) })
  }
  return { ends, ever }
}

/**
 * Where the words of former maintainers end. A date proves nothing: one who was sent away could
 * write a hand-over to itself and date it before that. So of two who send each other away, the
 * one who was a maintainer first is believed: what it says of the other's last sequence number
 * holds for all that the other dates earlier.
 *
 * @param descriptions - in the list's order (time, ID)
 */
export function endsOf (founder: string, descriptions: SaidOfList[]): Record<string, number> {
  const refused = new Set<SaidOfList>()
  const judged = new Set<string>()
  for (;;) {
    const { ends, ever } = fold(founder, descriptions, refused)
    const senior = ever.size === 1 ? undefined : [...ever].find(persona => !judged.has(persona))
    if (senior == null || judged.size >= MAX_JUDGED) {
      return ends
    }
    judged.add(senior)
    const words = descriptions.filter(each => each.author === senior && !refused.has(each))
    // whose word ended by its own hand has no more say
    const own = Math.min(...words.map(({ said }) => said.ends[senior] ?? Infinity))
    const latest = new Map<string, number>()
    for (const each of descriptions.toReversed()) {
      if (!judged.has(each.author) && each.sequence > (latest.get(each.author) ?? Infinity)) {
        refused.add(each)
      }
      if (each.author === senior && each.sequence <= own && !refused.has(each)) {
        Object.entries(each.said.ends).forEach(([persona, end]) => { latest.set(persona, Math.min(end, latest.get(persona) ?? Infinity)) })
      }
    }
  }
}
