/** One side of OrbitDB in the `sync` benchmark: holds a log by ten authors, or replicates it. Driven over IPC. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { answer } from '../support/forked.ts'

const AUTHORS = 10
const folder = mkdtempSync(join(tmpdir(), 'undertone-bench-orbitdb-'))
let stop = async (): Promise<void> => {}

/** Blocks come from the other peer alone: no gateways, no routing over the Internet. */
async function host (rival: any): Promise<any> {
  const libp2p = await rival.createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [rival.tcp()],
    connectionEncrypters: [rival.noise()],
    streamMuxers: [rival.yamux()],
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: rival.identify(), pubsub: rival.gossipsub({ allowPublishToZeroTopicPeers: true }) }
  })
  return rival.createHelia({ libp2p, blockBrokers: [rival.bitswap()], routers: [rival.libp2pRouting(libp2p)] })
}

answer({
  async hold ({ module, count }) {
    const rival = await import(module)
    const ipfs = await host(rival)
    const identities = await rival.Identities({ ipfs, keystore: await rival.KeyStore({ path: join(folder, 'keys') }) })
    const authors: any[] = []
    for (let i = 0; i < AUTHORS; i++) {
      authors.push(await identities.createIdentity({ id: `author ${i}` }))
    }
    let turn = 0
    // one log whose entries are signed by the authors in turn
    const identity = new Proxy({}, { get: (_, key) => key === 'then' ? undefined : authors[turn % AUTHORS][key] })
    const orbitdb = await rival.createOrbitDB({ ipfs, identities, identity, directory: folder })
    const database = await orbitdb.open('bench', { AccessController: rival.IPFSAccessController({ write: ['*'] }) })
    for (; turn < count; turn++) {
      await database.add(`${turn}`.padStart(10) + 'x'.repeat(190))
    }
    stop = async () => { await orbitdb.stop(); await ipfs.stop() }
    return { addresses: ipfs.libp2p.getMultiaddrs().map(String), database: database.address }
  },

  async fetch ({ module, addresses, database: address }) {
    const rival = await import(module)
    const ipfs = await host(rival)
    const orbitdb = await rival.createOrbitDB({ ipfs, id: 'newcomer', directory: folder })
    stop = async () => { await orbitdb.stop(); await ipfs.stop() }
    await ipfs.libp2p.dial(addresses.map((each: string) => multiaddr(each)))
    const began = performance.now()
    const database = await orbitdb.open(address)
    // the one head was taken, with all that lies before it
    await new Promise<void>((resolve, reject) => {
      database.events.once('update', resolve)
      database.events.once('error', reject)
    })
    const ms = performance.now() - began
    const authors = new Set<string>()
    let held = 0
    for await (const { identity } of database.log.iterator()) {
      held++
      authors.add(identity)
    }
    return { ms, held, authors: authors.size }
  },

  async end () {
    await stop()
    rmSync(folder, { recursive: true, force: true })
    return {}
  }
})
