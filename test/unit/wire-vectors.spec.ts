import { expect } from 'aegir/chai'
import { fromString, toString } from 'uint8arrays'
import { epochKeyFromSecret, epochKeys, roomSecretFromName } from '../../src/crypto/index.ts'
import { checkRecord, decodeInvite, decodeMessage, openRecord, unpackEnvelope, verifyMessage } from '../../src/wire/index.ts'
import { makeVectors } from '../support/make-vectors.ts'
import vectors from '../vectors/undertone.json' with { type: 'json' }
import type { RoomId } from '../../src/crypto/index.ts'

const bytes = (hex: string): Uint8Array => fromString(hex, 'hex')
const hex = (value: Uint8Array): string => toString(value, 'hex')

describe('the protocol\'s own vectors', () => {
  const keys = epochKeys(epochKeyFromSecret(bytes(vectors.schedule.secret), 5))

  it('are what this code derives, signs, seals and encodes', async function () {
    this.timeout(30_000)
    expect(JSON.parse(JSON.stringify(await makeVectors()))).to.deep.equal(vectors)
  })

  it('give one secret for every way of typing a name, and others for passphrase and epoch length', () => {
    const [first, second, ...others] = vectors.names.map(each => each.secret)
    expect(first).to.equal(second)
    const secretOf = (name: string): string | undefined => vectors.names.find(each => each.name === name)?.secret
    expect(secretOf('Straße')).to.equal(secretOf('STRASSE'))
    expect(new Set([first, ...others]).size).to.equal(6)
  })

  it('open: each envelope holds its message, signed by its author for this room only', async () => {
    for (const each of vectors.messages.list) {
      const signed = unpackEnvelope(keys, bytes(each.envelope))
      const message = decodeMessage(signed as Uint8Array)
      expect(message.id).to.equal(each.id)
      expect(message.body.kind).to.equal(each.kind)
      expect(message.author).to.equal(vectors.persona.persona)
      expect(await verifyMessage(vectors.messages.room as RoomId, message)).to.equal(true)
      expect(await verifyMessage('00'.repeat(32) as RoomId, message)).to.equal(false)
    }
  })

  it('open: invite and DHT record', async () => {
    const invite = decodeInvite(vectors.invite.text)
    expect(invite.name).to.equal('Kitchen')
    expect(hex(invite.epochKey)).to.equal(vectors.invite.epochKey)
    expect(invite.contacts).to.have.lengthOf(1)
    expect(await checkRecord(bytes(vectors.record.key), bytes(vectors.record.value))).to.equal(true)
    expect(openRecord(keys, bytes(vectors.record.value))?.[0].addresses.map(String)).to.deep.equal(['/ip4/192.0.2.1/tcp/4001'])
  })

  it('never let a name\'s secret come from another form of it', async () => {
    expect(hex(await roomSecretFromName('cafe society'))).to.not.equal(vectors.names[0].secret)
  })
})
