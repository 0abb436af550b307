import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays'
import { generateKeyPair } from '../../src/crypto/index.ts'
import { exportBundle, importBundle, readBundle, writeBundle } from '../../src/sync/bundle.ts'

const keyPair = generateKeyPair(new Uint8Array(32).fill(7))
const room = '11'.repeat(32)
const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte)
const encoded = [filled(200, 1), filled(70_000 - 5_000, 2), filled(3, 3)]
const chunks = [filled(300_000, 4), filled(1, 5), filled(65_536, 6)]
const content = { room, invite: 'undertone:join/x', encoded, keyPair }
const FRAME = 64 * 1024 + 40

async function all <T> (source: AsyncIterable<T>): Promise<T[]> {
  const items = []
  for await (const item of source) {
    items.push(item)
  }
  return items
}

async function * inPieces (bytes: Uint8Array, size: number, read = { bytes: 0 }): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    read.bytes += size
    yield bytes.subarray(at, at + size)
  }
}

describe('a room as a file', () => {
  it('brings messages and files back whole, in pieces of whatever size it is read', async () => {
    const bytes = concat(await all(writeBundle({ ...content, chunks })))
    for (const size of [7_001, 64 * 1024, bytes.length]) {
      const opened = await readBundle(inPieces(bytes, size))
      expect(opened).to.include({ room, invite: 'undertone:join/x' })
      expect(opened.encoded).to.deep.equal(encoded)
      expect(await all(opened.chunks)).to.deep.equal(chunks)
    }
  })

  it('is written and read a frame at a time, however large its files are', async () => {
    let made = 0
    const endless = async function * (): AsyncGenerator<Uint8Array> {
      for (;;) {
        made++
        yield filled(256 * 1024, made)
      }
    }
    const writing = writeBundle({ ...content, chunks: endless() })
    const parts = []
    for (let i = 0; i < 12; i++) {
      parts.push((await writing.next()).value as Uint8Array)
    }
    expect(made).to.be.at.most(4)
    await writing.return(undefined)
    const read = { bytes: 0 }
    const bytes = concat([...parts, filled(8 * FRAME, 0)])
    const opened = await readBundle(inPieces(bytes, 4_096, read))
    // the second frame may have been begun, no more
    expect(read.bytes).to.be.below(4 * FRAME)
    await opened.chunks.return(undefined)
    expect(read.bytes).to.be.below(4 * FRAME)
  })

  it('tells when anything of it was cut, swapped, changed or added, also behind its messages', async () => {
    const bytes = concat(await all(writeBundle({ ...content, chunks })))
    const frame = (index: number): Uint8Array => bytes.subarray(50 + index * FRAME, 50 + (index + 1) * FRAME)
    const changed = {
      'cut off at the end': bytes.subarray(0, -1),
      'cut between frames': bytes.subarray(0, 50 + 3 * FRAME),
      'cut in the header': bytes.subarray(0, 40),
      'a byte of a file': bytes.map((byte, i) => i === 50 + 4 * FRAME + 99 ? byte ^ 1 : byte),
      'frames swapped': concat([bytes.subarray(0, 50 + 2 * FRAME), frame(3), frame(2), bytes.subarray(50 + 4 * FRAME)]),
      'something added': concat([bytes, filled(9, 9)]),
      'another version': bytes.map((byte, i) => i === 16 ? 3 : byte),
      'nothing at all': new Uint8Array()
    }
    for (const [what, each] of Object.entries(changed)) {
      await expect(importBundle(each), what).to.eventually.be.rejected.with.property('name', 'InvalidBundleError')
    }
  })

  it('is refused when somebody else than the persona it names made it', async () => {
    const other = generateKeyPair(filled(32, 8))
    await expect(importBundle(await exportBundle({ ...content, keyPair: { ...keyPair, privateKey: other.privateKey } }))).to.eventually.be.rejectedWith('signature').with.property('name', 'InvalidBundleError')
  })

  it('has no chunk of more than 8 MiB', async () => {
    const opened = await readBundle(await exportBundle({ ...content, chunks: [filled(8 * 1024 * 1024 + 41, 1)] }))
    await expect(all(opened.chunks)).to.eventually.be.rejected.with.property('name', 'InvalidBundleError')
  })

  it('opens with its passphrase only', async () => {
    const bytes = await exportBundle({ ...content, chunks }, { passphrase: 'correct horse' })
    await expect(importBundle(bytes)).to.eventually.be.rejected.with.property('name', 'WrongPassphraseError')
    await expect(importBundle(bytes, { passphrase: 'wrong' })).to.eventually.be.rejected.with.property('name', 'WrongPassphraseError')
    expect((await importBundle(bytes, { passphrase: 'correct horse' })).encoded).to.deep.equal(encoded)
  }).timeout(60_000)
})
