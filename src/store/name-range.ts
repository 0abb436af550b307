import { concat } from 'uint8arrays'

/** Of every name in the database: whose it is, then which, 16 bytes each. */
export const PREFIX_LENGTH = 16
export const NAME_LENGTH = 16

/** All names that begin with `prefix`. */
export function namesOf (prefix: Uint8Array): { gte: Uint8Array, lte: Uint8Array } {
  return { gte: prefix, lte: concat([prefix, new Uint8Array(NAME_LENGTH).fill(0xff)]) }
}
