import { CipherSuite, Aes256Gcm, HkdfSha256 } from '@hpke/core'
import { XWing } from '@hpke/hybridkem-x-wing'
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js'
import { expect } from 'aegir/chai'
import { concat, fromString, toString } from 'uint8arrays'
import { argon2id, generateKeyPair, hkdfSha256, open, seal, sign, verify } from '../../src/crypto/index.ts'
import vectors from '../vectors/published.json' with { type: 'json' }

const bytes = (hex: string): Uint8Array => fromString(hex, 'hex')
const hex = (value: Uint8Array): string => toString(value, 'hex')

describe('primitives, against what others published', () => {
  vectors.hkdf.cases.forEach((each, i) => {
    it(`HKDF-SHA-256 gives the output of RFC 5869 case ${i + 1}`, () => {
      expect(hex(hkdfSha256(bytes(each.ikm), bytes(each.salt), bytes(each.info), each.length))).to.equal(each.okm)
    })
  })

  vectors.ed25519.cases.forEach((each, i) => {
    it(`Ed25519 signs and verifies like RFC 8032 case ${i + 1}`, async () => {
      const pair = generateKeyPair(bytes(each.seed))
      expect(hex(pair.publicKey)).to.equal(each.publicKey)
      expect(hex(await sign(pair.privateKey, bytes(each.message)))).to.equal(each.signature)
      expect(await verify(pair.publicKey, bytes(each.signature), bytes(each.message))).to.equal(true)
      expect(await verify(pair.publicKey, bytes(each.signature), bytes(`${each.message}00`))).to.equal(false)
    })
  })

  it('ChaCha20-Poly1305 under our XChaCha20 gives the bytes of RFC 8439', () => {
    const { key, nonce, aad, plaintext, ciphertext, tag } = vectors.chacha20poly1305
    expect(hex(chacha20poly1305(bytes(key), bytes(nonce), bytes(aad)).encrypt(bytes(plaintext)))).to.equal(ciphertext + tag)
  })

  it('XChaCha20-Poly1305 seals to the bytes of the draft, and opens only unchanged', () => {
    const { key, nonce, aad, plaintext, ciphertext, tag } = vectors.xchacha20poly1305
    const sealed = seal(bytes(key), bytes(plaintext), bytes(aad), bytes(nonce))
    expect(hex(sealed)).to.equal(nonce + ciphertext + tag)
    expect(hex(open(bytes(key), sealed, bytes(aad)) as Uint8Array)).to.equal(plaintext)
    for (const at of [0, 24, sealed.length - 1]) {
      const changed = sealed.slice()
      changed[at] ^= 1
      expect(open(bytes(key), changed, bytes(aad)), `byte ${at}`).to.equal(undefined)
    }
    expect(open(bytes(key), sealed, concat([bytes(aad), bytes('00')]))).to.equal(undefined)
    expect(open(bytes(key), sealed.subarray(0, 39), bytes(aad))).to.equal(undefined)
  })

  it('XChaCha20-Poly1305 agrees with a second implementation on every length, wherever in memory its input lies', () => {
    const memory = new Uint8Array(1_024).map((_, i) => i * 7 + (i >> 3))
    // where there are Buffers, slices of them share a pool
    const views = [memory, ...('Buffer' in globalThis ? [globalThis.Buffer.from(memory)] : [])]
    for (const view of views) {
      for (let length = 0; length < 300; length++) {
        const [key, nonce, aad, plaintext] = [view.subarray(length, length + 32), view.subarray(length + 3, length + 27), view.subarray(0, length % 17), view.subarray(length, 2 * length)]
        const expected = xchacha20poly1305(new Uint8Array(key), new Uint8Array(nonce), new Uint8Array(aad)).encrypt(new Uint8Array(plaintext))
        const sealed = seal(key, plaintext, aad, nonce)
        expect(hex(sealed.subarray(24))).to.equal(hex(expected))
        expect(hex(open(key, sealed, aad) as Uint8Array)).to.equal(hex(plaintext))
      }
    }
  })

  it('Argon2id gives the reference implementation\'s hash', async function () {
    this.timeout(30_000)
    const { password, salt, tag, ...cost } = vectors.argon2id.reference
    expect(hex(await argon2id(bytes(password), bytes(salt), cost, 32))).to.equal(tag)
  })

  it('Argon2id agrees with a second implementation that passes RFC 9106', async () => {
    const { password, salt, secret, ad, memoryKiB, passes, parallelism, tag } = vectors.argon2id.rfc
    const settings = { m: memoryKiB, t: passes, p: parallelism, dkLen: 32 }
    // the secret and associated data of the RFC's vector are inputs that ours never takes
    expect(hex(nobleArgon2id(bytes(password), bytes(salt), { ...settings, key: bytes(secret), personalization: bytes(ad) }))).to.equal(tag)
    expect(hex(await argon2id(bytes(password), bytes(salt), { memoryKiB, passes, parallelism }))).to.equal(hex(nobleArgon2id(bytes(password), bytes(salt), settings)))
  })

  it('X-Wing, which sealing to a persona is built on, gives the shared secret of the draft', async () => {
    const { seed, encapsulationSeed, sharedSecret } = vectors.xwing
    const kem = new XWing()
    const { publicKey, privateKey } = await kem.generateKeyPairDerand(bytes(seed))
    const ekm = bytes(encapsulationSeed).slice().buffer as ArrayBuffer
    const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() })
    expect(suite.kem.id).to.equal(0x647a)
    const given = await kem.encap({ recipientPublicKey: publicKey, ekm })
    expect(hex(new Uint8Array(given.sharedSecret))).to.equal(sharedSecret)
    expect(hex(new Uint8Array(await kem.decap({ recipientKey: privateKey, enc: given.enc })))).to.equal(sharedSecret)
  })
})
