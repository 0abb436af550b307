import { expect } from 'aegir/chai'
import { ANCHOR_INTERVAL, EpochRangeError, InvalidPersonaError, InvalidRoomNameError, InvalidSealError, MAX_ADVANCE, advance, canonicalRoomName, checkStamp, constantTimeEqual, epochAt, epochKeyFromSecret, epochKeys, generateKeyPair, generateSealingKeyPair, mintStamp, nextEpochKey, openSealed, personaId, publicKeyOf, ratchet, roomIdFromSecret, sealTo, stampBits } from '../../src/crypto/index.ts'
import { relayCertificate } from '../../src/crypto/relay-certificate.ts'

const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte)
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('room keys', () => {
  it('walk from epoch to epoch to the key that the secret gives directly', () => {
    let key = epochKeyFromSecret(filled(1), ANCHOR_INTERVAL - 2)
    for (let epoch = ANCHOR_INTERVAL - 2; epoch < ANCHOR_INTERVAL + 2; epoch++) {
      key = nextEpochKey(key, epoch, filled(1))
      expect(key, `epoch ${epoch + 1}`).to.deep.equal(epochKeyFromSecret(filled(1), epoch + 1))
    }
  })

  it('of an invite-only room need no secret to go on past an anchor', () => {
    expect(nextEpochKey(filled(2), ANCHOR_INTERVAL - 1)).to.deep.equal(ratchet(filled(2)))
    expect(advance(filled(2), 10, 13)).to.deep.equal(ratchet(ratchet(ratchet(filled(2)))))
  })

  it('go forward only, and not without end', () => {
    expect(() => advance(filled(2), 10, 9)).to.throw(EpochRangeError)
    expect(() => advance(filled(2), 0, MAX_ADVANCE + 1)).to.throw(EpochRangeError)
    expect(() => epochAt(-1, 1_000)).to.throw(EpochRangeError)
    expect(() => epochAt(Number.NaN, 1_000)).to.throw(EpochRangeError)
  })

  it('of one epoch share nothing with each other or with the next epoch', () => {
    const seen = new Set<string>()
    for (const epoch of [1, 2]) {
      for (const value of Object.values(epochKeys(epochKeyFromSecret(filled(1), epoch)))) {
        seen.add(String(value))
      }
    }
    expect(seen.size).to.equal(14)
  })

  it('come from a name however it is typed, and from none that is empty', () => {
    expect(canonicalRoomName('  ＣＡＦＥ\u0301 \t Society')).to.equal('café society')
    for (const alike of [['Straße', 'STRASSE', 'straẞe', 'ſtraſſe'], ['ΟΔΟΣ', 'οδος', 'Οδοσ'], ['ﬁn', 'FIN'], ['Ꮳꮃꭹ', 'ꮳꮃꭹ', 'ᏣᎳᎩ'], ['ᾳ', 'ᾼ', 'αι'], ['İstanbul', 'i\u0307stanbul']]) {
      expect(new Set(alike.map(canonicalRoomName)), alike[0]).to.have.property('size', 1)
    }
    expect(canonicalRoomName('STRASSE')).to.equal('strasse')
    expect(canonicalRoomName('Ꮳ')).to.equal('Ꮳ')
    // another letter, not another case
    expect(canonicalRoomName('ısı')).to.not.equal(canonicalRoomName('ISI'))
    for (const bad of ['', ' \n ', 'x'.repeat(1_025), '\ud800']) {
      expect(() => canonicalRoomName(bad)).to.throw(InvalidRoomNameError)
    }
  })
})

describe('personas', () => {
  it('are peer IDs of Ed25519 keys, both ways', () => {
    const { publicKey } = generateKeyPair(filled(2))
    expect(personaId(publicKey)).to.match(/^12D3KooW/)
    expect(publicKeyOf(personaId(publicKey))).to.deep.equal(publicKey)
  })

  it('that are none are refused by name', () => {
    for (const bad of ['', 'hello', '12D3KooW', 'x'.repeat(10_000), 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N']) {
      expect(() => publicKeyOf(bad), bad.slice(0, 20)).to.throw(InvalidPersonaError)
    }
    // the neutral element and other points of small order sign for everybody
    expect(() => personaId(filled(0))).to.throw(InvalidPersonaError)
    expect(() => personaId(filled(1, 31))).to.throw(InvalidPersonaError)
  })
})

describe('sealing to a persona', () => {
  it('opens for its key, room and purpose only', async () => {
    const pair = await generateSealingKeyPair(filled(3))
    const sealed = await sealTo(pair.publicKey, text('for you'), text('move'), text('room/ana'))
    expect(await openSealed(pair.privateKey, sealed, text('move'), text('room/ana'))).to.deep.equal(text('for you'))
    await expect(openSealed(filled(4), sealed, text('move'), text('room/ana'))).to.eventually.be.rejectedWith(InvalidSealError)
    await expect(openSealed(pair.privateKey, sealed, text('report'), text('room/ana'))).to.eventually.be.rejectedWith(InvalidSealError)
    await expect(openSealed(pair.privateKey, sealed, text('move'), text('room/bob'))).to.eventually.be.rejectedWith(InvalidSealError)
    await expect(openSealed(pair.privateKey, sealed.subarray(0, 100), text('move'))).to.eventually.be.rejectedWith(InvalidSealError)
    await expect(sealTo(filled(1), text('x'), text('move'))).to.eventually.be.rejectedWith(InvalidSealError)
  })

  it('gives unrelated bytes each time', async () => {
    const pair = await generateSealingKeyPair(filled(3))
    const [one, two] = [await sealTo(pair.publicKey, text('same'), text('x')), await sealTo(pair.publicKey, text('same'), text('x'))]
    expect(constantTimeEqual(one, two)).to.equal(false)
  })
})

describe('stamps', () => {
  const roomId = roomIdFromSecret(filled(1))
  const persona = personaId(generateKeyPair(filled(2)).publicKey)
  const other = personaId(generateKeyPair(filled(3)).publicKey)

  it('count for the persona and room they were paid for, and for no more bits', async () => {
    const stamp = await mintStamp({ roomId, persona, bits: 3 })
    expect(stampBits(stamp)).to.equal(3)
    expect(await checkStamp({ roomId, persona, bits: 3, stamp })).to.equal(true)
    expect(await checkStamp({ roomId, persona, bits: 4, stamp })).to.equal(false)
    const raised = stamp.slice()
    raised[0] = 19
    expect(await checkStamp({ roomId, persona, bits: 19, stamp: raised })).to.equal(false)
    expect(await checkStamp({ roomId, persona, bits: 0, stamp: new Uint8Array() })).to.equal(true)
    expect(await checkStamp({ roomId, persona, bits: 1, stamp: new Uint8Array() })).to.equal(false)
  })

  it('of others are worth nothing', async () => {
    // 12 bits: a wrong one passes once in 4,096 tries
    const stamp = new Uint8Array(17)
    stamp[0] = 12
    expect(await checkStamp({ roomId, persona: other, bits: 12, stamp })).to.equal(false)
  })

  it('stop being worked on when asked to', async () => {
    const controller = new AbortController()
    const minting = mintStamp({ roomId, persona, bits: 20, signal: controller.signal })
    setTimeout(() => { controller.abort(new Error('enough')) }, 20)
    await expect(minting).to.eventually.be.rejectedWith('enough')
  })
})

describe('a relay\'s certificate', () => {
  it('follows from its seed to the byte, here and on other platforms, and from nothing else', () => {
    const { certhash, pem, privateKey } = relayCertificate(filled(7))
    expect(certhash).to.equal('uEiBwJ75vYdzBFOGWeiDB22SdS-5OuiKCoFicRab0JIYlAw')
    expect(relayCertificate(filled(7))).to.deep.equal({ certhash, pem, privateKey })
    expect(relayCertificate(filled(8)).certhash).to.not.equal(certhash)
    for (const [kind, block] of Object.entries({ CERTIFICATE: pem, 'PRIVATE KEY': privateKey })) {
      expect(block).to.match(new RegExp(`^-----BEGIN ${kind}-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END ${kind}-----\n$`))
    }
  })
})

describe('sealing with keys that lie inside larger buffers', () => {
  it('reads the view, not the buffer', async () => {
    const { publicKey, privateKey } = await generateSealingKeyPair()
    const large = new Uint8Array(publicKey.length + 100)
    large.set(publicKey, 50)
    // what protobuf decoding gives in Node.js is a Buffer, whose slice() is no copy
    const view = typeof Buffer === 'undefined' ? large.subarray(50, 50 + publicKey.length) : Buffer.from(large.buffer, 50, publicKey.length)
    expect(await openSealed(privateKey, await sealTo(view, text('x'), text('i')), text('i'))).to.deep.equal(text('x'))
  })
})
