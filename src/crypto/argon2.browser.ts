/** Argon2id of a browser, which has none of its own. */
export { argon2idInWasm as argon2id, PASSPHRASE_COST } from './argon2-wasm.ts'
export type { Argon2Cost } from './argon2-wasm.ts'
