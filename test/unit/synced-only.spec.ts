import { expect } from 'aegir/chai'
import { epochKeyFromSecret, generateKeyPair, roomIdFromSecret } from '../../src/crypto/index.ts'
import { RoomCore } from '../../src/engine/room-core.ts'
import { RoomSession } from '../../src/engine/room-session.ts'
import { FIRST_WAIT_MS, MAX_WAIT_MS, SyncedOnly } from '../../src/engine/synced-only.ts'
import { completePolicy } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { encodePayload, encodeSigned, packEnvelope, signMessage } from '../../src/wire/index.ts'
import type { SyncSource } from '../../src/sync/sync-api.ts'
import type { MessageId, SignedMessage } from '../../src/wire/index.ts'

const secret = new Uint8Array(32).fill(7)
const room = roomIdFromSecret(secret)

/** A room with four members met, and with whom it has compared. */
async function makeRoom (): Promise<{ core: RoomCore, session: RoomSession, source: SyncSource, compared: string[] }> {
  const policy = completePolicy({})
  const epoch = Math.floor((Date.now() - 120_000) / policy.epoch)
  const core = new RoomCore({
    state: { version: 1, room, name: 'r', kind: 'open', policy, epoch, key: epochKeyFromSecret(secret, epoch), secret, founder: null, persona: new Uint8Array(32).fill(9), petname: '', petnames: {}, contacts: [], joined: 0, read: 0, former: [] },
    store: await new MemoryStore().room(room),
    durable: false,
    now: Date.now,
    onMessage () {},
    onMember () {},
    onDelivery () {},
    log () {}
  })
  const compared: string[] = []
  const given: { source?: SyncSource } = {}
  const session = new RoomSession({
    core,
    createCompartment: async () => ({ members: () => ['a', 'b', 'c', 'd'], handle () {}, addEventListener () {}, setEpochs () {}, async start () {}, async stop () {}, open: async (peer: string) => { compared.push(peer) } }) as any,
    createSync: source => {
      given.source = source
      return { run: async () => ({ done: true }), serve () {}, fetch () {} } as any
    },
    network: {} as any,
    contacts: [],
    protocols: {},
    onSync () {},
    onConnections () {},
    emit () {},
    log () {}
  })
  await session.start()
  return { core, session, source: given.source as SyncSource, compared }
}

async function said (seed: number): Promise<SignedMessage> {
  const pair = generateKeyPair(new Uint8Array(32).fill(seed))
  return signMessage(pair.privateKey, room, encodePayload({ authorKey: pair.publicKey, sequence: 0, seen: [], time: Date.now(), body: { kind: 'text', text: 'hello', mentions: [] } }))
}

const afterWait = async (): Promise<void> => new Promise(resolve => { setTimeout(resolve, FIRST_WAIT_MS + 500) })

describe('what sync has brought', () => {
  it('is told to all other neighbours when gossip has not brought it', async () => {
    const { session, source, compared } = await makeRoom()
    await source.accept([encodeSigned(await said(1))], 'a')
    await afterWait()
    expect(compared.toSorted()).to.deep.equal(['b', 'c', 'd'])
    await session.stop()
  })

  it('is no reason to compare with anybody when it was merely under way', async () => {
    const { core, session, source, compared } = await makeRoom()
    const message = await said(2)
    await source.accept([encodeSigned(message)], 'a')
    const { epoch, keys } = core.epochs().find(each => each.current) as any
    expect(await core.validate(packEnvelope(keys, encodeSigned(message)), { epoch, peer: 'b' })).to.equal('accept')
    await afterWait()
    expect(compared).to.deep.equal([])
    await session.stop()
  })

  it(`is looked at less and less often while there is always some, every ${MAX_WAIT_MS / 1_000} s in the end`, () => {
    const synced = new SyncedOnly()
    const waits = Array.from({ length: 6 }, (_, i) => {
      synced.add(`${i}` as MessageId)
      const { waitMs } = synced
      expect(synced.take()).to.equal(true)
      return waitMs
    })
    expect(waits).to.deep.equal([2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(synced.take()).to.equal(false)
    expect(synced.waitMs).to.equal(FIRST_WAIT_MS)
  })

  it('is remembered up to 4,096 messages', () => {
    const synced = new SyncedOnly()
    for (let i = 0; i < 5_000; i++) {
      synced.add(`${i}` as MessageId)
    }
    expect(synced.size).to.equal(4_096)
  })
})
