import type { AbortOptions } from '@libp2p/interface'

/** What an Argon2id hash costs (RFC 9106 §3.1). */
export interface Argon2Cost {
  /** memory, KiB */
  memoryKiB: number
  /** passes over it */
  passes: number
  /** lanes */
  parallelism: number
}

/** DESIGN: at least 64 MiB and 3 passes (RFC 9106 §4, second recommended option with one lane). */
export const PASSPHRASE_COST: Argon2Cost = Object.freeze({ memoryKiB: 65_536, passes: 3, parallelism: 1 })

/**
 * Argon2id (RFC 9106), loaded when first used. It blocks its thread while it works.
 *
 * @param salt - at least 8 bytes
 * @param length - bytes wanted, at least 4
 */
export async function argon2idInWasm (password: Uint8Array, salt: Uint8Array, cost: Argon2Cost, length = 32, options: AbortOptions = {}): Promise<Uint8Array> {
  const { argon2id: hash } = await import('hash-wasm')
  const work = {
    password,
    salt,
    iterations: cost.passes,
    parallelism: cost.parallelism,
    memorySize: cost.memoryKiB,
    hashLength: length,
    outputType: 'binary' as const,
    // a page's worker stops; the library itself does not know it
    signal: options.signal
  }
  return hash(work)
}
