import { hasLink } from '../wire/index.ts'
import type { Policy } from './policy.ts'
import type { MessageBody } from '../wire/index.ts'

/** Members hear of a newcomer one after the other: the later ones wait this much less, at most. */
const MAX_SLACK_MS = 30_000

/** What newcomers may not bring yet: links, invites and files are what spam is made of. */
function isRisky (body: MessageBody): boolean {
  return body.kind === 'attachment' || ((body.kind === 'text' || body.kind === 'reply' || body.kind === 'edit') && hasLink(body.text))
}

/** Since when a persona is here. */
export interface Arrival {
  /** the date of its hello: its own word, ms */
  said: number
  /** when this member first heard of it, by its own clock, ms */
  known: number
}

export interface Probation extends Pick<Policy, 'probation'> {
  /** when this rule came into force, ms; 0: from the beginning */
  since?: number
}

/**
 * ms until a persona may say this; 0: now. By the dates that it signed, its hello's and this one's,
 * all members judge alike; by when each of them first heard of it, a date of long ago helps nobody.
 * What is too early by the latter comes with a later comparison.
 *
 * @param arrival - undefined: it has said no hello
 * @param time - of the message, ms
 * @param now - the member's clock, ms
 */
export function probationWait ({ probation, since = 0 }: Probation, body: MessageBody, arrival: Arrival | undefined, time: number, now: number): number {
  if (probation === 0 || !isRisky(body)) {
    return 0
  }
  const { said, known } = arrival ?? { said: time, known: now }
  // a rule that was voted in judges nothing that was said before it, by those who were known before it
  if (time < since && known < since) {
    return 0
  }
  return Math.max(0, said + probation - time, known + probation - Math.min(MAX_SLACK_MS, probation / 10) - now)
}
