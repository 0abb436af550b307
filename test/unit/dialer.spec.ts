import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { MEMBER_TARGET, MemberDialer } from '../../src/network/rendezvous/dialer.ts'

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
})
