import { isStanding } from '../room/index.ts'
import { InvalidBundleError } from '../sync/index.ts'
import { encodeInvite } from '../wire/index.ts'
import type { ExportOptions, ExportedRoom } from './api.ts'
import type { Attachments } from './attachments.ts'
import type { PrivateRooms } from './private-rooms.ts'
import type { RoomCore } from './room-core.ts'
import type { OpenBundle } from '../sync/index.ts'
import type { AbortOptions } from '@libp2p/interface'

/** Bytes of files that go along in a room's file unless somebody asks for more. */
export const USUAL_FILE_BYTES = 64 * 1024 * 1024
/** Messages of a file taken and stored at once. */
const MESSAGES_AT_ONCE = 1_024

export interface RoomFilesInit {
  attachments: Attachments
  privateRooms: Pick<PrivateRooms, 'makeInvite'>
}

/** Rooms as files on a stick: written by one member, merged by another. */
export class RoomFiles {
  readonly #init: RoomFilesInit

  constructor (init: RoomFilesInit) {
    this.#init = init
  }

  async pack (core: RoomCore, passphrase?: string, options: ExportOptions = {}): Promise<ExportedRoom & { pieces: AsyncIterable<Uint8Array> }> {
    const { writeBundle } = await import('../sync/bundle.ts')
    const { ordered } = core.timeline
    // what others are judged by comes first: a file is read from its beginning
    const encoded = await core.encoded([...ordered.filter(isStanding), ...ordered.filter(m => !isStanding(m))].map(m => m.id))
    const invite = encodeInvite(await this.#init.privateRooms.makeInvite(core, { expires: undefined, uses: 0 }))
    const { files, left, chunks } = await this.#init.attachments.carried(core, options.files ?? USUAL_FILE_BYTES)
    const pieces = writeBundle({ room: core.id, invite, encoded, keyPair: core.keyPair, chunks }, { passphrase })
    return { messages: core.timeline.visible.length, files, filesLeft: left, pieces }
  }

  async open (file: Uint8Array | AsyncIterable<Uint8Array>, passphrase?: string): Promise<OpenBundle> {
    const { readBundle } = await import('../sync/bundle.ts')
    return readBundle(file, { passphrase })
  }

  /** @throws {InvalidBundleError} what came before the damage was kept */
  async merge (core: RoomCore, { encoded, chunks }: OpenBundle, options: AbortOptions = {}): Promise<void> {
    for (let i = 0; i < encoded.length; i += MESSAGES_AT_ONCE) {
      options.signal?.throwIfAborted()
      const { invalid } = await core.accept(encoded.slice(i, i + MESSAGES_AT_ONCE))
      if (invalid > 0) {
        throw new InvalidBundleError('This file holds messages that nobody signed: whoever made it changed them. What came before was kept; ask somebody else for the room.')
      }
      await core.keeper.flush()
      // a large file must not stop the conversation
      await new Promise(resolve => setTimeout(resolve))
    }
    await this.#init.attachments.bring(core, chunks, options)
  }
}
