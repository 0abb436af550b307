import { expect } from 'aegir/chai'
import fc from 'fast-check'
import { concat, equals, toString } from 'uint8arrays'
import * as browserHex from '../../src/crypto/hex.browser.ts'
import { generateKeyPair, packBytes, packedToHex, packedWriter, roomIdFromSecret, toHexEach, unpackBytes } from '../../src/crypto/index.ts'
import * as browser from '../../src/crypto/packed-bytes.browser.ts'
import { readBody } from '../../src/wire/body-codec.ts'
import { decodeMessage, encodePayload, encodeSigned, signMessage } from '../../src/wire/index.ts'
import { Payload } from '../../src/wire/payload.ts'
import { readPlain } from '../../src/wire/plain-payload.ts'
import type { KnownBody, MessageId, PersonaId, SignedMessage } from '../../src/wire/index.ts'

const room = roomIdFromSecret(new Uint8Array(32).fill(1))
const author = generateKeyPair(new Uint8Array(32).fill(2))
const other = generateKeyPair(new Uint8Array(32).fill(3))
const SIGNATURE_LENGTH = 64

const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => toString(bytes, 'hex') as MessageId)
const text = fc.string({ unit: 'grapheme', maxLength: 200 })
const body: fc.Arbitrary<KnownBody> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text, mentions: fc.constant<PersonaId[]>([]) }),
  fc.record({ kind: fc.constant('reply' as const), to: id, text, mentions: fc.constant<PersonaId[]>([]) }),
  fc.record({ kind: fc.constant('edit' as const), to: id, text })
)
const fields = fc.record({
  sequence: fc.oneof(fc.constant(0), fc.nat(300), fc.maxSafeNat()),
  previous: id,
  seen: fc.array(id, { maxLength: 8 }),
  time: fc.oneof(fc.constant(0), fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }), fc.maxSafeNat()),
  expires: fc.option(fc.maxSafeNat(), { nil: undefined }),
  body
})

async function say ({ sequence, previous, ...rest }: any): Promise<SignedMessage> {
  return signMessage(author.privateKey, room, encodePayload({ authorKey: author.publicKey, sequence, previous: sequence === 0 ? undefined : previous, ...rest }))
}

/** What the general reader makes of it. */
function general (signed: Uint8Array): object {
  const decoded = Payload.decode(signed.subarray(SIGNATURE_LENGTH))
  const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
  return {
    key: hex(decoded.author),
    sequence: Number(decoded.sequence),
    previous: decoded.previous.length === 0 ? undefined : hex(decoded.previous),
    seen: decoded.seen.map(hex),
    time: Number(decoded.time),
    expires: decoded.expires == null ? undefined : Number(decoded.expires),
    body: readBody(decoded)
  }
}

function packed (signed: Uint8Array): object {
  const { authorKey, sequence, previous, seen, time, expires, body } = decodeMessage(signed)
  return { key: toString(authorKey, 'hex'), sequence, previous, seen, time, expires, body }
}

describe('a message that is held', () => {
  it('says what the general reader says, whatever is in it, and gives back its very bytes', async () => {
    await fc.assert(fc.asyncProperty(fields, async each => {
      const message = await say(each)
      const signed = encodeSigned(message)
      expect(packed(signed)).to.deep.equal(general(signed))
      expect(message.kind).to.equal(each.body.kind)
      expect(message.size).to.equal(message.payload.length)
      expect(encodeSigned(decodeMessage(signed))).to.deep.equal(signed)
      expect(equals(concat([message.signature, message.payload]), signed)).to.equal(true)
    }), { numRuns: 150 })
  })

  it('is refused or read as the general reader would, whichever byte is changed, added or missing', async () => {
    const signed = encodeSigned(await say({ sequence: 300, previous: 'ab'.repeat(32), seen: ['cd'.repeat(32)], time: 1_700_000_000_000, expires: 1_700_000_000_001, body: { kind: 'reply', to: 'ef'.repeat(32), text: 'grüße', mentions: [] } }))
    let plain = 0
    await fc.assert(fc.asyncProperty(fc.integer({ min: SIGNATURE_LENGTH, max: signed.length - 1 }), fc.integer({ min: 1, max: 255 }), fc.constantFrom('change', 'cut', 'insert'), async (at, by, how) => {
      const changed = how === 'change'
        ? signed.map((byte, i) => i === at ? byte ^ by : byte)
        : how === 'cut' ? signed.slice(0, at) : new Uint8Array([...signed.slice(0, at), by, ...signed.slice(at)])
      plain += readPlain(changed, SIGNATURE_LENGTH) == null ? 0 : 1
      const read = (reader: (signed: Uint8Array) => object): unknown => {
        try {
          return reader(changed)
        } catch {
          return 'refused'
        }
      }
      const [ours, theirs] = [read(packed), read(general)] as any[]
      // the message asks for more than the form: an author that may sign, and a chain without holes
      if (ours !== 'refused') {
        expect(ours).to.deep.equal(theirs)
      } else if (theirs !== 'refused') {
        const wrongChain = (theirs.sequence === 0) !== (theirs.previous == null) || (theirs.previous?.length ?? 64) !== 64
        const wrongIds = theirs.seen.some((each: string) => each.length !== 64) || Math.max(theirs.sequence, theirs.time, theirs.expires ?? 0) > Number.MAX_SAFE_INTEGER
        const wrongKey = theirs.key !== toString(author.publicKey, 'hex')
        expect(wrongChain || wrongIds || wrongKey, `${how} ${at} ${by}`).to.equal(true)
      }
    }), { numRuns: 1_500 })
    expect(plain).to.be.above(100)
  })

  it('does not keep the frame it came in, nor change with it', async () => {
    for (const body of [{ kind: 'text', text: 'words', mentions: [] }, { kind: 'entry', entry: new Uint8Array(40).fill(7) }]) {
      const signed = encodeSigned(await say({ sequence: 0, seen: [], time: 1, body }))
      const frame = new Uint8Array(10_000)
      frame.set(signed, 500)
      const message = decodeMessage(frame.subarray(500, 500 + signed.length))
      frame.fill(0)
      expect(encodeSigned(message)).to.deep.equal(signed)
      expect(message.body).to.deep.equal(body)
      expect(message.authorKey).to.deep.equal(author.publicKey).and.not.deep.equal(other.publicKey)
    }
  })

  it('is packed alike in Node.js and in browsers', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i * 31)
    expect(browser.packBytes(bytes)).to.equal(packBytes(bytes))
    expect(browser.unpackBytes(packBytes(bytes))).to.deep.equal(bytes)
    expect(unpackBytes(packBytes(bytes))).to.deep.equal(bytes)
    for (const each of [{ packedToHex, packedWriter }, browser]) {
      const packed = packBytes(bytes.subarray(0, 64))
      expect(each.packedToHex(packed)).to.equal(toString(bytes.subarray(0, 64), 'hex'))
      // into a part of a larger array, and nowhere else
      const target = new Uint8Array(80)
      each.packedWriter(target.subarray(2, 70))(packed, 3)
      expect(target).to.deep.equal(concat([new Uint8Array(5), bytes.subarray(0, 64), new Uint8Array(11)]))
    }
    for (const each of [toHexEach, browserHex.toHexEach]) {
      expect(each(bytes.subarray(0, 96), 32)).to.deep.equal([0, 32, 64].map(at => toString(bytes.subarray(at, at + 32), 'hex')))
    }
  })
})
