import { concat } from 'uint8arrays'
import { open, seal } from '../crypto/index.ts'
import { CorruptRecordError } from './errors.ts'
import { TAG_LENGTH } from './key-file.ts'
import type { BucketKey } from './key-file.ts'
import type { StoredRecord } from './store-api.ts'

/** Records sealed together: one seal costs as much as eight times the bytes, and a damaged byte costs at most these. */
export const SEGMENT_RECORDS = 8
const NONCE_LENGTH = 24
/** length of ID (2) ‖ time (8) ‖ expiry (8, NaN: none) ‖ length of bytes (4) */
const HEAD_LENGTH = 22
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** tag (8) ‖ sealed records; `name` binds it to its place in the database. */
export function sealSegment (bucket: BucketKey, name: Uint8Array, records: StoredRecord[]): Uint8Array {
  const ids = records.map(({ id }) => encoder.encode(id))
  // once: they may be made when they are asked for
  const contents = records.map(({ bytes }) => bytes)
  const plain = new Uint8Array(contents.reduce((sum, bytes, i) => sum + HEAD_LENGTH + ids[i].length + bytes.length, 0))
  const view = new DataView(plain.buffer)
  let at = 0
  records.forEach(({ time, expires }, i) => {
    const bytes = contents[i]
    view.setUint16(at, ids[i].length)
    view.setFloat64(at + 2, time)
    view.setFloat64(at + 10, expires ?? NaN)
    view.setUint32(at + 18, bytes.length)
    plain.set(ids[i], at + HEAD_LENGTH)
    plain.set(bytes, at + HEAD_LENGTH + ids[i].length)
    at += HEAD_LENGTH + ids[i].length + bytes.length
  })
  return concat([bucket.tag, seal(bucket.key, plain, name, globalThis.crypto.getRandomValues(new Uint8Array(NONCE_LENGTH)))])
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
