import { fromString, toString } from 'uint8arrays'
import { ageKey, constantTimeEqual, epochAt, hmacSha256, label, ratchet } from '../crypto/index.ts'
import type { RoomState } from './room-state.ts'
import type { AgeProof } from '../sync/index.ts'

/** Epochs whose age key is kept: three weeks of hours. Who was away longer is given what younger proofs allow. */
export const MAX_AGES = 512
const PROOF_LENGTH = 16
/** The newest epochs are all proved; further back in steps that grow by a quarter, so that few proofs reach far. */
const PROVED_ALL = 16

export interface MembershipAgeInit {
  state: RoomState
  now (): number
}

/**
 * How long a host has been in a room, without saying as whom: whoever shows the age key of an epoch
 * held that epoch's key, or an earlier one. Where newcomers get nothing from before they came
 * (`history: 'join'`), members hand out no more than is proved. An invite gives no key of an earlier
 * epoch; the name of an open room gives all of them, so that there nothing is enforced.
 */
export class MembershipAge {
  readonly #init: MembershipAgeInit

  constructor (init: MembershipAgeInit) {
    this.#init = init
  }

  get #enforced (): boolean { return this.#init.state.policy.history === 'join' && this.#init.state.secret == null }
  get #current (): number { return epochAt(this.#init.now(), this.#init.state.policy.epoch) }

  /**
   * Derives what later proofs need before the keys are gone; what retention no longer reaches is forgotten.
   *
   * @param oldest - the oldest epoch key held, before it is moved on
   */
  note (oldest: { epoch: number, key: Uint8Array }): void {
    const { state } = this.#init
    const current = this.#current
    if (state.secret != null || state.ages?.[current] != null) {
      return
    }
    const ages = state.ages ?? {}
    const first = current - Math.min(MAX_AGES, state.policy.retention < 0 ? MAX_AGES : Math.ceil(state.policy.retention / state.policy.epoch) + 1)
    let { key } = oldest
    for (let { epoch } = oldest; epoch <= current; epoch++) {
      if (epoch >= first) {
        ages[epoch] ??= toString(ageKey(key), 'base64url')
      }
      key = ratchet(key)
    }
    state.ages = Object.fromEntries(Object.entries(ages).filter(([epoch]) => Number(epoch) >= first))
  }

  #proof (epoch: number, prover: string, verifier: string): Uint8Array | undefined {
    const key = this.#init.state.ages?.[epoch]
    const text = new TextEncoder()
    // bound to both hosts: nobody can show another's
    return key == null ? undefined : hmacSha256(fromString(key, 'base64url'), label('age', text.encode(`${prover}/${verifier}`))).slice(0, PROOF_LENGTH)
  }

  /** What `self` shows `peer`; nothing where it is not asked for. */
  proofs (self: string, peer: string): AgeProof[] {
    const proofs: AgeProof[] = []
    const current = this.#current
    for (let back = 0; this.#enforced && back <= MAX_AGES; back = back < PROVED_ALL ? back + 1 : Math.ceil(back * 1.25)) {
      const mac = this.#proof(current - back, self, peer)
      if (mac != null) {
        proofs.push({ epoch: current - back, mac })
      }
    }
    // the oldest is the one that says how long
    const oldest = Math.min(...Object.keys(this.#init.state.ages ?? {}).map(Number))
    const mac = proofs.length === 0 || proofs.some(({ epoch }) => epoch === oldest) ? undefined : this.#proof(oldest, self, peer)
    return mac == null ? proofs : [...proofs, { epoch: oldest, mac }]
  }

  /** From when on `peer` may be given messages, ms. It is a member now, or it would not be connected: this epoch is proved. */
  since (peer: string, self: string, shown: AgeProof[]): number {
    if (!this.#enforced) {
      return 0
    }
    const proved = shown.filter(({ epoch, mac }) => {
      const expected = this.#proof(epoch, peer, self)
      return expected != null && constantTimeEqual(expected, mac)
    })
    return Math.min(this.#current, ...proved.map(({ epoch }) => epoch)) * this.#init.state.policy.epoch
  }
}
