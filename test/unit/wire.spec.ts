import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { epochKeyFromSecret, epochKeys, generateKeyPair, personaId, roomIdFromSecret } from '../../src/crypto/index.ts'
import { fewestAddresses } from '../../src/engine/private-rooms.ts'
import { InvalidInviteError, InvalidMessageError, MAX_SIGNED_LENGTH, MessageTooLargeError, SIZE_CLASSES, checkInvite, checkRecord, decodeInvite, decodeMessage, encodeInvite, encodeInviteCode, encodePayload, encodeSigned, inviteLink, isSizeClass, issueCertificate, openRecord, packEnvelope, proveAdmission, recordKey, recordSequence, sealRecord, selectRecord, signMessage, unpackEnvelope, verifyAdmission, verifyRun } from '../../src/wire/index.ts'
import { withSignature } from '../support/with-signature.ts'
import type { Invite, KnownBody, MessageId, SignedMessage } from '../../src/wire/index.ts'

const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte)
const secret = filled(1)
const room = roomIdFromSecret(secret)
const author = generateKeyPair(filled(2))
const other = generateKeyPair(filled(3))
const persona = personaId(author.publicKey)
const target = 'ab'.repeat(32) as MessageId
const keysOf = (epoch: number): ReturnType<typeof epochKeys> => epochKeys(epochKeyFromSecret(secret, epoch))

async function say (body: KnownBody, fields: { sequence?: number, previous?: MessageId, time?: number } = {}): Promise<SignedMessage> {
  const { sequence = 0, previous, time = 1_700_000_000_000 } = fields
  return signMessage(author.privateKey, room, encodePayload({ authorKey: author.publicKey, sequence, previous, seen: [], time, body }))
}

async function chain (length: number): Promise<SignedMessage[]> {
  const messages: SignedMessage[] = []
  for (let sequence = 0; sequence < length; sequence++) {
    messages.push(await say({ kind: 'text', text: `number ${sequence}`, mentions: [] }, { sequence, previous: messages[sequence - 1]?.id, time: 1_000 + sequence }))
  }
  return messages
}

const bodies: KnownBody[] = [
  { kind: 'text', text: 'hello', mentions: [persona] },
  { kind: 'reply', to: target, text: 'yes', mentions: [] },
  { kind: 'reaction', to: target, emoji: '🌷', remove: true },
  { kind: 'edit', to: target, text: 'better' },
  { kind: 'delete', to: target },
  { kind: 'attachment', name: 'a.txt', type: 'text/plain', size: 3, hash: filled(4), key: filled(5), chunkSize: 3, chunks: [filled(6)], thumbnail: new Uint8Array(), text: '' },
  { kind: 'receipt', ids: [target] },
  { kind: 'typing', until: 5 },
  { kind: 'hello', sealingKey: filled(7, 1_216), stamp: new Uint8Array(), petname: 'Ana', capabilities: 0 },
  { kind: 'burn' },
  { kind: 'charter', charter: filled(8) },
  { kind: 'vote', proposal: target, choice: 'yes' },
  { kind: 'report', sealed: filled(9, 40) },
  { kind: 'entry', entry: filled(10) },
  { kind: 'move', sealed: [{ persona, sealed: filled(11, 50) }], without: [persona] },
  { kind: 'direct', to: persona, sealed: filled(12, 50) }
]

describe('messages', () => {
  bodies.forEach(body => {
    it(`of kind ${body.kind} come back as they were said`, async () => {
      const message = decodeMessage(encodeSigned(await say(body)))
      expect(message.body).to.deep.equal(body)
      expect(message.author).to.equal(persona)
    })
  })

  it('of a kind this version does not know are kept, not dropped', async () => {
    const known = await say({ kind: 'burn' })
    // a field far above those in use, length-delimited, with one byte in it
    const later = new Uint8Array([...known.payload.subarray(0, known.payload.length - 2), 0xfa, 0x3e, 0x01, 0x2a])
    const message = await signMessage(author.privateKey, room, later)
    expect(message.body.kind).to.equal('unknown')
    expect(decodeMessage(encodeSigned(message)).id).to.equal(message.id)
  })

  it('over the limits are refused when written and when read', async () => {
    expect(() => encodePayload({ authorKey: author.publicKey, sequence: 0, seen: [], time: 0, body: { kind: 'text', text: 'x'.repeat(16_385), mentions: [] } })).to.throw()
    expect(() => encodePayload({ authorKey: author.publicKey, sequence: 1, seen: [], time: 0, body: { kind: 'burn' } })).to.throw(InvalidMessageError)
    expect(() => decodeMessage(new Uint8Array(MAX_SIGNED_LENGTH + 1))).to.throw(InvalidMessageError)
  })
})

describe('an author\'s run', () => {
  it('is vouched for by one signature', async () => {
    const messages = await chain(5)
    const unsigned = messages.map((m, i) => i < 4 ? withSignature(m, filled(0, 64)) : m)
    const { valid, signed } = await verifyRun(room, unsigned)
    expect(valid).to.have.lengthOf(5)
    expect(signed).to.have.lengthOf(1)
  })

  it('is not vouched for past a gap, a forged link or a wrong last signature', async () => {
    const messages = await chain(5)
    const gap = [messages[0], withSignature(messages[1], filled(0, 64)), messages[3], messages[4]]
    expect((await verifyRun(room, gap)).invalid.map(m => m.sequence)).to.deep.equal([1])
    const wrong = messages.map((m, i) => i === 4 ? withSignature(m, filled(0, 64)) : m)
    expect((await verifyRun(room, wrong)).valid).to.have.lengthOf(0)
  })
})

describe('envelopes', () => {
  it('have the size of a class, whatever is in them, and open to what was put in', async () => {
    for (const length of [0, 1, 100, 214, 215, 216, 5_000, 16_000, MAX_SIGNED_LENGTH]) {
      const signed = filled(9, length)
      const envelope = packEnvelope(keysOf(1), signed)
      expect(SIZE_CLASSES).to.include(envelope.length)
      expect(unpackEnvelope(keysOf(1), envelope)).to.deep.equal(signed)
    }
    expect(() => packEnvelope(keysOf(1), new Uint8Array(MAX_SIGNED_LENGTH + 1))).to.throw(MessageTooLargeError)
    expect(isSizeClass(300)).to.equal(false)
  })

  it('are the same for the same message and epoch, unrelated in another room or epoch', async () => {
    const signed = encodeSigned(await say({ kind: 'text', text: 'the same words', mentions: [] }))
    const one = packEnvelope(keysOf(1), signed)
    expect(packEnvelope(keysOf(1), signed)).to.deep.equal(one)
    const elsewhere = epochKeys(epochKeyFromSecret(filled(77), 1))
    for (const unrelated of [packEnvelope(keysOf(2), signed), packEnvelope(elsewhere, signed)]) {
      const equal = unrelated.filter((byte, i) => byte === one[i]).length
      // 256 random bytes agree in one place on average; 16 would be one chance in 10^13
      expect(equal).to.be.below(16)
    }
    expect(unpackEnvelope(keysOf(2), one)).to.equal(undefined)
  })

  it('cannot be given a second form by a member', async () => {
    const signed = encodeSigned(await say({ kind: 'burn' }))
    const envelope = packEnvelope(keysOf(1), signed)
    for (const at of [0, 23, 24, 255]) {
      const changed = envelope.slice()
      changed[at] ^= 1
      expect(unpackEnvelope(keysOf(1), changed)).to.equal(undefined)
    }
    expect(unpackEnvelope(keysOf(1), envelope.subarray(0, 255))).to.equal(undefined)
  })
})

const invite: Invite = {
  version: 1,
  kind: 'invite',
  room,
  name: 'مطبخ',
  epoch: 3,
  epochKey: filled(5),
  epochLength: 3_600_000,
  founder: persona,
  expires: 2_000,
  uses: 1,
  inviteSeed: filled(6),
  certificate: filled(7, 120),
  contacts: ['/ip4/192.0.2.1/tcp/4001', '/ip4/192.0.2.1/udp/4001/webrtc-direct', '/dns4/relay.example/tcp/443/wss', '/ip6/2001:db8::1/tcp/4001'].map(a => multiaddr(a))
}

describe('invites', () => {
  it('come back from text, from a link, and with white space around', () => {
    const text = encodeInvite(invite)
    expect(text).to.match(/^undertone:join\/[A-Za-z0-9_-]+$/)
    for (const form of [text, ` ${text}\n`, inviteLink('https://app.example/x', invite), text.slice('undertone:join/'.length)]) {
      const decoded = decodeInvite(form)
      expect(decoded.name).to.equal(invite.name)
      expect(decoded.contacts.map(String)).to.deep.equal(invite.contacts.map(String))
      expect(decoded.epochKey).to.deep.equal(invite.epochKey)
    }
  })

  it('with four addresses fit a QR code', () => {
    expect(encodeInvite(invite).length).to.be.at.most(1_200)
  })

  it('come back from the code that a camera reads, which has only what QR codes write in fewest dots', () => {
    const code = encodeInviteCode(invite)
    expect(code).to.match(/^UNDERTONE:JOIN\/[A-Z2-7]+$/)
    for (const form of [code, ` ${code}\n`]) {
      const decoded = decodeInvite(form)
      expect(decoded.contacts.map(String)).to.deep.equal(invite.contacts.map(String))
      expect(decoded.inviteSeed).to.deep.equal(invite.inviteSeed)
    }
    expect(() => decodeInvite(code.slice(0, -20))).to.throw(InvalidInviteError)
  })

  it('have two addresses in a code, one of which a page can dial', () => {
    expect(fewestAddresses(invite.contacts).map(String)).to.deep.equal(['/ip4/192.0.2.1/udp/4001/webrtc-direct', '/ip4/192.0.2.1/tcp/4001'])
    expect(fewestAddresses(invite.contacts.slice(0, 1)).map(String)).to.deep.equal(['/ip4/192.0.2.1/tcp/4001'])
    expect(fewestAddresses([])).to.deep.equal([])
  })

  it('keep the secret out of invite-only rooms', () => {
    expect(decodeInvite(encodeInvite(invite)).secret).to.equal(undefined)
  })

  const faults: Array<[string, (text: string) => string, string]> = [
    ['truncated', text => text.slice(0, -10), 'truncated'],
    ['altered', text => text.slice(0, 60) + (text[60] === 'A' ? 'B' : 'A') + text.slice(61), 'altered'],
    ['of another version', text => text.replace('undertone:join/A', 'undertone:join/C'), 'version'],
    ['not one at all', () => 'hello there', 'format'],
    ['empty', () => '', 'format'],
    ['endless', text => text.repeat(100), 'format']
  ]
  faults.forEach(([what, change, fault]) => {
    it(`that are ${what} are refused by name and say what to do`, () => {
      expect(() => decodeInvite(change(encodeInvite(invite)))).to.throw(InvalidInviteError).with.property('fault', fault)
    })
  })

  it('that have expired are refused', () => {
    expect(() => { checkInvite(invite, 1_999) }).to.not.throw()
    expect(() => { checkInvite(invite, 2_000) }).to.throw(InvalidInviteError).with.property('fault', 'expired')
  })

  it('let in who holds them, for one room and one persona', async () => {
    const inviteKey = generateKeyPair(filled(6)).publicKey
    const certificate = await issueCertificate(author, room, { inviteKey, uses: 2 })
    const guest = personaId(other.publicKey)
    const admission = await proveAdmission(filled(6), certificate, room, guest)
    expect(await verifyAdmission(room, admission, guest)).to.include({ issuer: persona, uses: 2 })
    expect(await verifyAdmission(room, admission, persona)).to.equal(undefined)
    expect(await verifyAdmission(roomIdFromSecret(filled(50)), admission, guest)).to.equal(undefined)
    const stolen = await proveAdmission(filled(60), certificate, room, guest)
    expect(await verifyAdmission(room, stolen, guest)).to.equal(undefined)
  })
})

describe('DHT records', () => {
  const keys = keysOf(1)
  const contact = { peer: personaId(generateKeyPair(filled(30)).publicKey), addresses: [multiaddr('/ip4/192.0.2.1/tcp/4001')], time: 5 }

  it('are accepted by servers under their key only, and opened by members of the epoch only', async () => {
    const value = await sealRecord(keys, 1, [contact], 9, filled(1, 24))
    expect(value).to.have.lengthOf(4_096)
    expect(await checkRecord(recordKey(keys, 1), value)).to.equal(true)
    expect(await checkRecord(recordKey(keys, 2), value)).to.equal(false)
    expect(await checkRecord(recordKey(keysOf(2), 1), value)).to.equal(false)
    expect(openRecord(keys, value)?.map(c => c.peer)).to.deep.equal([contact.peer])
    expect(openRecord(keysOf(2), value)).to.equal(undefined)
    expect(recordSequence(value)).to.equal(9)
    const older = await sealRecord(keys, 1, [], 8, filled(2, 24))
    expect(selectRecord([older, value])).to.equal(1)
  })

  it('changed in one place are refused', async () => {
    const value = await sealRecord(keys, 0, [contact], 9, filled(1, 24))
    for (const at of [0, 32, 40, 100, 4_095]) {
      const changed = value.slice()
      changed[at] ^= 1
      expect(await checkRecord(recordKey(keys, 0), changed), `byte ${at}`).to.equal(false)
    }
  })

  it('hold the newest contacts that fit, however many are given', async () => {
    const many = Array.from({ length: 200 }, (_, i) => ({ peer: personaId(generateKeyPair(new Uint8Array(32).fill(i + 1)).publicKey), addresses: Array.from({ length: 8 }, (_, j) => multiaddr(`/dns4/a-rather-long-name-${j}.relay.example.org/tcp/443/wss`)), time: i }))
    const value = await sealRecord(keys, 0, many, 1, filled(1, 24))
    expect(value).to.have.lengthOf(4_096)
    expect(openRecord(keys, value)?.[0].time).to.equal(199)
  })
})

describe('decoders, given anything', () => {
  // xorshift: the same bytes in every run
  let state = 2_463_534_242
  const random = (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }

  function mutated (bytes: Uint8Array): Uint8Array {
    const copy = bytes.slice(0, random(10) === 0 ? random(bytes.length) : bytes.length)
    for (let i = random(6); i >= 0 && copy.length > 0; i--) {
      copy[random(copy.length)] = random(256)
    }
    return copy
  }

  it('give a message or an InvalidMessageError', async function () {
    this.timeout(60_000)
    const seeds = await Promise.all(bodies.map(async body => encodeSigned(await say(body))))
    let decoded = 0
    for (let i = 0; i < 20_000; i++) {
      try {
        decodeMessage(mutated(seeds[i % seeds.length]))
        decoded++
      } catch (error) {
        expect(error, String((error as Error).stack)).to.be.instanceOf(InvalidMessageError)
      }
    }
    expect(decoded).to.be.above(100).and.below(19_900)
  })

  it('give an invite or an InvalidInviteError', function () {
    this.timeout(60_000)
    const text = encodeInvite(invite)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_#/ \u202e'
    for (let i = 0; i < 5_000; i++) {
      const at = random(text.length)
      const bad = text.slice(0, at) + alphabet[random(alphabet.length)] + text.slice(at + random(3))
      try {
        decodeInvite(bad)
      } catch (error) {
        expect(error, String((error as Error).stack)).to.be.instanceOf(InvalidInviteError)
      }
    }
  })

  it('open no envelope and no record that was changed', async function () {
    this.timeout(60_000)
    const envelope = packEnvelope(keysOf(1), encodeSigned(await say(bodies[0])))
    const record = await sealRecord(keysOf(1), 0, [], 1, filled(1, 24))
    for (let i = 0; i < 2_000; i++) {
      const changed = mutated(envelope)
      const same = changed.length === envelope.length && changed.every((byte, at) => byte === envelope[at])
      expect(unpackEnvelope(keysOf(1), changed) != null).to.equal(same)
      openRecord(keysOf(1), mutated(record))
    }
  })
})
