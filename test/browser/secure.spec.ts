import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { WEB } from '../support/browser.ts'
import { hears, soon } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { StaticServer } from '../support/static-server.ts'
import { freePort, listening, testCertificate, tlsProxy } from '../support/tls.ts'
import type { Person } from '../support/browser.ts'

/** Nothing listens there, and from https a page may not even try. */
const PLAIN = '/ip4/192.0.2.1/tcp/4002/ws/p2p/12D3KooWD2MSgYXDMFEmDpGiRZ2wQSZwrBwY7T5sXzUqmCn6hJ8F'

describe('a page that came over https', () => {
  const { flag, ...tls } = testCertificate()
  const { browsers, nodes } = onStage({ flags: [flag, '--host-resolver-rules=MAP undertone.test 127.0.0.1'] })
  const server = new StaticServer(WEB, '/', tls)
  before(async () => { await server.start() })
  after(async () => { await server.stop() })

  const open = async (fragment = ''): Promise<Person> => browsers.at(`https://undertone.test:${server.port}/${fragment}`)

  async function carriers (person: Person): Promise<Array<{ carrier: string, member: boolean }>> {
    return (await person.call('node.status')).compartments.flatMap((each: any) => each.connections)
  }

  it('meets another one over a relay behind a TLS proxy, at the address that it announces; they talk directly, and a third comes by invite', async () => {
    const port = await freePort()
    const proxy = tlsProxy(tls, port)
    const outside = `/dns4/undertone.test/tcp/${await listening(proxy)}/tls/ws`
    try {
      const relay = nodes.start(['relay', '--profile', 'private', '--memory', '--json', '--listen', `/ip4/127.0.0.1/tcp/${port}/ws`, '--announce', outside])
      const { addresses, peer } = JSON.parse(await relay.firstLine(soon()))
      expect(addresses).to.deep.equal([`${outside}/p2p/${peer}`])
      const fragment = `#/helpers/${encodeURIComponent(addresses[0])}`
      const ada = await open(fragment)
      await ada.joinByName('behind glass')
      await ada.say('is it safe here?')
      const ben = await open(fragment)
      await ben.joinByName('behind glass')
      await ben.sees('is it safe here?')
      await ben.say('as safe as elsewhere')
      await ada.sees('as safe as elsewhere')
      expect((await carriers(ben)).filter(({ member }) => !member).map(({ carrier }) => carrier)).to.deep.equal(['wss'])

      const { room } = await ben.call('room.create', { kind: 'invite', name: 'the back room' })
      await ben.call('room.send', { room, text: 'come in' })
      const until = soon()
      while (!(await ben.call('node.status')).compartments.some((each: any) => each.room === room && each.addresses.join().includes('/p2p-circuit'))) {
        until.throwIfAborted()
        await new Promise(resolve => setTimeout(resolve, 100))
      }
      const cleo = await open()
      await cleo.joinByInvite((await ben.call('room.invite', { room })).invite)
      await cleo.sees('come in')
    } finally {
      proxy.close()
    }
  })

  it('joins at a desktop node that has a certificate of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'undertone-tls-'))
    try {
      const [certificate, key] = [join(folder, 'chain.pem'), join(folder, 'key.pem')]
      await Promise.all([writeFile(certificate, tls.cert), writeFile(key, tls.key)])
      const port = await freePort()
      const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', `/ip4/127.0.0.1/tcp/${port}/tls/ws`, '--announce', `/dns4/undertone.test/tcp/${port}/tls/ws`, '--certificate', certificate, '--certificate-key', key])
      const { room } = await desktop.call('room.create', { kind: 'invite', name: 'at the desk' })
      const { invite } = await desktop.call('room.invite', { room })
      // its port is the first room's: the second one must not send people there
      const other = await desktop.call('room.create', { kind: 'invite', name: 'beside it' })
      const status = await desktop.call('node.status')
      const told = (id: string): string[] => status.compartments.find((each: any) => each.room === id).addresses
      expect(told(room)).to.have.length(1)
      expect(told(room)[0]).to.match(new RegExp(`^/dns4/undertone.test/tcp/${port}/tls/ws/p2p/`))
      expect(told(other.room).join()).to.not.include('undertone.test')
      const ada = await open()
      await ada.joinByInvite(invite)
      await ada.say('hello desk')
      await hears(desktop, 'hello desk')
      await desktop.call('room.send', { room, text: 'hello page' })
      await ada.sees('hello page')
      expect((await carriers(ada)).map(({ carrier, member }) => ({ carrier, member }))).to.deep.equal([{ carrier: 'wss', member: true }])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('tries no plain WebSocket to another machine, and says that it cannot', async () => {
    const ada = await open(`#/helpers/${encodeURIComponent(PLAIN)}`)
    const dialled: string[] = []
    ada.page.on('websocket', socket => { dialled.push(socket.url()) })
    const card = ada.page.locator('.no-helper')
    await card.waitFor()
    await card.locator('input').fill(PLAIN)
    await card.locator('button').click()
    await card.getByRole('alert').waitFor()
    expect((await ada.call('page.state')).helpers).to.deep.equal([])

    // an invite names it beside an address that a page can dial
    const [tcp, udp] = [await freePort(), await freePort()]
    const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', `/ip4/127.0.0.1/tcp/${tcp}/ws`, '--listen', `/ip4/127.0.0.1/udp/${udp}/webrtc-direct`, '--announce', '/ip4/192.0.2.1/tcp/4002/ws', '--announce', `/ip4/127.0.0.1/udp/${udp}/webrtc-direct`])
    const { room } = await desktop.call('room.create', { kind: 'invite', name: 'mixed' })
    const { invite } = await desktop.call('room.invite', { room })
    await ada.joinByInvite(invite)
    await ada.say('found a way')
    await hears(desktop, 'found a way')
    expect(dialled).to.deep.equal([])
  })
})
