import { expect } from 'aegir/chai'
import { mayDialFrom } from '../../src/network/dialable.ts'
import { invitedRelays } from '../../src/web/invited-relays.ts'
import { paced } from '../../src/web/paced.ts'

const RELAY = '12D3KooWD2MSgYXDMFEmDpGiRZ2wQSZwrBwY7T5sXzUqmCn6hJ8F'
const MEMBER = '12D3KooWJ1SSN6RsjWzy1vV3YWgYqnPYqyTkYnHqzQhkQXxW2eZr'

async function until (ask: () => boolean): Promise<void> {
  while (!ask()) {
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}

describe('what a page learns from an invite', () => {
  it('is which relays its addresses lead through, each once, if a page can dial them', () => {
    expect(invitedRelays([
      `/dns4/relay.example/tcp/443/wss/p2p/${RELAY}/p2p-circuit/p2p/${MEMBER}`,
      `/dns4/relay.example/tcp/443/wss/p2p/${RELAY}/p2p-circuit/webrtc/p2p/${MEMBER}`,
      `/ip4/192.0.2.1/udp/4001/webrtc-direct/certhash/uEiAbc/p2p/${RELAY}/p2p-circuit/p2p/${MEMBER}`,
      `/ip4/192.0.2.1/tcp/4001/p2p/${RELAY}/p2p-circuit/p2p/${MEMBER}`,
      `/ip4/192.0.2.2/udp/4001/webrtc-direct/certhash/uEiAbc/p2p/${MEMBER}`
    ])).to.deep.equal([
      `/dns4/relay.example/tcp/443/wss/p2p/${RELAY}`,
      `/ip4/192.0.2.1/udp/4001/webrtc-direct/certhash/uEiAbc/p2p/${RELAY}`
    ])
  })
})

describe('what a page can dial', () => {
  it('has a carrier of browsers, and is encrypted or stays on this machine where the page came over https', () => {
    for (const [address, plain, secure] of [
      ['/dns4/relay.example/tcp/443/wss', true, true],
      ['/dns4/relay.example/tcp/443/tls/ws', true, true],
      [`/dns4/relay.example/tcp/443/tls/sni/relay.example/ws/p2p/${RELAY}`, true, true],
      [`/ip4/192.0.2.1/udp/4001/webrtc-direct/certhash/uEiAbc/p2p/${RELAY}`, true, true],
      [`/ip4/192.0.2.1/tcp/4001/ws/p2p/${RELAY}`, true, false],
      ['/dns4/localhost.example/tcp/4001/ws', true, false],
      ['/ip4/127.0.0.1/tcp/4001/ws', true, true],
      ['/dns4/localhost/tcp/4001/ws', true, true],
      ['/ip6/::1/tcp/4001/ws', true, true],
      ['/ip4/192.0.2.1/tcp/4001', false, false],
      ['/ip4/192.0.2.1/udp/4001/quic-v1/webtransport', false, false],
      ['/dnsaddr/bootstrap.example', false, false]
    ] as const) {
      expect([mayDialFrom('http:', address), mayDialFrom('file:', address), mayDialFrom('https:', address)], address).to.deep.equal([plain, plain, secure])
    }
  })
})

describe('what is paced', () => {
  it('runs without a gap for what the person did, and goes on with gaps', async () => {
    let runs = 0
    const ask = paced(() => { runs++ }, 1_000_000)
    ask()
    await until(() => runs === 1)
    ask()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(runs).to.equal(1)
    ask.now()
    await until(() => runs === 2)
    ask()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(runs).to.equal(2)
  })

  it('runs for the first and for the last of many who ask, not for each, and never twice at once', async () => {
    let runs = 0
    let at = 0
    let most = 0
    const ask = paced(async () => {
      runs++
      most = Math.max(most, ++at)
      await new Promise(resolve => setTimeout(resolve, 5))
      at--
    }, 20)
    for (let i = 0; i < 100; i++) {
      ask()
    }
    await until(() => runs > 0)
    // while it runs
    ask()
    ask()
    await until(() => runs >= 2 && at === 0)
    await new Promise(resolve => setTimeout(resolve, 60))
    expect({ runs, most }).to.deep.equal({ runs: 2, most: 1 })
  })

  it('goes on after a run that failed', async () => {
    let runs = 0
    const ask = paced(() => {
      runs++
      throw new Error('not this time')
    }, 1)
    ask()
    await until(() => runs > 0)
    await new Promise(resolve => setTimeout(resolve, 5))
    ask()
    await until(() => runs > 1)
    expect(runs).to.equal(2)
  })
})
