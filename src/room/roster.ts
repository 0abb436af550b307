import type { MessageId, PersonaId, SignedMessage } from '../wire/index.ts'

/** Bound on personas known in one room. */
export const MAX_PERSONAS = 10_000

export interface Member {
  persona: PersonaId
  hello: SignedMessage
  /** public key of the invite it came in through, hex; null in open rooms and for the founder */
  branch: string | null
  invitedBy: PersonaId | null
  /** what it would like to be called */
  hint: string
  /** X-Wing public key for what is sealed to it, or undefined */
  sealingKey?: Uint8Array
  firstSeen: number
  /** when this member first heard of it, by its own clock, ms */
  known: number
  burned: boolean
  stampBits: number
}

/** A hello's admission, checked by the engine with wire/invite. */
export interface AdmissionClaim {
  branch: string
  issuer: PersonaId
  /** most personas this invite lets in; 0: any number */
  uses: number
  expires?: number
}

export interface RosterInit {
  kind: 'open' | 'invite' | 'direct' | 'list'
  founder: PersonaId | null
  maxPersonas?: number
  /** somebody came with an invite that has let in as many as it may */
  onUsedUp? (persona: PersonaId, claim: AdmissionClaim): void
}

/** 'full': members may disagree about it, since each counts whom it met first. */
export type AdmissionResult = 'admitted' | 'issuer-unknown' | 'full' | 'refused'

/**
 * Who is in a room: personas whose hello was accepted. In an invite-only room a hello must show an
 * invite whose issuer is a member, back to the founder, and an invite lets in only as many living
 * personas as it says, until it expires; later only in place of those that were burned.
 */
export class Roster {
  readonly #init: RosterInit
  readonly #members = new Map<PersonaId, Member>()
  readonly #byBranch = new Map<string, Set<PersonaId>>()
  readonly #silent = new Set<PersonaId>()
  /** local names, given by the reader */
  readonly petnames = new Map<PersonaId, string>()

  constructor (init: RosterInit) {
    this.#init = init
  }

  get size (): number { return this.#members.size }
  has (persona: PersonaId): boolean { return this.#members.has(persona) }
  get (persona: PersonaId): Member | undefined { return this.#members.get(persona) }
  all (): Member[] { return [...this.#members.values()] }

  /** The room lets in personas only with an invite. */
  get needsInvite (): boolean {
    return this.#init.kind === 'invite' || this.#init.kind === 'direct'
  }

  admit (hello: SignedMessage, claim: AdmissionClaim | undefined, now: number, details: { hint: string, sealingKey?: Uint8Array, stampBits: number, known: number }): AdmissionResult {
    if (this.#members.has(hello.author)) {
      return 'admitted'
    }
    let branch: string | null = null
    let invitedBy: PersonaId | null = null
    if (this.needsInvite && hello.author !== this.#init.founder) {
      if (claim == null) {
        return 'refused'
      }
      if (claim.issuer !== this.#init.founder && !this.#members.has(claim.issuer)) {
        return 'issuer-unknown'
      }
      const came = [...this.#byBranch.get(claim.branch) ?? []].flatMap(p => this.#members.get(p) ?? [])
      if (claim.uses > 0 && came.filter(({ burned }) => !burned).length >= claim.uses) {
        this.#init.onUsedUp?.(hello.author, claim)
        return 'full'
      }
      // who burns its persona came in time; each burned one makes way for one that says hello later. Members may hear of it before the burn
      const late = ({ time }: SignedMessage): boolean => claim.expires != null && time > claim.expires
      if (late(hello) && came.filter(member => late(member.hello)).length >= came.filter(({ burned }) => burned).length) {
        return 'full'
      }
      branch = claim.branch
      invitedBy = claim.issuer
    }
    if (this.#members.size >= (this.#init.maxPersonas ?? MAX_PERSONAS) && !this.#makeRoom()) {
      return 'full'
    }
    if (branch != null) {
      const personas = this.#byBranch.get(branch) ?? new Set()
      personas.add(hello.author)
      this.#byBranch.set(branch, personas)
    }
    this.#members.set(hello.author, { persona: hello.author, hello, branch, invitedBy, firstSeen: Math.min(hello.time, now), burned: false, ...details })
    if (hello.author !== this.#init.founder) {
      this.#silent.add(hello.author)
    }
    return 'admitted'
  }

  /** Who says something is no empty name. */
  spoke (persona: PersonaId): void {
    this.#silent.delete(persona)
  }

  /** Where names cost little, those that never said a word make way for newcomers, the oldest first. */
  #makeRoom (): boolean {
    const [silent] = this.needsInvite ? [] : this.#silent
    return silent != null && this.#silent.delete(silent) && this.#members.delete(silent)
  }

  burn (persona: PersonaId): void {
    const member = this.#members.get(persona)
    if (member != null) {
      member.burned = true
    }
  }

  /** What to call a persona: the reader's own name for it, its hint, or the end of its ID. */
  petname (persona: PersonaId): string {
    return this.petnames.get(persona) ?? (this.#members.get(persona)?.hint || `…${persona.slice(-6)}`)
  }

  helloOf (persona: PersonaId): MessageId | undefined {
    return this.#members.get(persona)?.hello.id
  }
}
