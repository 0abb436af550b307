import { multiaddrConnectionPair, streamPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { muxer } from '../../src/network/muxer.ts'
import { FrameLengthError, READ_AHEAD_BYTES, pacedBytes, pacedFrames } from '../../src/streams/index.ts'
import type { PacedFrames } from '../../src/streams/index.ts'
import type { Stream } from '@libp2p/interface'

const FRAME = 64 * 1024
const MAX_FRAME = 1024 * 1024

const settle = async (): Promise<void> => { await new Promise(resolve => { setTimeout(resolve, 20) }) }

/** Over the muxer that hosts use. */
async function muxedPair (): Promise<[Stream, Stream]> {
  const [outbound, inbound] = multiaddrConnectionPair()
  const [local, remote] = [outbound, inbound].map(connection => muxer()().createStreamMuxer(connection))
  const arrived = new Promise<Stream>(resolve => { remote.addEventListener('stream', event => { resolve(event.detail) }) })
  return [await local.createStream(), await arrived]
}

/** Reads `count` frames, and answers the most bytes that had arrived unread at any time. */
async function readAll (frames: PacedFrames, count: number): Promise<number> {
  let bytes = 0
  for (let i = 0; i < count; i++) {
    bytes += (await frames.read({ signal: AbortSignal.timeout(60_000) })).byteLength
  }
  return bytes
}

describe('streams at the pace of the slower side', () => {
  it('arrive whole, frame by frame, whatever their sizes', async () => {
    const [here, there] = await streamPair()
    const writer = pacedFrames(here, { maxDataLength: MAX_FRAME })
    const reader = pacedFrames(there, { maxDataLength: MAX_FRAME })
    const sizes = [0, 1, 127, 128, 16_383, 16_384, READ_AHEAD_BYTES, READ_AHEAD_BYTES + 1, MAX_FRAME]
    const written = (async () => {
      for (const size of sizes) {
        await writer.write(new Uint8Array(size).fill(size % 251))
      }
      await here.close()
    })()
    for (const size of sizes) {
      const frame = (await reader.read({ signal: AbortSignal.timeout(60_000) })).subarray()
      expect(frame).to.have.lengthOf(size)
      expect(frame.every(byte => byte === size % 251)).to.equal(true)
    }
    await written
    await expect(reader.read({ signal: AbortSignal.timeout(60_000) })).to.eventually.be.rejected()
  })

  it(`ask the peer to wait when ${READ_AHEAD_BYTES} bytes lie unread, and go on when they are read`, async () => {
    const [here, there] = await streamPair()
    const writer = pacedFrames(here, { maxDataLength: MAX_FRAME })
    const reader = pacedFrames(there, { maxDataLength: MAX_FRAME })
    const count = 2 * READ_AHEAD_BYTES / FRAME
    for (let i = 0; i < count; i++) {
      await writer.write(new Uint8Array(FRAME))
    }
    while (there.readStatus !== 'paused') {
      await settle()
    }
    expect(await readAll(reader, count)).to.equal(count * FRAME)
    expect(there.readStatus).to.equal('readable')
  })

  it('hold one write at most for a reader that takes nothing, and wait each time', async () => {
    const [here] = await streamPair()
    const sent: number[] = []
    // as a muxer whose window is a quarter of a write
    const muxer = here as any
    muxer.sendData = (data: any) => {
      const sentBytes = Math.min(FRAME / 4, data.byteLength)
      sent.push(sentBytes)
      return { sentBytes, canSendMore: false }
    }
    const writer = pacedBytes(here)
    let writes = 0
    let most = 0
    const writing = (async () => {
      for (; writes < 3; writes++) {
        await writer.write(new Uint8Array(FRAME))
      }
    })()
    for (let windows = 0; windows < 12; windows++) {
      await settle()
      expect(writes).to.equal(Math.floor(windows / 4))
      most = Math.max(most, here.writeBufferLength)
      muxer.onMuxerDrain()
    }
    await writing
    expect(most).to.be.lessThan(FRAME)
    expect(sent.reduce((sum, bytes) => sum + bytes, 0)).to.equal(3 * FRAME)
  })

  it(`hold less than ${4 * MAX_FRAME} bytes together for an honest reader that takes its time over 16 MiB`, async () => {
    const [here, there] = await muxedPair()
    const writer = pacedFrames(here, { maxDataLength: MAX_FRAME })
    const reader = pacedFrames(there, { maxDataLength: MAX_FRAME })
    const count = 16 * MAX_FRAME / FRAME
    let written = 0
    const writing = (async () => {
      for (; written < count; written++) {
        await writer.write(new Uint8Array(FRAME))
      }
    })()
    let most = 0
    for (let read = 0; read < count; read++) {
      // a few turns for every frame: the writer could be far ahead
      read % 8 === 0 && await settle()
      most = Math.max(most, (written - read) * FRAME)
      await reader.read({ signal: AbortSignal.timeout(60_000) })
    }
    await writing
    expect(most).to.be.within(FRAME, 4 * MAX_FRAME)
  })

  it('let go of a writer whose stream ends, or who no longer wants to write', async () => {
    const [here] = await streamPair()
    ;(here as any).sendData = () => ({ sentBytes: 0, canSendMore: false })
    const writer = pacedBytes(here)
    const controller = new AbortController()
    const given = writer.write(new Uint8Array(FRAME), { signal: controller.signal })
    controller.abort(new Error('no longer'))
    await expect(given).to.eventually.be.rejectedWith('no longer')
    const cut = writer.write(new Uint8Array(FRAME))
    here.abort(new Error('gone'))
    await expect(cut).to.eventually.be.rejected.with.property('name', 'StalledPeerError')
    await expect(writer.write(new Uint8Array(FRAME))).to.eventually.be.rejected()
  })

  it('refuse a frame longer than any before a byte of it is waited for', async () => {
    for (const length of [[0x81, 0x80, 0x40], [0xff, 0xff, 0xff, 0xff, 0xff]]) {
      const [here, there] = await streamPair()
      here.send(Uint8Array.from(length))
      await expect(pacedFrames(there, { maxDataLength: MAX_FRAME }).read()).to.eventually.be.rejectedWith(FrameLengthError)
      here.abort(new Error('done'))
    }
  })

  it('give a stream back with what was not read', async () => {
    const [here, there] = await streamPair()
    here.send(new Uint8Array(2 * READ_AHEAD_BYTES).fill(7))
    const first = pacedBytes(there)
    expect((await first.read({ bytes: 10 })).byteLength).to.equal(10)
    const second = pacedBytes(first.unwrap())
    expect((await second.read({ bytes: 2 * READ_AHEAD_BYTES - 10, signal: AbortSignal.timeout(60_000) })).byteLength).to.equal(2 * READ_AHEAD_BYTES - 10)
  })
})
