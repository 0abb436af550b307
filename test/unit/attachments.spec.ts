import { streamPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { sha256 } from '../../src/crypto/index.ts'
import { Attachments } from '../../src/engine/attachments.ts'
import { CHUNK_BYTES, MAX_ATTACHMENT_BYTES, shapeOf } from '../../src/engine/file-shape.ts'
import { FileShelf } from '../../src/engine/file-shelf.ts'
import { MemoryStore } from '../../src/store/index.ts'
import type { RoomCore } from '../../src/engine/room-core.ts'

const filled = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte)
const file = { data: new TextEncoder().encode('the plan'), name: 'plan.txt', type: 'text/plain' }
/** five chunks, no two alike */
const large = { ...file, data: Uint8Array.from({ length: 4 * CHUNK_BYTES + 1_000 }, (_, i) => i ^ i >> 8 ^ i >> 16) }
const someFiles = (limits: { room?: number, all?: number, files?: number } = {}): Attachments => {
  const store = new MemoryStore()
  return new Attachments({ store, shelf: new FileShelf(store, limits) })
}

interface Member {
  files: Attachments
  core: RoomCore
  /** requests it answers before it goes away */
  patience?: number
  /** sends other bytes than those asked for */
  lies?: boolean
}

/** A room as far as files need one: its statements, and members who are asked. */
function aRoom (id: string, members: Record<string, Member> = {}): RoomCore & { asked: Record<string, number>, banned: string[], said: Map<string, any> } {
  const said = new Map<string, any>()
  const asked: Record<string, number> = {}
  const banned: string[] = []
  return {
    id,
    asked,
    banned,
    said,
    now: () => Date.now(),
    state: { policy: { retention: -1 } },
    keeper: { secure: async () => {} },
    timeline: { get: (message: string) => said.get(message), annotations: (message: string) => said.get(message)?.notes, get visible () { return [...said.values()] } },
    voice: {
      say: async (body: any) => {
        const message = { id: `${id}-${said.size}`, author: 'me', time: Date.now(), body, notes: { deletions: new Set() } }
        said.set(message.id, message)
        return message
      }
    },
    compartment: {
      members: () => Object.keys(members),
      ban: (peer: string) => { banned.push(peer) },
      open: async (peer: string) => {
        const member = members[peer]
        const [mine, theirs] = await streamPair()
        const write = theirs.send.bind(theirs)
        theirs.send = (bytes: any) => {
          if (bytes.byteLength === 4) {
            asked[peer] = (asked[peer] ?? 0) + 1
            if (asked[peer] > (member.patience ?? Infinity)) {
              theirs.abort(new Error('gone'))
              delete members[peer]
              return false
            }
          }
          return write(member.lies === true && bytes.byteLength > 4 ? filled(1, bytes.byteLength) : bytes)
        }
        member.files.serve(member.core, theirs).catch(() => {})
        return mine
      }
    }
  } as any
}

/** Somebody else's node in the same room: it holds what was said, and no file yet. */
function reader (core: RoomCore, members: Record<string, Member>, message: any): ReturnType<typeof aRoom> {
  const mine = aRoom(core.id, members)
  mine.said.set(message.id, { ...message, notes: { deletions: new Set() } })
  return mine
}

describe('files', () => {
  it('go to members of their own room, and nobody in another room can ask whether we have them', async () => {
    const files = someFiles()
    const [here, elsewhere] = [aRoom('here'), aRoom('elsewhere')]
    const { id } = await files.attach(here, file)
    const message = here.timeline.get(id as any)
    expect(await someFiles().fetch(reader(here, { them: { files, core: here } }, message), id)).to.deep.equal(file.data)
    const asked = someFiles().fetch(reader(elsewhere, { them: { files, core: elsewhere } }, message), id)
    await expect(asked).to.eventually.be.rejected.with.property('name', 'UnknownAttachmentError')
  })

  it('are gone with their statement, and when the room is left', async () => {
    for (const end of [
      (core: ReturnType<typeof aRoom>, id: string) => { core.said.delete(id) },
      (core: ReturnType<typeof aRoom>, id: string) => { core.said.get(id).notes.deletions.add('me') },
      async (core: ReturnType<typeof aRoom>, _: string, files: Attachments) => files.forget(core)
    ]) {
      const files = someFiles()
      const core = aRoom('here')
      const { id } = await files.attach(core, file)
      const asks = reader(core, { them: { files, core } }, core.timeline.get(id as any))
      expect(files.size).to.be.above(0)
      await end(core, id, files)
      await expect(someFiles().fetch(asks, id)).to.eventually.be.rejected.with.property('name', 'UnknownAttachmentError')
      expect(files.size).to.equal(0)
    }
  })

  it('stay as long as their room keeps messages, also when it decides about that later', async () => {
    let now = Date.now()
    const store = new MemoryStore({ now: () => now })
    const shelf = new FileShelf(store)
    const files = new Attachments({ store, shelf })
    const core = aRoom('here')
    const { policy } = core.state
    core.now = () => now
    policy.retention = 60_000
    const { id } = await files.attach(core, file)
    policy.retention = 600_000
    await files.prune(core)
    now += 61_000
    expect(await files.fetch(core, id)).to.deep.equal(file.data)
    policy.retention = 30_000
    await files.prune(core)
    expect(await (await store.files('here')).list()).to.deep.equal([])
  })

  it('are only shown when they are what their statement says, so that no list is dodged by a false hash', async () => {
    const files = someFiles()
    const core = aRoom('here')
    const { id } = await files.attach(core, file)
    const { body } = core.timeline.get(id as any) as any
    const { hash } = body
    body.hash = filled(7, 32)
    await expect(files.fetch(core, id)).to.eventually.be.rejectedWith(/not the one/)
    body.hash = hash
    const again = await files.attach(core, file)
    const other = core.timeline.get(again.id as any) as any
    expect(await files.fetch(core, again.id)).to.deep.equal(file.data)
    other.body.key = filled(8, 32)
    await expect(files.fetch(core, again.id)).to.eventually.be.rejectedWith(/not the one/)
  })

  it('come from several members at once, and from whoever is left when one of them goes', async () => {
    const core = aRoom('here')
    const [first, second] = [someFiles(), someFiles()]
    const { id } = await first.attach(core, large)
    const message = core.timeline.get(id as any)
    await second.fetch(reader(core, { first: { files: first, core } }, message), id)
    const there = reader(core, {}, message)
    await second.fetch(there, id).catch(() => {})
    const mine = reader(core, { first: { files: first, core, patience: 1 }, second: { files: second, core: there }, nobody: { files: someFiles(), core: reader(core, {}, message) } }, message)
    expect(sha256(await someFiles().fetch(mine, id))).to.deep.equal(sha256(large.data))
    expect(mine.asked.second).to.be.at.least(1)
    expect(mine.compartment?.members()).to.not.include('first')
  })

  it('go on where they were cut, and ask for no chunk twice', async () => {
    const core = aRoom('here')
    const files = someFiles()
    const { id } = await files.attach(core, large)
    const members: Record<string, Member> = { them: { files, core, patience: 2 } }
    const mine = reader(core, members, core.timeline.get(id as any))
    const progress: number[] = []
    const store = new MemoryStore()
    const reading = new Attachments({ store, onProgress: ({ received }) => { progress.push(received) } })
    await expect(reading.fetch(mine, id)).to.eventually.be.rejectedWith(/the rest of this file.* 49 %/)
    members.again = { files, core }
    expect(sha256(await reading.fetch(mine, id))).to.deep.equal(sha256(large.data))
    expect(mine.asked.again).to.equal(3)
    expect(progress[0]).to.equal(CHUNK_BYTES)
    expect(progress[progress.length - 1]).to.equal(large.data.length)
  })

  it('are taken from nobody who sends other bytes, and such a member is dropped', async () => {
    const core = aRoom('here')
    const files = someFiles()
    const { id } = await files.attach(core, large)
    const mine = reader(core, { liar: { files, core, lies: true }, honest: { files, core } }, core.timeline.get(id as any))
    expect(sha256(await someFiles().fetch(mine, id))).to.deep.equal(sha256(large.data))
    expect(mine.banned).to.deep.equal(['liar'])
  })

  it('are fetched once for all who ask, until the last of them gives up or somebody cancels', async () => {
    const core = aRoom('here')
    const files = someFiles()
    const { id } = await files.attach(core, large)
    const mine = reader(core, { them: { files, core } }, core.timeline.get(id as any))
    const reading = someFiles()
    const impatient = new AbortController()
    const [gaveUp, patient] = [reading.fetch(mine, id, { signal: impatient.signal }), reading.fetch(mine, id)]
    impatient.abort(new Error('enough'))
    await expect(gaveUp).to.eventually.be.rejectedWith('enough')
    expect((await patient).length).to.equal(large.data.length)
    expect(mine.asked.them).to.equal(5)
    const other = someFiles()
    const waiting = other.fetch(reader(core, { them: { files, core } }, core.timeline.get(id as any)), id)
    expect(other.cancel(core, id)).to.equal(true)
    await expect(waiting).to.eventually.be.rejectedWith(/cancelled/)
    expect(other.cancel(core, id)).to.equal(false)
  })

  it('make way for newer ones: 2 MiB a room, 3 MiB in all and 4 files a room, as asked for here', async () => {
    const megabyte = { ...file, data: new Uint8Array(1024 * 1024) }
    const files = someFiles({ room: 2 * 1024 * 1024, all: 3 * 1024 * 1024, files: 4 })
    const [here, there] = [aRoom('here'), aRoom('there')]
    const ids = []
    for (const core of [here, here, here, there, there]) {
      ids.push((await files.attach(core, megabyte)).id)
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    expect(files.size).to.equal(3 * 1024 * 1024)
    await expect(files.fetch(here, ids[0])).to.eventually.be.rejected()
    expect(await files.fetch(there, ids[4])).to.have.lengthOf(1024 * 1024)
    for (let i = 0; i < 6; i++) {
      await files.attach(there, file)
    }
    expect(files.size).to.be.below(2 * 1024 * 1024)
    await expect(files.attach(here, { ...file, data: new Uint8Array(MAX_ATTACHMENT_BYTES + 1) })).to.eventually.be.rejected.with.property('name', 'InvalidParametersError')
  })

  it('travel in a file: what a statement names is taken once, the rest is let go, and nothing makes way for it', async () => {
    const [ana, ben] = [someFiles(), someFiles({ room: 2 * 1024 * 1024 })]
    const room = aRoom('r')
    const here = aRoom('r')
    const said = await ana.attach(room, large)
    await ana.attach(room, file)
    here.said.set(said.id, room.said.get(said.id))
    const { chunks, ...told } = await ana.carried(room, 64 * 1024 * 1024)
    expect(told).to.deep.equal({ files: 2, left: 0 })
    const carried = []
    for await (const chunk of chunks) {
      carried.push(chunk)
    }
    const bring = async (...each: Uint8Array[]): Promise<number> => ben.bring(here, (async function * () { yield * each })())
    expect(await bring(filled(1, 99), ...carried)).to.equal(5)
    expect(await bring(...carried)).to.equal(0)
    expect(await ben.fetch(here, said.id)).to.deep.equal(large.data)
    expect(here.asked).to.deep.equal({})

    const other = await ana.attach(room, { ...large, data: large.data.map(byte => byte ^ 1) })
    here.said.set(other.id, room.said.get(other.id))
    const more = await ana.carried(room, large.data.length + file.data.length)
    expect([more.files, more.left]).to.deep.equal([2, 1])
    expect(await ben.bring(here, more.chunks)).to.equal(0)
    expect(await ben.fetch(here, said.id)).to.deep.equal(large.data)
  })

  it('whose statement contradicts itself or counts more than 32 MiB are not begun', () => {
    const hash = filled(1, 32)
    for (const body of [
      { size: 10, chunkSize: 5, chunks: [hash] },
      { size: 10, chunkSize: 5, chunks: [hash, hash] },
      { size: 10, chunkSize: 10, chunks: [] },
      { size: MAX_ATTACHMENT_BYTES + 1, chunkSize: MAX_ATTACHMENT_BYTES + 1, chunks: [hash] },
      { size: 16 * 1024 * 1024, chunkSize: 16 * 1024 * 1024, chunks: [hash] }
    ]) {
      expect(() => shapeOf(body), JSON.stringify([body.size, body.chunkSize])).to.throw().with.property('name', 'UnknownAttachmentError')
    }
    expect(shapeOf({ size: 0, chunkSize: 1, chunks: [hash] }).hashes).to.have.lengthOf(1)
  })
})
