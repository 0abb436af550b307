import { row } from '../bench-case.ts'
import { Forked } from './forked.ts'
import type { Rival } from './rival.ts'
import type { Row } from '../bench-case.ts'

/** With the version of Helia that its own tests name, and transports as ours has them. */
export const orbitdb: Rival = {
  name: 'OrbitDB 4.0.0',
  packages: ['@orbitdb/core@4.0.0', 'helia@6.0.22', '@helia/block-brokers@5.2.4', '@helia/routers@5.1.1', '@libp2p/gossipsub@15.0.16', 'libp2p@3.3.11', '@libp2p/tcp@11.0.28', '@libp2p/identify@4.1.14', '@libp2p/noise@1.0.1', '@chainsafe/libp2p-yamux@8.0.1'],
  exports: [
    "export { createOrbitDB, Identities, IPFSAccessController, KeyStore } from '@orbitdb/core'",
    "export { createHelia } from 'helia'",
    "export { bitswap } from '@helia/block-brokers'",
    "export { libp2pRouting } from '@helia/routers'",
    "export { gossipsub } from '@libp2p/gossipsub'",
    "export { identify } from '@libp2p/identify'",
    "export { createLibp2p } from 'libp2p'",
    "export { tcp } from '@libp2p/tcp'",
    "export { noise } from '@libp2p/noise'",
    "export { yamux } from '@chainsafe/libp2p-yamux'"
  ]
}

/** A newcomer opens a log that one peer on loopback has; done when every entry is joined. */
export async function orbitdbRows (module: string, count: number, signal: AbortSignal): Promise<Row[]> {
  const holder = new Forked('orbitdb-peer', signal)
  const newcomer = new Forked('orbitdb-peer', signal)
  try {
    const { addresses, database } = await holder.call('hold', { module, count })
    const { ms, held, authors } = await newcomer.call('fetch', { module, addresses, database })
    return [
      row('sync', orbitdb.name, `${count} entries of 200 bytes, every signature checked, blocks in memory, index on disk`, ms, 'ms'),
      row('sync', orbitdb.name, `held of ${count}`, held, 'entries'),
      row('sync', orbitdb.name, 'authors of them', authors, 'authors')
    ]
  } finally {
    await Promise.all([holder.end(), newcomer.end()])
  }
}
