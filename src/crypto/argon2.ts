import * as crypto from 'node:crypto'
import { argon2idInWasm } from './argon2-wasm.ts'
import type { Argon2Cost } from './argon2-wasm.ts'
import type { AbortOptions } from '@libp2p/interface'

export { PASSPHRASE_COST } from './argon2-wasm.ts'
export type { Argon2Cost } from './argon2-wasm.ts'

/**
 * Argon2id (RFC 9106). Node.js 24.7 has its own, in a thread of its own, which gives its memory back
 * at once; before that it is WebAssembly, which blocks its thread and keeps its memory for a while.
 *
 * @param salt - at least 8 bytes
 * @param length - bytes wanted, at least 4
 */
export async function argon2id (password: Uint8Array, salt: Uint8Array, cost: Argon2Cost, length = 32, options: AbortOptions = {}): Promise<Uint8Array> {
  if (crypto.argon2 == null) {
    return argon2idInWasm(password, salt, cost, length, options)
  }
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', { message: password, nonce: salt, parallelism: cost.parallelism, memory: cost.memoryKiB, passes: cost.passes, tagLength: length }, (error, tag) => {
      if (error == null) {
        resolve(new Uint8Array(tag.buffer, tag.byteOffset, tag.byteLength))
      } else {
        reject(error)
      }
    })
  })
}
