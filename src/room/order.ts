import type { SignedMessage } from '../wire/index.ts'

/** The order of a timeline: time, then ID. */
export function before (a: SignedMessage, b: SignedMessage): boolean {
  return a.time < b.time || (a.time === b.time && a.id < b.id)
}

/** Merges sorted `added` into sorted `list`, from the end: nothing is moved twice. */
export function merge (list: SignedMessage[], added: SignedMessage[]): void {
  let from = list.length - 1
  let take = added.length - 1
  list.length += added.length
  for (let at = list.length - 1; take >= 0; at--) {
    list[at] = from >= 0 && before(added[take], list[from]) ? list[from--] : added[take--]
  }
}

/** Where `message` goes in an array ascending by (time, id). Most arrive last. */
export function position (messages: readonly SignedMessage[], message: SignedMessage): number {
  if (messages.length === 0 || before(messages[messages.length - 1], message)) {
    return messages.length
  }
  let low = 0
  let high = messages.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(messages[middle], message)) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return low
}
