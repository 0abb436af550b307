import { publicKeyOf } from '../crypto/index.ts'
import { InvalidParametersError } from './errors.ts'

/** Room policy; every field has a default. Times in ms. */
export interface Policy {
  /** epoch length, ms (at least 1,000) */
  epoch: number
  /** how long messages live, ms; 0: not kept; -1: forever */
  retention: number
  /** leading zero bits of a persona's stamp */
  stampBits: number
  /** most messages of one persona that members forward: sustained, and at once */
  rate: { perSecond: number, burst: number }
  /** least time between two messages of one persona, ms */
  slowMode: number
  /** how long a newcomer may bring no links, invites or files, ms */
  probation: number
  /** 'all': late joiners get what is retained; 'join': only what came after they joined */
  history: 'all' | 'join'
  /** who may write: everybody, the founder, or these personas */
  writers: 'all' | 'founder' | string[]
}

export const EPOCH_LENGTH_MS = 3_600_000
export const RETENTION_MS = 86_400_000
/** epochs shorter than this cannot be told apart by real clocks */
export const MIN_EPOCH_LENGTH_MS = 1_000
/** a year: longer epochs would make the ratchet pointless */
export const MAX_EPOCH_LENGTH_MS = 31_536_000_000
export const MAX_STAMP_BITS = 20
const MAX_WRITERS = 256

/**
 * The burst is what lets someone paste a long run at once; the sustained rate bounds what one
 * persona can cost every member (a verified message costs about 0.15 ms, so 500 a second is less
 * than a tenth of a core).
 */
export const DEFAULT_POLICY: Policy = Object.freeze({
  epoch: EPOCH_LENGTH_MS,
  retention: RETENTION_MS,
  stampBits: 0,
  rate: Object.freeze({ perSecond: 500, burst: 2_000 }),
  slowMode: 0,
  probation: 0,
  history: 'all',
  writers: 'all'
})

function wholeNumber (value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || !Number.isInteger(value) || value < least || value > most) {
    throw new InvalidParametersError(`policy.${name} must be a whole number from ${least} to ${most}.`)
  }
  return value
}

/**
 * Fills a partial policy with defaults.
 *
 * @throws {InvalidParametersError} for an unknown field or a value out of range
 */
export function completePolicy (partial: unknown = {}): Policy {
  if (typeof partial !== 'object' || partial === null || Array.isArray(partial)) {
    throw new InvalidParametersError('policy must be an object.')
  }
  const policy: Policy = { ...DEFAULT_POLICY, rate: { ...DEFAULT_POLICY.rate } }
  for (const [name, value] of Object.entries(partial)) {
    // null counts as left out, as everywhere in calls
    if (value == null) {
      continue
    }
    switch (name) {
      case 'epoch':
        policy.epoch = wholeNumber(value, name, MIN_EPOCH_LENGTH_MS, MAX_EPOCH_LENGTH_MS)
        break
      case 'retention':
        policy.retention = value === 'none' ? 0 : value === 'forever' || value === Infinity ? -1 : wholeNumber(value, name, -1, Number.MAX_SAFE_INTEGER)
        break
      case 'stampBits':
        policy.stampBits = wholeNumber(value, name, 0, MAX_STAMP_BITS)
        break
      case 'slowMode':
        policy.slowMode = wholeNumber(value, name, 0, 86_400_000)
        break
      case 'probation':
        policy.probation = wholeNumber(value, name, 0, 2_592_000_000)
        break
      case 'history':
        if (value !== 'all' && value !== 'join') {
          throw new InvalidParametersError('policy.history must be "all" or "join".')
        }
        policy.history = value
        break
      case 'rate': {
        if (typeof value !== 'object' || Object.keys(value).some(key => key !== 'perSecond' && key !== 'burst')) {
          throw new InvalidParametersError('policy.rate must be {perSecond, burst}.')
        }
        const { perSecond = policy.rate.perSecond, burst = policy.rate.burst } = value as Partial<Policy['rate']>
        if (typeof perSecond !== 'number' || !(perSecond > 0) || perSecond > 1_000_000) {
          throw new InvalidParametersError('policy.rate.perSecond must be a number above 0 and at most 1,000,000.')
        }
        policy.rate = { perSecond, burst: wholeNumber(burst, 'rate.burst', 1, 1_000_000) }
        break
      }
      case 'writers':
        if (value !== 'all' && value !== 'founder' && !(Array.isArray(value) && value.length <= MAX_WRITERS && value.every(v => typeof v === 'string'))) {
          throw new InvalidParametersError(`policy.writers must be "all", "founder" or at most ${MAX_WRITERS} personas.`)
        }
        policy.writers = value as Policy['writers']
        break
      default:
        throw new InvalidParametersError(`policy.${name} is not known; use epoch, retention, stampBits, rate, slowMode, probation, history or writers.`)
    }
  }
  return policy
}

/**
 * A policy that somebody asks for. What others ask for is taken as it is: a writer that nobody can be writes nothing.
 *
 * @throws {InvalidParametersError} also when a writer is no persona
 */
export function checkedPolicy (partial: unknown): Policy {
  const policy = completePolicy(partial)
  try {
    Array.isArray(policy.writers) && policy.writers.forEach(publicKeyOf)
  } catch {
    throw new InvalidParametersError('policy.writers names something that is no persona. Personas look like 12D3KooW…; read room.members for those of a room.')
  }
  return policy
}

/** What differs from the default, as compact JSON: it travels in invites and charters. */
export function encodePolicy (policy: Policy): Uint8Array {
  const changed: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(policy)) {
    if (JSON.stringify(value) !== JSON.stringify(DEFAULT_POLICY[name as keyof Policy])) {
      changed[name] = value
    }
  }
  return Object.keys(changed).length === 0 ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(changed))
}

/**
 * @throws {InvalidParametersError} when the bytes are not a policy
 */
export function decodePolicy (bytes: Uint8Array | undefined): Policy {
  if (bytes == null || bytes.length === 0) {
    return completePolicy()
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new InvalidParametersError('The policy is damaged. Ask for a new invite.')
  }
  return completePolicy(value)
}

/** When a message sent at `time` is to be gone, ms; undefined: never. */
export function expiryOf (policy: Policy, time: number, own?: number): number | undefined {
  const byPolicy = policy.retention < 0 ? undefined : time + policy.retention
  if (own == null) {
    return byPolicy
  }
  return byPolicy == null ? own : Math.min(own, byPolicy)
}
