/** One side of the `sync` benchmark, in a process of its own: holds a history, or fetches one. Driven over IPC. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { yamux } from '@chainsafe/libp2p-yamux'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { epochKeyFromSecret, generateKeyPair, roomIdFromSecret } from '../../src/crypto/index.ts'
import { RoomCore } from '../../src/engine/room-core.ts'
import { createSyncSource } from '../../src/engine/sync-source.ts'
import { completePolicy } from '../../src/room/index.ts'
import { openStore } from '../../src/store/index.ts'
import { createSync } from '../../src/sync/index.ts'
import { decodeMessage, encodePayload, encodeSigned, signMessage, verifyMessage } from '../../src/wire/index.ts'
import { answer } from '../support/forked.ts'
import type { SyncSource } from '../../src/sync/sync-api.ts'
import type { MessageId } from '../../src/wire/index.ts'
import type { Stream } from '@libp2p/interface'

const AUTHORS = 10
const SYNC = '/bench/sync/1.0.0'
const RAW = '/bench/raw/1.0.0'
const secret = new Uint8Array(32).fill(7)
const room = roomIdFromSecret(secret)

async function makeCore (folder?: string): Promise<{ core: RoomCore, close(): Promise<void> }> {
  const policy = completePolicy({ retention: -1 })
  const store = await openStore(folder == null ? {} : { data: folder, passphrase: 'bench' })
  const epoch = Math.floor(Date.now() / policy.epoch)
  const core = new RoomCore({
    state: { version: 1, room, name: 'bench', kind: 'open', policy, epoch, key: epochKeyFromSecret(secret, epoch), secret: secret.slice(), founder: null, persona: globalThis.crypto.getRandomValues(new Uint8Array(32)), petname: '', petnames: {}, contacts: [], joined: Date.now(), read: 0, former: [] },
    store: await store.room(room),
    durable: folder != null,
    now: Date.now,
    onMessage: () => {},
    onMember: () => {},
    onDelivery: () => {},
    log: () => {}
  })
  return { core, close: async () => { await core.close(); await store.close() } }
}

/** Signed messages with 200 bytes of text, in turn from ten authors. */
async function history (count: number, from: number): Promise<Uint8Array[]> {
  const authors = Array.from({ length: AUTHORS }, (_, i) => ({ pair: generateKeyPair(new Uint8Array(32).fill(i + 1)), sequence: 0, previous: undefined as MessageId | undefined }))
  const encoded = []
  const text = 'x'.repeat(190)
  let seen: MessageId[] = []
  for (let i = 0; i < count; i++) {
    const author = authors[i % AUTHORS]
    const message = await signMessage(author.pair.privateKey, room, encodePayload({ authorKey: author.pair.publicKey, sequence: author.sequence++, previous: author.previous, seen, time: from + i, body: { kind: 'text', text: `${i}`.padStart(10) + text, mentions: [] } }))
    author.previous = message.id
    seen = [message.id]
    encoded.push(encodeSigned(message))
  }
  return encoded
}

async function host (): Promise<any> {
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false }
  })
}

let encoded: Uint8Array[] = []
let core: RoomCore
let node: any
let close: () => Promise<void> = async () => {}
let folder: string | undefined

/** Bytes of all frames that cross a stream, both ways. */
function counted (stream: Stream): { bytes: number } {
  const total = { bytes: 0 }
  const send = stream.send.bind(stream)
  stream.send = data => {
    total.bytes += data.byteLength
    return send(data)
  }
  stream.addEventListener('message', event => { total.bytes += event.data.byteLength })
  return total
}

/** Bytes that JavaScript holds on to, after a collection. */
function held (): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function raw (address: string): Promise<{ ms: number }> {
  const stream = await node.dialProtocol(multiaddr(address), RAW)
  const began = performance.now()
  await new Promise<void>(resolve => {
    stream.addEventListener('message', () => {})
    stream.addEventListener('remoteCloseWrite', () => { resolve() })
    stream.send(new Uint8Array([1]))
  })
  return { ms: performance.now() - began }
}

/** @param memory - also watch it, which takes 0.2 ms for each batch */
async function fetchAll (address: string, everySignature: boolean, memory: boolean): Promise<object> {
  const inner = createSyncSource({ core, accepted: () => {}, lied: () => {} })
  const source: SyncSource = !everySignature
    ? inner
    : {
        ...inner,
        accept: async (messages, peer) => {
          for (const bytes of messages) {
            if (!await verifyMessage(room, decodeMessage(bytes))) {
              throw new Error('forged')
            }
          }
          return inner.accept(messages, peer)
        }
      }
  await node.dial(multiaddr(address))
  globalThis.gc?.()
  const resident = process.memoryUsage.rss()
  const heap = held()
  const stream = await node.dialProtocol(multiaddr(address), SYNC)
  const total = counted(stream)
  const began = performance.now()
  let peak = 0
  let first = 0
  const result = await createSync(source).run(stream, 'holder', {
    onProgress: ({ received }) => {
      peak = memory ? Math.max(peak, process.memoryUsage.rss()) : 0
      first ||= received > 0 ? performance.now() - began : 0
    }
  })
  const received = performance.now() - began
  await core.keeper.flush()
  const ms = performance.now() - began
  peak = Math.max(peak, process.memoryUsage.rss())
  globalThis.gc?.()
  return { ms, received, first, bytes: total.bytes, held: core.timeline.size, messages: result.received, growth: (peak - resident) / 1e6, kept: (held() - heap) / 1e6 }
}

answer({
  /** @param options - `count` messages, without those at `gaps` */
  async hold ({ count, gaps = [], stored = false }) {
    folder = stored ? mkdtempSync(join(tmpdir(), 'undertone-bench-')) : undefined
    const made = await makeCore(folder)
    core = made.core
    close = made.close
    encoded = await history(count, 1_700_000_000_000)
    const without = new Set(gaps)
    await core.accept(encoded.filter((_, i) => !without.has(i)))
    await core.keeper.flush()
    node = await host()
    await node.handle(SYNC, async (stream: Stream) => { await createSync(createSyncSource({ core, accepted: () => {}, lied: () => {} })).serve(stream, 'newcomer') }, {})
    await node.handle(RAW, async (stream: Stream) => {
      stream.addEventListener('message', () => {})
      const all = Buffer.concat(encoded)
      for (let at = 0; at < all.length; at += 65_536) {
        if (!stream.send(all.subarray(at, at + 65_536))) {
          await stream.onDrain()
        }
      }
      await stream.close()
    }, {})
    return { address: node.getMultiaddrs()[0].toString(), held: core.timeline.size }
  },
  async raw ({ address }) { return raw(address) },
  async fetch ({ address, everySignature = false, memory = false }) { return fetchAll(address, everySignature, memory) },
  async end () {
    await node.stop()
    await close()
    if (folder != null) {
      rmSync(folder, { recursive: true, force: true })
    }
    return {}
  }
})
