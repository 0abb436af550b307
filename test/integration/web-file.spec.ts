import { createServer } from 'node:http'
import { expect } from 'aegir/chai'
import { WebLists, isWebAddress } from '../../src/engine/web-lists.ts'
import { MAX_WEB_BYTES, fetchWebFile, isPublic } from '../../src/network/web-file.ts'
import { SocksServer } from '../support/socks-server.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

describe('a file from the web', () => {
  const asked: IncomingMessage[] = []
  const answers = new Map<string, (response: ServerResponse) => void>()
  let server: Server
  let base: string
  before(async () => {
    server = createServer((request, response) => {
      asked.push(request)
      const answer = answers.get(request.url ?? '')
      answer == null ? response.writeHead(404).end() : answer(response)
    })
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    server.closeAllConnections()
    await new Promise(resolve => { server.close(resolve) })
  })
  beforeEach(() => { asked.length = 0 })

  const refused = async (address: string, words: RegExp, options: Parameters<typeof fetchWebFile>[1] = {}): Promise<void> => {
    const error: any = await fetchWebFile(address, options).catch(error => error)
    expect(error, address).to.have.property('name', 'WebAddressError')
    expect(error.message, address).to.match(words)
  }

  it('comes with a request that says nothing about who asks', async () => {
    answers.set('/list.json?v=1', response => response.end('{"a":1}'))
    expect(new TextDecoder().decode(await fetchWebFile(`${base}/list.json?v=1`))).to.equal('{"a":1}')
    expect(Object.keys(asked[0].headers).sort()).to.deep.equal(['accept', 'accept-encoding', 'connection', 'host'])
  })

  it('is fetched from nowhere else than was asked: no redirect is followed, not even to the same place', async () => {
    for (const [i, location] of [`${base}/secret`, '/secret', 'https://elsewhere.example/', 'file:///etc/passwd'].entries()) {
      answers.set(`/r${i}`, response => response.writeHead(302, { location }).end())
      await refused(`${base}/r${i}`, /sends you elsewhere/)
    }
    expect(asked.map(({ url }) => url)).to.deep.equal(['/r0', '/r1', '/r2', '/r3'])
  })

  it('never comes from a local network: by number, by name, or by a name that changes its mind', async () => {
    for (const host of ['10.0.0.1', '192.168.1.1', '172.16.5.5', '169.254.169.254', '100.64.1.1', '0.0.0.0', '127.0.0.2', '[fe80::1]', '[fd00::1]', '[::ffff:127.0.0.1]', '[::ffff:10.0.0.1]', '[64:ff9b::a00:1]', '[2002:a00:1::]', '2130706434', '0x0a000001', '224.0.0.1', 'localhost', 'router.local', 'metadata.internal', 'a.localhost', 'localhost.', 'router.local.']) {
      await refused(`https://${host}/x`, /local network/)
    }
    let lookups = 0
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['::1'], []]) {
      await refused('https://rebind.example/', /leads into a local network/, { find: async () => { lookups++; return addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })) } })
    }
    expect(lookups).to.equal(4)
    expect(asked).to.deep.equal([])
    for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2a00:1450:4001::1']) {
      expect(isPublic(address), address).to.equal(true)
    }
  })

  it('is fetched by https, but from this very machine; without a user name, and only where that can be', async () => {
    await refused('http://example.org/list.json', /Only https/)
    await refused('ftp://example.org/', /Only https/)
    await refused('file:///etc/passwd', /Only https/)
    await refused('https://me:pw@example.org/', /user name/)
    await refused('http://abc.onion/', /Tor/)
    await refused('https://abc.onion./', /Tor/)
    await refused('nonsense', /no web address/)
    await refused(`${base.replace('http', 'https')}/list.json`, /could not be reached/)
  })

  it('is whole, also when it comes a byte at a time', async () => {
    const whole = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251))
    answers.set('/drip', ({ socket }) => {
      const chunks = [...whole].map(byte => Buffer.concat([Buffer.from('1\r\n'), Uint8Array.of(byte), Buffer.from('\r\n')]))
      socket?.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), ...chunks, Buffer.from('0\r\n\r\n')]))
    })
    expect(Buffer.from(await fetchWebFile(`${base}/drip`)).equals(whole)).to.equal(true)
  })

  it(`has an end: ${MAX_WEB_BYTES / 1024 / 1024} MiB, whatever the server says, no compression, and the reader's patience`, async () => {
    answers.set('/claims', response => response.writeHead(200, { 'content-length': MAX_WEB_BYTES + 1 }).write('x'))
    answers.set('/endless', response => {
      const part = Buffer.alloc(1024 * 1024)
      const more = (): void => { while (!response.destroyed && response.write(part)) { /* as much as it takes */ } }
      response.on('drain', more)
      more()
    })
    answers.set('/packed', response => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'))
    answers.set('/silent', () => {})
    await refused(`${base}/claims`, /more than 32 MiB/)
    await refused(`${base}/endless`, /more than 32 MiB/)
    await refused(`${base}/packed`, /compressed/)
    await refused(`${base}/nothing`, /answered 404/)
    const error: any = await fetchWebFile(`${base}/silent`, { signal: AbortSignal.timeout(50) }).catch(error => error)
    expect(error.name).to.equal('TimeoutError')
  })

  it('has an end also where a server gives it a byte at a time, or heads without end', async () => {
    answers.set('/drip', response => {
      const drop = setInterval(() => { response.destroyed ? clearInterval(drop) : response.write('[') }, 10)
    })
    answers.set('/heads', response => {
      response.socket?.write('HTTP/1.1 200 OK\r\n')
      const more = setInterval(() => { response.socket?.destroyed === true ? clearInterval(more) : response.socket?.write(`x: ${'y'.repeat(8_000)}\r\n`) }, 1)
    })
    await refused(`${base}/drip`, /did not give all of the file within 0.3 s/, { patience: 300 })
    await refused(`${base}/heads`, /could not be reached/)
    expect(asked.map(({ url }) => url)).to.deep.equal(['/drip', '/heads'])
  })

  it('goes through the proxy where there is one, the look-up too, and under credentials of its own', async () => {
    answers.set('/list', response => response.end('by proxy'))
    const socks = new SocksServer({ 'abcdef.onion': '127.0.0.1', 'lists.example': '127.0.0.1' })
    const proxy = `socks5://127.0.0.1:${await socks.start()}`
    const find = async (): Promise<never> => { throw new Error('no look-up of our own') }
    try {
      const { port } = new URL(base)
      expect(new TextDecoder().decode(await fetchWebFile(`http://abcdef.onion:${port}/list`, { proxy, identity: 'circuit', find }))).to.equal('by proxy')
      // what speaks no TLS is no https server; the name went to the proxy
      await refused(`https://lists.example:${port}/list`, /could not be reached/, { proxy, identity: 'other', find })
      expect(socks.requests.map(({ user, host }) => `${user} ${host}`)).to.deep.equal(['circuit abcdef.onion', 'other lists.example'])
      await refused(`${base}/list`, /not reached through a proxy/, { proxy })
    } finally {
      await socks.stop()
    }
    // a proxy that is not there is no reason to go without
    asked.length = 0
    await refused('https://lists.example/list', /could not be reached/, { proxy: 'socks5://127.0.0.1:9', find })
    expect(asked).to.deep.equal([])
  })

  it('is fetched only for who said so, and by nobody who keeps to a local network', async () => {
    answers.set('/list', response => response.end('x'))
    let allowed = false
    const lists = (profile: 'private' | 'lan'): WebLists => new WebLists({ network: { profile, dht: 'off' }, allowed: () => allowed, now: () => 7 })
    const nameOf = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'done', error => error.name)
    expect(await nameOf(lists('private').fetch(`${base}/list`))).to.equal('NotSupportedError')
    allowed = true
    expect(await nameOf(lists('lan').fetch(`${base}/list`))).to.equal('NotSupportedError')
    expect(asked).to.deep.equal([])
    expect((await lists('private').fetch(` ${base}/list `)).visit).to.deep.equal({ address: `${base}/list`, time: 7, proxied: false })
    expect(isWebAddress('https://undertone.example/#/join/abc')).to.equal(false)
    expect(isWebAddress('undertone:join/abc')).to.equal(false)
    expect(isWebAddress(' HTTPS://lists.example/x')).to.equal(true)
  })
})
