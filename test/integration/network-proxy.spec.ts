import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { Nodes, hears, meets, soon } from '../support/nodes.ts'
import { socketsOf } from '../support/sockets-of.ts'
import { SocksServer } from '../support/socks-server.ts'

/** Known to the proxy alone. */
const NAME = 'relay.undertone.test'

/** Loaded into the nodes: writes down every look-up of a name. */
const WATCH = `
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const note = name => appendFileSync(process.env.UNDERTONE_TEST_LOOKUPS, name + '\\n')
for (const on of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const key of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveTxt', 'resolveAny']) {
    const original = on[key]
    if (typeof original === 'function') {
      on[key] = function (name, ...rest) { note(String(name)); return original.call(this, name, ...rest) }
    }
  }
}
syncBuiltinESMExports()
globalThis.fetch = async url => { note(String(url)); throw new Error('not here') }
`

describe('nodes behind a proxy', () => {
  const nodes = new Nodes()
  const proxy = new SocksServer({ [NAME]: '127.0.0.1' })
  let folder = ''
  before(async () => {
    await proxy.start()
    folder = await mkdtemp(join(tmpdir(), 'undertone-proxy-'))
    await writeFile(join(folder, 'watch.mjs'), WATCH)
    await writeFile(join(folder, 'lookups'), '')
  })
  afterEach(async () => { await nodes.stop() })
  after(async () => {
    await proxy.stop()
    await rm(folder, { recursive: true })
  })

  const watched = (args: string[]): ReturnType<Nodes['start']> => {
    const { NODE_OPTIONS } = process.env
    process.env.NODE_OPTIONS = `${NODE_OPTIONS ?? ''} --import ${join(folder, 'watch.mjs')}`
    process.env.UNDERTONE_TEST_LOOKUPS = join(folder, 'lookups')
    try {
      return nodes.start(args)
    } finally {
      NODE_OPTIONS == null ? delete process.env.NODE_OPTIONS : process.env.NODE_OPTIONS = NODE_OPTIONS
    }
  }

  it('meet and talk, and nothing of theirs leaves the machine around it', async () => {
    const { address, node: relay } = await nodes.relay(['--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--listen', '/ip4/127.0.0.1/tcp/0/ws'])
    await relay.until(() => relay.lines.some(line => line.includes('/ws/')), soon())
    const named = (line: string): string => line.replace('/ip4/127.0.0.1', `/dns4/${NAME}`)
    const overTcp = named(address.includes('/ws/') ? relay.lines[1] : address)
    const overWebSocket = named(relay.lines.find(line => line.includes('/ws/')) as string)
    const options = (bootstrap: string): string[] => ['rpc', '--memory', '--profile', 'tor', '--dht', 'own', '--proxy', `socks5://127.0.0.1:${proxy.port}`, '--bootstrap', bootstrap, '--bootstrap', `/dnsaddr/${NAME}`, '--listen', '/ip4/127.0.0.1/tcp/0', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct']
    const [ana, ben] = [watched(options(overTcp)), watched(options(overWebSocket))]
    const joined = await Promise.all([ana, ben].map(async node => node.call('room.join', { name: 'Onion' })))
    await ana.call('room.join', { name: 'Garlic' })
    const open = [ana, ben].flatMap(node => socketsOf(node.pid as number))
    await Promise.all([meets(ana), meets(ben)])
    await ana.call('room.send', { room: joined[0].room, text: 'through three hops' })
    await hears(ben, 'through three hops')
    open.push(...[ana, ben].flatMap(node => socketsOf(node.pid as number)))

    // as the kernel saw them: to the proxy and nowhere else; no UDP, no listener
    expect(open).to.not.be.empty()
    expect(open.filter(socket => socket.kind !== 'tcp' || socket.listening || socket.remotePort !== proxy.port)).to.deep.equal([])
    // names went to the proxy as they are, and were looked up by nobody else
    expect(new Set(proxy.requests.map(request => request.host))).to.deep.equal(new Set([NAME]))
    expect((await readFile(join(folder, 'lookups'), 'utf8')).split('\n').filter(name => name !== '' && !/^(localhost|127\.0\.0\.1)$/.test(name))).to.deep.equal([])
    // three compartments, three credentials: Tor gives each a circuit of its own
    expect(new Set(proxy.requests.map(request => request.user)).size).to.equal(3)
    const { compartments } = await ana.call('node.status')
    expect(compartments.flatMap((c: any) => c.connections).every((c: any) => c.carrier === 'tor' || c.carrier === 'relay')).to.equal(true)
    expect(compartments.flatMap((c: any) => c.addresses).every((a: string) => a.includes('/p2p-circuit'))).to.equal(true)
  })
})
