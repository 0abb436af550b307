import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { createHost } from '../../src/network/host.ts'
import { createCompartment, createRelay } from '../../src/network/index.ts'
import { ownDht } from '../../src/network/rendezvous/dht.ts'
import { MAX_RECORD_CONTACTS, RECORD_SLOTS, recordKey, sealRecord } from '../../src/wire/index.ts'
import { epochs, until } from '../support/room-hosts.ts'
import type { Compartment, NetworkInit, Relay } from '../../src/network/index.ts'
import type { RecordContact } from '../../src/wire/index.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { AddressInfo, Server, Socket } from 'node:net'

const LOOPBACK = [multiaddr('/ip4/127.0.0.1/tcp/0')]
const HOUR_MS = 3_600_000

describe('a room whose records somebody with its key has filled', () => {
  const window = epochs(91, 10)
  const stops: Array<() => unknown> = []
  let network: NetworkInit
  let relay: Relay
  /** takes connections and says nothing: whoever dials it waits for the time limit */
  let tarPit: Server
  const caught = new Set<Socket>()

  before(async () => {
    relay = await createRelay({ profile: 'private', dht: 'own', bootstrap: [], listen: LOOPBACK })
    await relay.start()
    network = { profile: 'private', dht: 'own', bootstrap: relay.addresses(), listen: LOOPBACK }
    tarPit = createServer(socket => {
      caught.add(socket)
      socket.on('error', () => {}).on('close', () => { caught.delete(socket) }).resume()
    })
    tarPit.listen(0, '127.0.0.1')
    await once(tarPit, 'listening')
    await fill()
  })
  afterEach(async () => { await Promise.all(stops.splice(0).map(async stop => stop())) })
  after(async () => {
    caught.forEach(socket => { socket.destroy() })
    tarPit.close()
    await relay.stop()
  })

  const attack = async (act: (dht: any) => Promise<void>): Promise<void> => {
    const attacker: Libp2p<any> = await createHost<any>({ network, services: { dht: ownDht(false) } })
    await attacker.start()
    await attacker.dial(relay.addresses())
    await until(() => attacker.services.dht.routingTable.size > 0)
    await act(attacker.services.dht)
    await attacker.stop()
  }

  /** Every slot of every epoch in the window, for an hour to come, full of hosts that hang. */
  const fill = async (): Promise<void> => attack(async dht => {
    for (const { keys } of window) {
      for (let slot = 0; slot < RECORD_SLOTS; slot++) {
        const contacts: RecordContact[] = await Promise.all(Array.from({ length: MAX_RECORD_CONTACTS }, async () => ({
          peer: peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString(),
          addresses: [multiaddr(`/ip4/127.0.0.1/tcp/${(tarPit.address() as AddressInfo).port}`)],
          time: Date.now()
        })))
        await all(dht.put(recordKey(keys, slot), await sealRecord(keys, slot, contacts, Date.now() + HOUR_MS, randomBytes(24))))
      }
    }
  })

  const member = async (contacts: Multiaddr[] = []): Promise<Compartment> => {
    const made = await createCompartment({ network, epochs: window, contacts, validate: () => 'accept' })
    await made.start()
    stops.push(async () => made.stop())
    return made
  }

  it('still lets in a newcomer whose invite or cache names one member, although every record leads astray', async () => {
    const ana = await member()
    const lost = await member()
    await until(() => caught.size >= 4)
    expect(lost.members()).to.deep.equal([])
    const ben = await member(ana.addresses())
    await until(() => ben.members().includes(ana.peerId) && ana.members().includes(ben.peerId))
  })

  it('lets one in whose contact comes back only after it has begun to look', async () => {
    const ana = await member()
    const addresses = ana.addresses()
    const ben = await member([multiaddr(addresses[0].toString().replace(/tcp\/\d+/, 'tcp/9'))])
    await until(() => caught.size >= 4)
    // the cache is out of date, and a member says where that host is now
    const cem = await member([...ben.addresses(), ...addresses])
    await until(() => ben.members().includes(ana.peerId) && ben.members().includes(cem.peerId))
  })

  it('does not take a record that none could come after', async () => {
    const [{ keys }] = epochs(92, 10)
    await attack(async dht => {
      for (const [slot, sequence] of [[0, Date.now()], [1, Number.MAX_SAFE_INTEGER]]) {
        const key = recordKey(keys, slot)
        await all(dht.put(key, await sealRecord(keys, slot, [], sequence, randomBytes(24)))).catch(() => {})
        const found = (await all(dht.get(key)).catch(() => [])).filter(({ name }: any) => name === 'VALUE')
        expect(found.length > 0).to.equal(slot === 0)
      }
    })
  })
})

async function all (events: AsyncIterable<any>): Promise<any[]> {
  const seen: any[] = []
  for await (const event of events) {
    seen.push(event)
  }
  return seen
}
