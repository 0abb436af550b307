import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { isLocalAddress, meansLocal } from '../../src/network/addresses.ts'
import { carrierOf } from '../../src/network/carriers/carriers.ts'

const RELAY = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'

describe('addresses of a local network', () => {
  for (const text of ['/ip4/192.168.1.7/tcp/4001', '/ip4/10.1.2.3/udp/4001/webrtc-direct', '/ip4/172.20.0.1/tcp/1/ws', '/ip4/127.0.0.1/tcp/1', '/ip4/169.254.7.7/tcp/1', '/ip4/100.64.0.9/tcp/1', '/ip6/::1/tcp/1', '/ip6/fd00::7/tcp/1', '/ip6/fe80::7/tcp/1', '/ip6zone/eth0/ip6/fe80::7/tcp/1', '/dns4/localhost/tcp/1', '/dns/printer.local/tcp/1', `/ip4/192.168.1.1/tcp/1/p2p/${RELAY}/p2p-circuit`]) {
    it(`are told from others: ${text}`, () => { expect(isLocalAddress(multiaddr(text))).to.equal(true) })
  }

  for (const text of ['/ip4/8.8.8.8/tcp/4001', '/ip4/100.63.0.1/tcp/1', '/ip4/100.128.0.1/tcp/1', '/ip6/2606:4700::1111/tcp/1', '/dns4/relay.example.org/tcp/443/wss', `/ip4/9.9.9.9/tcp/1/p2p/${RELAY}/p2p-circuit/webrtc`]) {
    it(`are not taken for it: ${text}`, () => { expect(isLocalAddress(multiaddr(text))).to.equal(false) })
  }

  it('are meant by the profiles for it, or when one was named; to listen everywhere names none', () => {
    const given = (profile: any, listen?: string, bootstrap?: string): boolean => meansLocal({ profile, listen: listen == null ? undefined : [multiaddr(listen)], bootstrap: bootstrap == null ? undefined : [multiaddr(bootstrap)] })
    expect([given('lan'), given('private')]).to.deep.equal([true, true])
    expect([given('public'), given('tor'), given('public', '/ip4/0.0.0.0/tcp/4001'), given('public', undefined, '/dns4/relay.example.org/tcp/443/wss')]).to.deep.equal([false, false, false, false])
    expect([given('public', '/ip4/192.168.1.7/tcp/4001'), given('public', undefined, '/ip4/127.0.0.1/tcp/4001')]).to.deep.equal([true, true])
  })
})

describe('the word for a way', () => {
  it('is that of the last part: a relay behind WebRTC-direct is a relay, and what it signalled for is direct', () => {
    const relay = `/ip4/9.9.9.9/udp/1/webrtc-direct/certhash/uEiAbc/p2p/${RELAY}`
    for (const [address, carrier] of Object.entries({
      [relay]: 'webrtc-direct',
      [`${relay}/p2p-circuit/p2p/${RELAY}`]: 'relay',
      [`${relay}/p2p-circuit/webrtc/p2p/${RELAY}`]: 'webrtc',
      [`/ip4/9.9.9.9/tcp/1/ws/p2p/${RELAY}/p2p-circuit`]: 'relay',
      [`/dns4/relay.example/tcp/443/tls/ws/p2p/${RELAY}`]: 'wss',
      '/ip4/9.9.9.9/tcp/1/ws': 'ws',
      '/ip4/9.9.9.9/tcp/1': 'tcp'
    })) {
      expect(carrierOf(address, false), address).to.equal(carrier)
    }
  })
})
