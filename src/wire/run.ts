import { verifyMessage } from './message.ts'
import type { SignedMessage } from './message.ts'
import type { RoomId } from '../crypto/index.ts'

/** What one author's run of messages turned out to be; ascending, together all messages given. */
export interface RunVerdict {
  /** vouched for by a signature of their own or by the hash in a valid successor */
  valid: SignedMessage[]
  /** the part of `valid` whose own signature was checked */
  signed: SignedMessage[]
  /** not vouched for, signature wrong: who handed them over lied */
  invalid: SignedMessage[]
  /** not looked at, because an invalid one came first */
  unchecked: SignedMessage[]
}

/** Whether `later` names `earlier` as its author's message just before it. */
export function follows (later: SignedMessage, earlier: SignedMessage): boolean {
  return later.previous === earlier.id && later.author === earlier.author && later.sequence === earlier.sequence + 1
}

/**
 * Verifies messages of one author, ascending by sequence, from the last to the first: each names the
 * hash of the one before it, so one signature vouches for the run before it (DESIGN, "Messages"); a
 * gap costs one more. Stops at the first wrong signature, so a liar costs one verification.
 *
 * A message vouched for by its successor may come with a signature that is garbage: pass such on
 * only together with its successor, or verify it first.
 */
export async function verifyRun (room: RoomId, messages: readonly SignedMessage[]): Promise<RunVerdict> {
  const valid: SignedMessage[] = []
  const signed: SignedMessage[] = []
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]
    const successor = messages[i + 1]
    if (successor == null || !follows(successor, message)) {
      const answer = verifyMessage(room, message)
      if (!(answer instanceof Promise ? await answer : answer)) {
        return { valid: valid.reverse(), signed: signed.reverse(), invalid: [message], unchecked: messages.slice(0, i) }
      }
      signed.push(message)
    }
    valid.push(message)
  }
  return { valid: valid.reverse(), signed: signed.reverse(), invalid: [], unchecked: [] }
}
