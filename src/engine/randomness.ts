/** 32 fresh random bytes from the platform's generator: a room secret, a key or a seed. */
export function randomSeed (): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(32))
}
