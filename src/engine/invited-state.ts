import { MAX_ADVANCE, epochAt } from '../crypto/index.ts'
import { isLocalAddress } from '../network/addresses.ts'
import { completePolicy, decodePolicy } from '../room/index.ts'
import { InvalidInviteError } from '../wire/index.ts'
import { plainName } from './plain-text.ts'
import { randomSeed } from './randomness.ts'
import type { RoomState } from './room-state.ts'
import type { Policy } from '../room/index.ts'
import type { Invite } from '../wire/index.ts'

/** A room that was never open here, with a new persona. */
export function freshState (fields: Pick<RoomState, 'room' | 'name' | 'kind' | 'policy' | 'epoch' | 'key'> & Partial<RoomState>, now: number): RoomState {
  return { version: 1, founder: null, persona: randomSeed(), petname: '', petnames: {}, contacts: [], joined: now, read: 0, former: [], ...fields }
}

/** What shows that one was let in, where one has to be. */
export function admissionOf ({ kind, inviteSeed, certificate }: Invite): RoomState['admission'] {
  return kind === 'open' || inviteSeed == null || certificate == null ? undefined : { inviteSeed, certificate }
}

/**
 * A room as an invite describes it.
 *
 * @throws {InvalidInviteError} when its policy is of a later version, or its key is more than MAX_ADVANCE epochs old
 */
export function stateFromInvite (invite: Invite, now: number): RoomState {
  let policy: Policy
  try {
    policy = completePolicy({ ...decodePolicy(invite.policy), epoch: invite.epochLength })
  } catch {
    throw new InvalidInviteError('This invite carries a room policy that this version cannot read. Update Undertone, or ask for a new invite.')
  }
  if (invite.kind !== 'open' && epochAt(now, policy.epoch) - invite.epoch > MAX_ADVANCE) {
    throw new InvalidInviteError('This invite is too old for a room whose keys change so often. Ask for a new one.', 'expired')
  }
  return freshState({
    room: invite.room,
    name: plainName(invite.name),
    kind: invite.kind,
    policy,
    epoch: invite.epoch,
    key: invite.epochKey,
    secret: invite.kind === 'open' ? invite.secret : undefined,
    founder: invite.founder ?? null,
    charterHash: invite.charterHash,
    admission: admissionOf(invite),
    contacts: invite.contacts.map(String),
    local: invite.contacts.some(isLocalAddress)
  }, now)
}
