import { respell } from './respelling.ts'

/** Buckets that features are hashed into, and so weights per label. */
export const BUCKETS = 131_072
const SHORTEST = 2
const LONGEST = 5
const HAN = /\p{Script=Han}/u

/** Buckets and values of what is in a text; a bucket may occur more than once. */
export interface Features { buckets: number[], values: number[] }

/** FNV-1a with the finaliser of MurmurHash3: cheap, and no pattern in the low bits. */
function hash (kind: number, text: string): number {
  let h = 0x811c9dc5 ^ kind
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

const WORD = 1
const PAIR = 2
const NEAR = 3
const GRAM = 4
const OTHER = 5

/** What a text is judged by: words, pairs of words, letters within words, and traits of the whole. */
export function featuresOf (text: string): Features {
  const { words, links, handles, money, phones } = respell(text)
  const whole = new Set<number>()
  const parts = new Set<number>()
  for (const [i, word] of words.entries()) {
    const han = HAN.test(word)
    const letters = [...(han ? word : `_${word}_`)]
    for (let size = han ? 1 : SHORTEST; size <= (han ? LONGEST - 1 : LONGEST); size++) {
      for (let at = 0; at + size <= letters.length; at++) {
        parts.add(hash(GRAM, letters.slice(at, at + size).join('')))
      }
    }
    if (!han) {
      whole.add(hash(WORD, word))
      if (i + 1 < words.length) {
        whole.add(hash(PAIR, `${word} ${words[i + 1]}`))
      }
      if (i + 2 < words.length) {
        whole.add(hash(NEAR, `${word} ${words[i + 2]}`))
      }
    }
  }
  const buckets: number[] = []
  const values: number[] = []
  const put = (hashes: Iterable<number>, value: number): void => {
    for (const each of hashes) {
      buckets.push(each % BUCKETS)
      // half of the features count down, so that those that share a bucket cancel out rather than add up
      values.push(each >= 0x80000000 ? -value : value)
    }
  }
  put(whole, 1 / Math.sqrt(Math.max(whole.size, 1)))
  put(parts, 1 / Math.sqrt(Math.max(parts.size, 1)))
  const traits = [links > 0 && 'link', handles > 0 && 'handle', money > 0 && 'money', phones > 0 && 'phone', /[!！]{2,}/u.test(text) && 'loud', isShouted(text) && 'capitals']
  put(traits.filter(trait => trait !== false).map(trait => hash(OTHER, trait)), 0.3)
  return { buckets, values }
}

function isShouted (text: string): boolean {
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0
  return capitals > 8 && capitals > (text.match(/\p{Ll}/gu)?.length ?? 0)
}
