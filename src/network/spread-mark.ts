import { sha256 } from '../crypto/index.ts'

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

const MARK_KEY = varint(MARK_FIELD * 8 + 2)
const MESSAGE_KEY = 0x12

/** Short name of a member in the marks of one epoch's topic. */
export type ServedTag = number

export function servedTag (topic: string, peer: string): ServedTag {
  const { buffer, byteOffset } = sha256(new TextEncoder().encode(`${topic}/${peer}`))
  return new DataView(buffer, byteOffset).getUint32(0)
}

/** The field that tells who else is sent an envelope; goes behind the other fields of its message. */
export function markField (tags: ServedTag[]): Uint8Array {
  const length = Math.ceil(tags.length / PADDED_TO) * PADDED_TO * TAG_BYTES
  const head = [...MARK_KEY, ...varint(length)]
  const field = new Uint8Array(head.length + length)
  field.set(head)
  const view = new DataView(field.buffer, head.length)
  tags.forEach((tag, index) => { view.setUint32(index * TAG_BYTES, tag) })
  return field
}

/** A gossip RPC with one message, its mark included. */
export function markedRpc (topic: string, envelope: Uint8Array, mark: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(topic)
  const dataHead = [0x12, ...varint(envelope.byteLength)]
  const topicHead = [0x22, ...varint(name.byteLength)]
  const length = dataHead.length + envelope.byteLength + topicHead.length + name.byteLength + mark.byteLength
  const head = [MESSAGE_KEY, ...varint(length)]
  const rpc = new Uint8Array(head.length + length)
  let offset = 0
  for (const part of [head, dataHead, envelope, topicHead, name, mark]) {
    rpc.set(part, offset)
    offset += part.length
  }
  return rpc
}

/**
 * The marks of an RPC's messages, in their order; undefined for a message without one, or with one that
 * is longer than any honest member makes. For bytes that were decoded before: what is wrong with them
 * has been noticed then.
 */
export function marksIn (rpc: Uint8Array): Array<Set<ServedTag> | undefined> {
  const marks: Array<Set<ServedTag> | undefined> = []
  eachField(rpc, 0, rpc.byteLength, (key, start, end) => {
    if (key === MESSAGE_KEY) {
      let mark: Set<ServedTag> | undefined
      eachField(rpc, start, end, (key, start, end) => {
        if (key === MARK_FIELD * 8 + 2) {
          mark = tagsIn(rpc, start, end)
        }
      })
      marks.push(mark)
    }
  })
  return marks
}

function tagsIn (bytes: Uint8Array, start: number, end: number): Set<ServedTag> | undefined {
  if (end - start > MAX_SERVED * TAG_BYTES || end > bytes.byteLength) {
    return undefined
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const tags = new Set<ServedTag>()
  for (let offset = start; offset + TAG_BYTES <= end; offset += TAG_BYTES) {
    const tag = view.getUint32(offset)
    tag !== 0 && tags.add(tag)
  }
  return tags
}

/** Calls back for every field of a protobuf message: its key, and where the value of a delimited one begins and ends. */
function eachField (bytes: Uint8Array, from: number, to: number, field: (key: number, start: number, end: number) => void): void {
  let offset = from
  const number = (): number => {
    let value = 0
    for (let factor = 1; offset < to; factor *= 128) {
      const byte = bytes[offset++]
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        break
      }
    }
    return value
  }
  while (offset < to) {
    const key = number()
    switch (key & 7) {
      case 0: number(); break
      case 1: offset += 8; break
      case 5: offset += 4; break
      case 2: {
        const length = number()
        field(key, offset, Math.min(to, offset + length))
        offset += length
        break
      }
      default: return
    }
  }
}

function varint (value: number): number[] {
  const bytes: number[] = []
  while (value >= 0x80) {
    bytes.push((value & 0x7f) | 0x80)
    value = Math.floor(value / 128)
  }
  return [...bytes, value]
}
