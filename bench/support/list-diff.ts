import { streamPair } from '@libp2p/utils'
import { epochKeys, generateKeyPair, personaId, roomIdFromSecret } from '../../src/crypto/index.ts'
import { RoomCore } from '../../src/engine/room-core.ts'
import { addOperations, encodeStatements } from '../../src/moderation/index.ts'
import { completePolicy } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { createSync } from '../../src/sync/index.ts'
import { encodePayload, encodeSigned, packEnvelope, signMessage } from '../../src/wire/index.ts'
import { wordOf } from './made-lists.ts'
import type { EntryFields } from '../../src/moderation/index.ts'
import type { SyncSource } from '../../src/sync/index.ts'
import type { MessageId, SignedMessage } from '../../src/wire/index.ts'

const NOW = 1_700_000_000_000
const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const room = roomIdFromSecret(filled(1))
const maintainer = generateKeyPair(filled(2))

async function coreOf (messages: SignedMessage[]): Promise<RoomCore> {
  const core = new RoomCore({
    state: { version: 1, room, name: 'L', kind: 'list', policy: completePolicy({ writers: 'founder' }), epoch: 0, key: filled(4), founder: personaId(maintainer.publicKey), persona: filled(9), petname: '', petnames: {}, contacts: [], joined: NOW, read: 0, former: [] },
    store: await new MemoryStore().room(room),
    durable: false,
    now: () => NOW,
    onMessage: () => {},
    onMember: () => {},
    onDelivery: () => {},
    log: () => {}
  })
  await core.accept(messages.map(encodeSigned))
  return core
}

function sourceOf (core: RoomCore): SyncSource {
  return {
    items: () => core.timeline.ordered,
    shares: () => 0,
    has: id => core.timeline.has(id as MessageId),
    get: async ids => core.encoded(ids as MessageId[]),
    since: () => 0,
    accept: async encoded => core.accept(encoded)
  }
}

/** What a change of `changed` entries to a list of `entries` costs a reader: live, and when it comes back after a while. */
export async function diffCost (entries: number, changed: number): Promise<{ live: number, later: number, taken: number }> {
  const fields = (from: number, count: number): EntryFields[] => Array.from({ length: count }, (_, i) => ({ subject: { domain: `${wordOf(from + i)}.example` }, action: 'hide', reason: 'spam' }))
  const messages: SignedMessage[] = []
  for (const [at, entry] of [...encodeStatements(addOperations(fields(0, entries))), ...encodeStatements(addOperations(fields(entries, changed)))].entries()) {
    messages.push(await signMessage(maintainer.privateKey, room, encodePayload({ authorKey: maintainer.publicKey, sequence: at, previous: messages[at - 1]?.id, seen: [], time: NOW - 1_000_000 + at, body: { kind: 'entry', entry } })))
  }
  const reader = await coreOf(messages.slice(0, -1))
  const other = await coreOf(messages)
  const streams = await streamPair()
  let bytes = 0
  for (const stream of streams) {
    const send = stream.send.bind(stream)
    stream.send = data => {
      bytes += data.byteLength
      return send(data)
    }
  }
  await Promise.all([createSync(sourceOf(reader)).run(streams[0], 'other'), createSync(sourceOf(other)).serve(streams[1], 'reader')])
  const live = packEnvelope(epochKeys(filled(4)), encodeSigned(messages[messages.length - 1])).length
  return { live, later: bytes, taken: reader.timeline.size === messages.length ? changed : 0 }
}
