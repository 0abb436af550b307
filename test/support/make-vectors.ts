/**
 * Prints test/vectors/undertone.json: the protocol's own vectors, for other implementations. Run it
 * only when the protocol changes on purpose, and say in the commit why:
 * `node dist/test/support/make-vectors.js > test/vectors/undertone.json`
 */
import { multiaddr } from '@multiformats/multiaddr'
import { fromString, toString } from 'uint8arrays'
import { epochKeyFromSecret, epochKeys, generateKeyPair, genesisKey, mintStamp, personaId, ratchet, roomIdFromSecret, roomSecretFromName } from '../../src/crypto/index.ts'
import { identify } from '../../src/network/gossip-id.ts'
import { proofTag } from '../../src/network/membership-proof.ts'
import { encodeInvite, encodePayload, encodeSigned, issueCertificate, packEnvelope, recordKey, sealRecord, signMessage } from '../../src/wire/index.ts'
import type { KnownBody, MessageId } from '../../src/wire/index.ts'

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte)

export async function makeVectors (): Promise<unknown> {
  const secret = filled(1)
  const room = roomIdFromSecret(secret)
  const author = generateKeyPair(filled(2))
  const keys = epochKeys(epochKeyFromSecret(secret, 5))
  const transport = personaId(generateKeyPair(filled(3)).publicKey)

  const bodies: KnownBody[] = [
    { kind: 'text', text: 'héllo, 世界', mentions: [] },
    { kind: 'reaction', to: 'aa'.repeat(32) as MessageId, emoji: '👍', remove: false },
    { kind: 'hello', sealingKey: new Uint8Array(), stamp: new Uint8Array(), petname: 'Ana', capabilities: 0 },
    { kind: 'burn' }
  ]
  const messages = []
  let previous: MessageId | undefined
  for (const [sequence, body] of bodies.entries()) {
    const message = await signMessage(author.privateKey, room, encodePayload({ authorKey: author.publicKey, sequence, previous, seen: sequence === 1 ? ['bb'.repeat(32) as MessageId] : [], time: 1_700_000_000_000 + sequence, body }))
    previous = message.id
    messages.push({ kind: body.kind, sequence, id: message.id, payload: hex(message.payload), signature: hex(message.signature), envelope: hex(packEnvelope(keys, encodeSigned(message))) })
  }

  const transcript = { dialerNonce: filled(5), listenerNonce: filled(6), dialer: transport, listener: personaId(generateKeyPair(filled(8)).publicKey) }
  const envelope = messages[0].envelope

  return {
    about: 'Undertone protocol 1. Bytes are hex. DESIGN: "Rooms and keys", "Messages".',
    names: [
      { name: '  Café   Society ', passphrase: '', secret: hex(await roomSecretFromName('  Café   Society ')) },
      { name: 'ＣＡＦＥ́ society', passphrase: '', secret: hex(await roomSecretFromName('ＣＡＦＥ́ society')) },
      { name: 'room', passphrase: 'tulips', secret: hex(await roomSecretFromName('room', 'tulips')) },
      { name: 'room', passphrase: '', epochLength: 2_000, secret: hex(await roomSecretFromName('room', '', 2_000)) },
      { name: 'Straße', passphrase: '', secret: hex(await roomSecretFromName('Straße')) },
      { name: 'STRASSE', passphrase: '', secret: hex(await roomSecretFromName('STRASSE')) },
      { name: 'ΟΔΟΣ', passphrase: '', secret: hex(await roomSecretFromName('ΟΔΟΣ')) },
      { name: 'ꮳꮃꭹ', passphrase: '', secret: hex(await roomSecretFromName('ꮳꮃꭹ')) }
    ],
    schedule: {
      secret: hex(secret),
      room,
      genesis: { epoch: 7, key: hex(genesisKey(secret, 7)) },
      next: { key: hex(filled(9)), next: hex(ratchet(filled(9))) },
      epochs: [0, 5, 4_095, 4_096, 4_097, 500_000].map(epoch => {
        const key = epochKeyFromSecret(secret, epoch)
        const { topic, ...derived } = epochKeys(key)
        return { epoch, key: hex(key), topic, ...Object.fromEntries(Object.entries(derived).map(([name, bytes]) => [name, hex(bytes)])) }
      })
    },
    persona: { seed: hex(filled(2)), publicKey: hex(author.publicKey), persona: personaId(author.publicKey) },
    messages: { room, epoch: 5, list: messages },
    gossip: { topic: keys.topic, envelope, id: hex(identify(keys.topic, fromString(envelope, 'hex')).id) },
    membership: {
      epoch: 5,
      dialer: transcript.dialer,
      listener: transcript.listener,
      dialerNonce: hex(transcript.dialerNonce),
      listenerNonce: hex(transcript.listenerNonce),
      dialerTag: hex(proofTag(keys.membership, 'dialer', transcript)),
      listenerTag: hex(proofTag(keys.membership, 'listener', transcript))
    },
    stamp: { room, persona: personaId(author.publicKey), bits: 3, stamp: hex(await mintStamp({ roomId: room, persona: personaId(author.publicKey), bits: 3 })) },
    invite: {
      text: encodeInvite({
        version: 1,
        kind: 'invite',
        room,
        name: 'Kitchen',
        epoch: 5,
        epochKey: epochKeyFromSecret(secret, 5),
        epochLength: 3_600_000,
        founder: personaId(author.publicKey),
        expires: 1_900_000_000_000,
        uses: 1,
        inviteSeed: filled(4),
        certificate: await issueCertificate(author, room, { inviteKey: generateKeyPair(filled(4)).publicKey, expires: 1_900_000_000_000, uses: 1 }),
        contacts: [multiaddr(`/ip4/192.0.2.1/tcp/4001/p2p/${transport}`)]
      }),
      room,
      epochKey: hex(epochKeyFromSecret(secret, 5))
    },
    record: {
      epoch: 5,
      slot: 2,
      key: hex(recordKey(keys, 2)),
      value: hex(await sealRecord(keys, 2, [{ peer: transport, addresses: [multiaddr('/ip4/192.0.2.1/tcp/4001')], time: 1_700_000_000_000 }], 1_700_000_000_000, filled(7, 24)))
    }
  }
}

if (globalThis.process?.argv?.[1]?.endsWith('make-vectors.js') === true) {
  makeVectors().then(vectors => { process.stdout.write(`${JSON.stringify(vectors, null, 2)}\n`) }, error => { throw error })
}
