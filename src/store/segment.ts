import { open, packBytes, packedWriter, seal } from '../crypto/index.ts'
import { CorruptRecordError } from './errors.ts'
import { TAG_LENGTH } from './key-file.ts'
import type { BucketKey } from './key-file.ts'
import type { NewRecord, StoredRecord } from './store-api.ts'

/** Records sealed together: one seal costs as much as some thousands of bytes, and a damaged byte costs at most these. */
export const SEGMENT_RECORDS = 32
/** A segment with so many bytes takes no more: to read one record all of them are opened. */
const SEGMENT_BYTES = 32 * 1024
const NONCE_LENGTH = 24
/** length of ID (2) ‖ time (8) ‖ expiry (8, NaN: none) ‖ length of bytes (4) */
const HEAD_LENGTH = 22
const encoder = new TextEncoder()
/** What is to be sealed, for as long as that takes: arrays of their own for each would be most of the garbage of a long history. */
let desk = new Uint8Array(2 * SEGMENT_BYTES)
const decoder = new TextDecoder()

/** In their order, those together that are sealed together. */
export function inSegments (records: NewRecord[]): NewRecord[][] {
  const segments: NewRecord[][] = []
  let bytes = SEGMENT_BYTES
  for (const record of records) {
    const last = segments[segments.length - 1]
    if (bytes >= SEGMENT_BYTES || last.length === SEGMENT_RECORDS) {
      segments.push([record])
      bytes = 0
    } else {
      last.push(record)
    }
    bytes += contentOf(record).length
  }
  return segments
}

/** tag (8) ‖ sealed records; `name` binds it to its place in the database. */
export function sealSegment (bucket: BucketKey, name: Uint8Array, records: NewRecord[]): Uint8Array {
  const ids = records.map(({ id }) => packed(id))
  const contents = records.map(contentOf)
  const length = contents.reduce((sum, content, i) => sum + HEAD_LENGTH + ids[i].length + content.length, 0)
  desk = desk.length < length ? new Uint8Array(length) : desk
  const plain = desk.subarray(0, length)
  const view = new DataView(plain.buffer)
  const write = packedWriter(plain)
  let at = 0
  records.forEach(({ time, expires }, i) => {
    const content = contents[i]
    view.setUint16(at, ids[i].length)
    view.setFloat64(at + 2, time)
    view.setFloat64(at + 10, expires ?? NaN)
    view.setUint32(at + 18, content.length)
    at += HEAD_LENGTH
    write(ids[i], at)
    at += ids[i].length
    typeof content === 'string' ? write(content, at) : plain.set(content, at)
    at += content.length
  })
  try {
    return seal(bucket.key, plain, name, globalThis.crypto.getRandomValues(new Uint8Array(NONCE_LENGTH)), bucket.tag)
  } finally {
    plain.fill(0)
  }
}

function contentOf (record: NewRecord): string | Uint8Array { return 'packed' in record ? record.packed : record.bytes }

/** UTF-8, one byte a character: of an ID of hex digits that is itself. */
function packed (id: string): string {
  return /^[\x20-\x7e]*$/.test(id) ? id : packBytes(encoder.encode(id))
}

/** @throws {CorruptRecordError} */
export function openSegment (bucket: BucketKey, name: Uint8Array, value: Uint8Array): StoredRecord[] {
  const plain = open(bucket.key, value.subarray(TAG_LENGTH), name)
  if (plain == null) {
    throw new CorruptRecordError()
  }
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  const records: StoredRecord[] = []
  for (let at = 0; at < plain.length;) {
    const from = at + HEAD_LENGTH + view.getUint16(at)
    const end = from + view.getUint32(at + 18)
    const expires = view.getFloat64(at + 10)
    records.push({
      id: decoder.decode(plain.subarray(at + HEAD_LENGTH, from)),
      time: view.getFloat64(at + 2),
      ...(Number.isNaN(expires) ? {} : { expires }),
      bytes: plain.slice(from, end)
    })
    at = end
  }
  return records
}
