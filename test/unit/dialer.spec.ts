import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { MAX_CANDIDATES, MAX_LASTING, MEMBER_TARGET, MemberDialer } from '../../src/network/rendezvous/dialer.ts'

describe('a host that was told of many members', () => {
  const peerId = async (): Promise<ReturnType<typeof peerIdFromPrivateKey>> => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))

  it(`dials ${MEMBER_TARGET} of them and lets the others be, and not the same ones as its neighbour`, async () => {
    const self = await peerId()
    const told = await Promise.all(Array.from({ length: 30 }, peerId))
    const dialled = async (): Promise<string[]> => {
      const met = new Set<string>()
      const libp2p: any = {
        peerId: self,
        getConnections: (peer: any) => met.has(String(peer)) ? [{}] : [],
        dial: async (addresses: any[]) => { met.add(addresses[0].getComponents().pop().value) }
      }
      let full = false
      const dialer = new MemberDialer({ libp2p, members: () => full ? met.size : MEMBER_TARGET, log: () => {} })
      told.forEach(peer => { dialer.add({ peer: peer.toString(), addresses: [multiaddr('/ip4/127.0.0.1/tcp/1')] }) })
      full = true
      dialer.refresh()
      while (met.size < MEMBER_TARGET) {
        await new Promise(resolve => setTimeout(resolve, 1))
      }
      // time enough for one too many
      await new Promise(resolve => setTimeout(resolve, 20))
      dialer.stop()
      return [...met].sort()
    }
    const [mine, yours] = [await dialled(), await dialled()]
    expect(mine).to.have.lengthOf(MEMBER_TARGET)
    expect(yours).to.have.lengthOf(MEMBER_TARGET)
    // one chance in 5,852,925 to be alike
    expect(mine).to.not.deep.equal(yours)
  })

  it('dials again soon whom it lost, and later each time who hangs up on it', async () => {
    const [self, peer] = [await peerId(), await peerId()]
    const dials: number[] = []
    let connected = false
    let dialled = (): void => {}
    const libp2p: any = {
      peerId: self,
      getConnections: () => connected ? [{}] : [],
      dial: async () => {
        connected = true
        dials.push(performance.now())
        setTimeout(() => { dialled() })
      }
    }
    const dialer = new MemberDialer({ libp2p, members: () => connected ? 1 : 0, log: () => {} })
    const next = async (act: () => void): Promise<void> => new Promise(resolve => {
      dialled = resolve
      act()
    })
    const hangUp = async (): Promise<number> => {
      await next(() => {
        connected = false
        dialer.lost(peer.toString())
      })
      return dials[dials.length - 1] - dials[dials.length - 2]
    }
    try {
      await next(() => { dialer.add({ peer: peer.toString(), addresses: [multiaddr('/ip4/127.0.0.1/tcp/1')] }) })
      // at the earliest of what chance allows
      expect(await hangUp()).to.be.at.least(740)
      expect(await hangUp()).to.be.at.least(1_490)
      dialer.lost((await peerId()).toString())
      expect(dialer.size).to.equal(1)
    } finally {
      dialer.stop()
    }
  })

  it(`remembers ${MAX_CANDIDATES} hosts that records name and ${MAX_LASTING} of the invite and the cache, and none of the first pushes out one of the others`, async () => {
    const [self, honest] = [await peerId(), await peerId()]
    const libp2p: any = { peerId: self, getConnections: () => [], dial: async () => new Promise(() => {}) }
    const dialer = new MemberDialer({ libp2p, members: () => 0, log: () => {} })
    try {
      const at = (port: number): any => [multiaddr(`/ip4/127.0.0.1/tcp/${port}`)]
      dialer.add({ peer: honest.toString(), addresses: at(1) }, true)
      for (let i = 0; i < MAX_CANDIDATES * 2; i++) {
        dialer.add({ peer: (await peerId()).toString(), addresses: at(2) })
      }
      dialer.add({ peer: honest.toString(), addresses: at(2) })
      expect(dialer.size).to.equal(MAX_CANDIDATES + 1)
      for (let i = 0; i < MAX_LASTING - 1; i++) {
        dialer.add({ peer: (await peerId()).toString(), addresses: at(3) }, true)
      }
      expect(dialer.size).to.equal(MAX_CANDIDATES + MAX_LASTING)
    } finally {
      dialer.stop()
    }
  })

  it('finds who restarted at the address of an invite, under another peer ID, and only once', async () => {
    const [self, before, now] = [await peerId(), await peerId(), await peerId()]
    const tries: string[] = []
    const met = new Set<string>()
    const libp2p: any = {
      peerId: self,
      getConnections: (peer: any) => met.has(String(peer)) ? [{}] : [],
      dial: async ([address]: any[]) => {
        tries.push(String(address))
        if (String(address).includes('/p2p/')) {
          throw new Error('somebody else answers')
        }
        met.add(now.toString())
        return { remotePeer: now }
      }
    }
    const dialer = new MemberDialer({ libp2p, members: () => 0, log: () => {} })
    const found = await peerId()
    try {
      // what records name is dialled by its name alone: it would be somebody else's
      dialer.add({ peer: found.toString(), addresses: [multiaddr('/ip4/127.0.0.1/tcp/2')] })
      dialer.add({ peer: before.toString(), addresses: [multiaddr(`/ip4/127.0.0.1/tcp/1/p2p/${before.toString()}`)] }, true)
      while (met.size === 0) {
        dialer.refresh()
        await new Promise(resolve => setTimeout(resolve, 1))
      }
      for (let i = 0; i < 20; i++) {
        dialer.refresh()
        await new Promise(resolve => setTimeout(resolve, 1))
      }
      expect(tries.filter(each => !each.includes('/p2p/'))).to.deep.equal(['/ip4/127.0.0.1/tcp/1'])
      expect(tries.filter(each => each.includes('/tcp/1'))).to.have.lengthOf(2)
    } finally {
      dialer.stop()
    }
  })

  it('dials whom its invite names although every other dial hangs', async () => {
    const [self, honest] = [await peerId(), await peerId()]
    const tries: string[] = []
    const libp2p: any = {
      peerId: self,
      getConnections: () => [],
      dial: async (addresses: any[]) => {
        if (addresses[0].toString().includes('/tcp/2/')) {
          await new Promise(() => {})
        }
        // what others say of it is tried after what the invite says, and never without its name
        expect(addresses[0].toString()).to.match(/\/tcp\/1(\/|$)/)
        addresses.slice(1).forEach(address => { expect(address.toString()).to.equal(`/ip4/127.0.0.1/tcp/3/p2p/${honest.toString()}`) })
        if (tries.push(addresses[0].toString()) === 1) {
          throw new Error('not up yet')
        }
        return { remotePeer: honest }
      }
    }
    const dialer = new MemberDialer({ libp2p, members: () => 0, log: () => {} })
    try {
      dialer.add({ peer: honest.toString(), addresses: [multiaddr('/ip4/127.0.0.1/tcp/1')] }, true)
      for (let i = 0; i < 32; i++) {
        dialer.add({ peer: (await peerId()).toString(), addresses: [multiaddr('/ip4/127.0.0.1/tcp/2')] })
      }
      // somebody says that it is elsewhere
      dialer.add({ peer: honest.toString(), addresses: [multiaddr('/ip4/127.0.0.1/tcp/3')] })
      while (tries.length < 2) {
        await new Promise(resolve => setTimeout(resolve, 10))
      }
    } finally {
      dialer.stop()
    }
  })
})
