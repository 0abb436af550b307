import type { ChatMessage } from '../engine/api.ts'

/** Messages held per room in the page; older ones are asked for again. */
export const MAX_MESSAGES = 20_000

function before (a: ChatMessage, b: ChatMessage): boolean {
  return a.time < b.time || (a.time === b.time && a.id < b.id)
}

/**
 * Ascending (time, id), each once; what comes may be a newer state of one that is there. Beyond
 * {@link MAX_MESSAGES} the oldest go.
 */
export function merge (messages: ChatMessage[], batch: ChatMessage[]): ChatMessage[] {
  const news = new Map(batch.map(message => [message.id, message]))
  const kept = messages.map(message => {
    const newer = news.get(message.id)
    news.delete(message.id)
    return newer ?? message
  })
  const added = [...news.values()].sort((a, b) => before(a, b) ? -1 : 1)
  if (added.length === 0) {
    return kept
  }
  const all: ChatMessage[] = []
  let at = 0
  for (const message of kept) {
    while (at < added.length && before(added[at], message)) {
      all.push(added[at++])
    }
    all.push(message)
  }
  all.push(...added.slice(at))
  return all.length > MAX_MESSAGES ? all.slice(all.length - MAX_MESSAGES) : all
}
