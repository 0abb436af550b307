import { streamPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { sha256 } from '../../src/crypto/index.ts'
import { Attachments } from '../../src/engine/attachments.ts'
import type { RoomCore } from '../../src/engine/room-core.ts'

const filled = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte)
const file = { data: new TextEncoder().encode('the plan'), name: 'plan.txt', type: 'text/plain' }

/** A room as far as files need one: its statements, and members who are asked. */
function aRoom (id: string, members: Record<string, { files: Attachments, core: RoomCore }> = {}): RoomCore {
  const said = new Map<string, any>()
  return {
    id,
    timeline: { get: (message: string) => said.get(message), annotations: (message: string) => said.get(message)?.notes, said },
    voice: {
      say: async (body: any) => {
        const message = { id: `${id}-${said.size}`, author: 'me', body, notes: { deletions: new Set() } }
        said.set(message.id, message)
        return message
      }
    },
    compartment: {
      members: () => Object.keys(members),
      open: async (peer: string) => {
        const [mine, theirs] = await streamPair()
        members[peer].files.serve(members[peer].core, theirs).catch(() => {})
        return mine
      }
    }
  } as any
}

/** Somebody else's node in the same room: it holds what was said, and no file yet. */
function reader (core: RoomCore, asks: Attachments, message: any): RoomCore {
  const mine = aRoom(core.id, { them: { files: asks, core } })
  ;(mine.timeline as any).said.set(message.id, message)
  return mine
}

describe('files', () => {
  it('go to members of their own room, and nobody in another room can ask whether we have them', async () => {
    const files = new Attachments()
    const [here, elsewhere] = [aRoom('here'), aRoom('elsewhere')]
    const { id } = await files.attach(here, file)
    const message = here.timeline.get(id as any)
    expect(await new Attachments().fetch(reader(here, files, message), id)).to.deep.equal(file.data)
    const asked = new Attachments().fetch(reader(elsewhere, files, message), id)
    await expect(asked).to.eventually.be.rejected.with.property('name', 'UnknownAttachmentError')
  })

  it('are gone with their statement, and when the room is left', async () => {
    for (const end of [
      (core: RoomCore, id: string) => { (core.timeline as any).said.delete(id) },
      (core: RoomCore, id: string) => { (core.timeline as any).said.get(id).notes.deletions.add('me') },
      (core: RoomCore, _: string, files: Attachments) => { files.forget(core.id) }
    ]) {
      const files = new Attachments()
      const core = aRoom('here')
      const { id } = await files.attach(core, file)
      const message = core.timeline.get(id as any)
      const asks = reader(core, files, { ...message, notes: { deletions: new Set() } })
      expect(files.size).to.be.above(0)
      end(core, id, files)
      await expect(new Attachments().fetch(asks, id)).to.eventually.be.rejected.with.property('name', 'UnknownAttachmentError')
      expect(files.size).to.equal(0)
    }
  })

  it('are only shown when they are what their statement says, so that no list is dodged by a false hash', async () => {
    const files = new Attachments()
    const core = aRoom('here')
    const { id } = await files.attach(core, file)
    const body = (core.timeline.get(id as any) as any).body
    body.hash = filled(7, 32)
    await expect(files.fetch(core, id)).to.eventually.be.rejectedWith(/not the one/)
    body.hash = sha256(file.data)
    expect(await files.fetch(core, id)).to.deep.equal(file.data)
    body.key = filled(8, 32)
    await expect(files.fetch(core, id)).to.eventually.be.rejected()
  })
})
