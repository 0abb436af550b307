// The library with Argon2 alone. It is CommonJS, whose names a page that loads it late would not see.
import library from '../../node_modules/hash-wasm/dist/argon2.umd.min.js'

export const argon2id = library.argon2id
