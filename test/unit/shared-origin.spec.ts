import { expect } from 'aegir/chai'
import { mayShare } from '../../src/web/tab-channel.ts'

describe('an origin that belongs to others, too', () => {
  const shared = (address: string): boolean => !mayShare(new URL(address))

  it('is a file, a path of an IPFS gateway and a home on a shared server, however they are spelled', () => {
    for (const address of [
      'file:///media/stick/undertone.html',
      'https://gateway.example/ipfs/bafyexample/',
      'https://gateway.example/IPFS/bafyexample/index.html',
      'https://gateway.example/%69pfs/bafyexample/',
      'https://gateway.example/behind/ipns/undertone.example/',
      'https://university.example/~ada/undertone/',
      'https://university.example/%7Eada/undertone/',
      // nobody knows what a server makes of it
      'https://gateway.example/%ff/'
    ]) {
      expect(shared(address), address).to.equal(true)
    }
  })

  it('is no address of the app alone', () => {
    for (const address of [
      'https://undertone.example/',
      'http://localhost:8080/apps/undertone/index.html',
      'https://bafyexample.ipfs.gateway.example/',
      'https://undertone.example/about-ipfs/',
      'https://undertone.example/?from=/ipfs/#/join/~'
    ]) {
      expect(shared(address), address).to.equal(false)
    }
  })
})
