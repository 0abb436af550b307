import { reader as readerOf, writer as writerOf } from 'protons-runtime'
import { sha256 } from '../crypto/index.ts'
import type { Reader } from 'protons-runtime'

/** Members that a mark names at most. */
export const MAX_SERVED = 64

/** A mark has a multiple of so many names: its length does not count neighbours. */
const PADDED_TO = 8

const TAG_BYTES = 4

/**
 * Field of a gossip message that holds the mark. Libp2p asks what is not in its specification to take
 * a number above 0x200000; who does not know it skips it.
 */
export const MARK_FIELD = 0x207072

/** Protobuf's key of a delimited field: its number, and 2. */
const key = (field: number): number => field * 8 + 2

/** Fields of gossipsub's RPC and of its messages. */
const MESSAGE = key(2)
const DATA = key(2)
const TOPIC = key(4)
const MARK = key(MARK_FIELD)

/** Short name of a member in the marks of one epoch's topic. */
export type ServedTag = number

export function servedTag (topic: string, peer: string): ServedTag {
  const { buffer, byteOffset } = sha256(new TextEncoder().encode(`${topic}/${peer}`))
  return new DataView(buffer, byteOffset).getUint32(0)
}

/** What tells who else is sent an envelope. */
export function markOf (tags: ServedTag[]): Uint8Array {
  const mark = new Uint8Array(Math.ceil(tags.length / PADDED_TO) * PADDED_TO * TAG_BYTES)
  const view = new DataView(mark.buffer)
  tags.forEach((tag, index) => { view.setUint32(index * TAG_BYTES, tag) })
  return mark
}

/** A gossip RPC with one message and its mark. */
export function markedRpc (topic: string, envelope: Uint8Array, mark: Uint8Array): Uint8Array {
  return writerOf().uint32(MESSAGE).fork()
    .uint32(DATA).bytes(envelope)
    .uint32(TOPIC).string(topic)
    .uint32(MARK).bytes(mark)
    .ldelim().finish()
}

/**
 * The marks of an RPC's messages, in their order; undefined for a message without one, or with one that
 * is longer than any honest member makes.
 */
export function marksIn (rpc: Uint8Array): Array<Set<ServedTag> | undefined> {
  const marks: Array<Set<ServedTag> | undefined> = []
  const reader = readerOf(rpc)
  try {
    eachField(reader, rpc.byteLength, MESSAGE, () => {
      let mark: Set<ServedTag> | undefined
      const length = reader.uint32()
      eachField(reader, reader.pos + length, MARK, () => { mark = tagsIn(reader.bytes()) })
      marks.push(mark)
    })
  } catch {
    // cut off; gossipsub's own decoder has noticed
  }
  return marks
}

function tagsIn (bytes: Uint8Array): Set<ServedTag> | undefined {
  if (bytes.byteLength > MAX_SERVED * TAG_BYTES) {
    return undefined
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const tags = new Set<ServedTag>()
  for (let offset = 0; offset + TAG_BYTES <= bytes.byteLength; offset += TAG_BYTES) {
    const tag = view.getUint32(offset)
    tag !== 0 && tags.add(tag)
  }
  return tags
}

/** Calls back where the value of each field of one key begins; it is to be read there. */
function eachField (reader: Reader, end: number, wanted: number, field: () => void): void {
  while (reader.pos < end) {
    const found = reader.uint32()
    found === wanted ? field() : reader.skipType(found & 7)
  }
}
