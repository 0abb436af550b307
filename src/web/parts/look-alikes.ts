import { safeName } from './safe-text.ts'
import type { MemberInfo } from '../../engine/api.ts'

/** Letters that pass for Latin ones at a glance, in Greek and Cyrillic. */
const LOOKS: Record<string, string> = {
  а: 'a',
  в: 'b',
  е: 'e',
  ё: 'e',
  ѕ: 's',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  т: 't',
  у: 'y',
  х: 'x',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  һ: 'h',
  ӏ: 'l',
  α: 'a',
  β: 'b',
  γ: 'y',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ω: 'w',
  0: 'o',
  1: 'l',
  3: 'e',
  5: 's',
  i: 'l',
  '|': 'l',
  '!': 'l',
  ı: 'l',
  ø: 'o',
  đ: 'd',
  ł: 'l'
}

/** Two names with one skeleton look alike (Unicode TS 39, as far as names need it). */
export function skeleton (name: string): string {
  const base = safeName(name).normalize('NFKD').replace(/[\p{M}\p{P}\s_]/gu, '').toLowerCase()
  const looks = (letter: string): string => LOOKS[letter] ?? letter
  // twice: what looks like an i looks like an l
  return [...base].map(looks).map(looks).join('').replaceAll('rn', 'm').replaceAll('vv', 'w')
}

/** persona → the name of somebody else that looks like its own */
export function lookAlikes (all: MemberInfo[]): Map<string, string> {
  const first = new Map<string, MemberInfo>()
  const alike = new Map<string, string>()
  for (const member of all) {
    const shape = skeleton(member.petname) || member.petname
    const other = first.get(shape)
    if (other == null) {
      first.set(shape, member)
    } else {
      alike.set(member.persona, other.petname)
      alike.set(other.persona, member.petname)
    }
  }
  return alike
}
