import type { Policy } from './policy.ts'
import type { MessageBody } from '../wire/index.ts'

const LINK = /https?:\/\/|\bwww\.|undertone:join\//i

/** What newcomers may not bring yet: links, invites and files are what spam is made of. */
function isRisky (body: MessageBody): boolean {
  return body.kind === 'attachment' || ((body.kind === 'text' || body.kind === 'reply' || body.kind === 'edit') && LINK.test(body.text.normalize('NFKC')))
}

/**
 * ms that a persona has to wait at `time` before it may say this; 0: not at all. Counted from the
 * dates that it signed itself, its hello's and this one's, so that all members judge alike.
 *
 * @param since - time of its hello, ms; undefined: it has said none
 */
export function probationWait (policy: Pick<Policy, 'probation'>, body: MessageBody, since: number | undefined, time: number): number {
  return policy.probation === 0 || !isRisky(body) ? 0 : Math.max(0, (since ?? time) + policy.probation - time)
}
