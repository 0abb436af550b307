import { InvalidReportError, MAX_EVIDENCE } from '../moderation/index.ts'
import { InvalidParametersError, UnknownMessageError, isVisible } from '../room/index.ts'
import type { ReportOptions } from './api.ts'
import type { RoomCore } from './room-core.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

const MAX_CONTEXT = 8

/**
 * What a report carries: the messages it is about, those before them that were asked for, and those that vouch for
 * one that came without a signature of its own.
 *
 * @throws {UnknownMessageError} for one that is not held
 * @throws {InvalidReportError} for one that cannot be proven (any more)
 */
export async function evidenceOf (core: RoomCore, options: Partial<ReportOptions>): Promise<{ messages: SignedMessage[], context: string[] }> {
  const ids = [...new Set([...options.message == null ? [] : [options.message], ...options.messages ?? []])]
  const { visible } = core.timeline
  const chosen = new Map<string, SignedMessage>()
  const context: string[] = []
  for (const id of ids) {
    const message = core.timeline.get(id as MessageId)
    if (message == null || !isVisible(message)) {
      throw new UnknownMessageError('No such message is held in this room. It may have expired; read room.messages again.')
    }
    chosen.set(id, message)
  }
  const around = Math.min(options.context ?? 0, MAX_CONTEXT)
  for (const id of around === 0 ? [] : ids) {
    const at = visible.findIndex(message => message.id === id)
    for (const message of visible.slice(Math.max(0, at - around), at)) {
      if (!chosen.has(message.id)) {
        chosen.set(message.id, message)
        context.push(message.id)
      }
    }
  }
  for (const message of [...chosen.values()]) {
    await vouched(core, message, chosen, context)
  }
  if (chosen.size > MAX_EVIDENCE) {
    throw new InvalidParametersError(`A report has at most ${MAX_EVIDENCE} messages with their context. Choose fewer.`)
  }
  return { messages: [...chosen.values()].sort((a, b) => a.time - b.time), context }
}

/** What reached us without a signature of its own takes its author's next messages along, up to one that is signed. */
async function vouched (core: RoomCore, message: SignedMessage, chosen: Map<string, SignedMessage>, context: string[]): Promise<void> {
  let last = message
  while (chosen.size <= MAX_EVIDENCE && !await core.signed(last)) {
    const next = core.timeline.successor(last)
    if (next == null) {
      throw new InvalidReportError('This message cannot be proven: it came without its author\'s signature, and what vouched for it is gone. Report another one of the same author.')
    }
    if (!chosen.has(next.id)) {
      chosen.set(next.id, next)
      context.push(next.id)
    }
    last = next
  }
}
